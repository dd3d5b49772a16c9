"""Test and Enable against Dovecot (IMAP, POP3), Postfix and an SMTP server with a sign-in."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from tests.system.servers.certificates import make_certificates
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.system.servers.postfix import Postfix, postfix
from tests.system.servers.smtp_server import SmtpServer, smtp_server

from passerelle.engine.services import forget, rest, run_due
from passerelle.faults import Secret
from passerelle.faults.mail.protocols import CertificateExpiring, CertificateRefused, LoginRefused
from passerelle.faults.mailboxes import CredentialsWait
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import DeliveryMethod, Direction, ProcessEmailUsing
from passerelle.mailboxes.services import (
    approve,
    create_profile,
    create_user_with_mailbox,
    latest_run,
    request_test,
    set_mailbox_password,
    switch_processing,
    update_mailbox,
    update_profile,
)
from passerelle.mailboxes.testing.requests import KIND
from passerelle.mailboxes.testing.run import register_tests
from passerelle.mailboxes.testing.trial import Means

pytestmark = pytest.mark.django_db
PASSWORD = "s3cret of anna"
OTHER = b"Message-ID: <other@example.org>\r\nSubject: kept\r\n\r\nkept\r\n"


@pytest.fixture(scope="module")
def reading() -> Iterator[Dovecot]:
    with dovecot({"anna": PASSWORD}) as server:
        yield server


@pytest.fixture(scope="module")
def relay() -> Iterator[Postfix]:
    with postfix(["anna"]) as server:
        yield server


@pytest.fixture
def sending(tmp_path: Path) -> Iterator[SmtpServer]:
    with smtp_server({"anna": PASSWORD}, certificates=make_certificates(tmp_path)) as server:
        yield server


@dataclass
class Post:
    """Carries what the SMTP server took into Dovecot's mailbox while the test waits."""

    server: Dovecot
    taken: Callable[[], list[bytes]]
    pause: float = 0.0
    carried: int = 0
    looks: list[float] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.looks.append(seconds)
        time.sleep(self.pause)  # Postfix delivers on its own; servers of ours deliver at once
        for raw in self.taken()[self.carried :]:
            self.server.deliver("anna", raw)
            self.carried += 1


@pytest.fixture
def trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes this machine trust the authorities of those servers."""

    def make(*servers: Any) -> None:
        bundle = tmp_path / "authorities.pem"
        bundle.write_text("".join(s.certificates.authority.read_text() for s in servers))
        monkeypatch.setenv("SSL_CERT_FILE", str(bundle))

    return make


@pytest.fixture
def anna(reading: Dovecot) -> Iterator[Mailbox]:
    """A mailbox at Dovecot, with one message that nobody may touch."""
    shutil.rmtree(reading.maildir("anna"))
    reading.deliver("anna", OTHER)
    profile = create_profile(
        "Servers",
        incoming_location="localhost",
        incoming_port=reading.ports["imaps"],
        outgoing_location="localhost",
    )
    user = create_user_with_mailbox("Anna", "anna@example.org")
    mailbox = update_mailbox(
        user.mailbox,
        profile=profile,
        incoming_method=DeliveryMethod.SERVER_SIDE,
        outgoing_method=DeliveryMethod.SERVER_SIDE,
        allow_credentials=True,
    )
    set_mailbox_password(mailbox, None, "anna", Secret(PASSWORD))
    approve([mailbox.pk], by="root")
    switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="root")
    yield mailbox
    forget(KIND)
    register_tests()


def run(mailbox: Mailbox, post: Post) -> dict[str, tuple[str, str, str]]:
    """Run the test; outcome, code and fact of each step."""
    forget(KIND)
    register_tests(Means(wait=post.wait))
    for direction in Direction:
        rest(direction.value, mailbox.pk)  # the cycles that an earlier test enabled
    request_test([mailbox.pk], by="root")
    run_due(limit=1)
    done = latest_run(mailbox)
    assert done is not None
    assert done.finished_on is not None
    return {
        f"{step.direction}/{step.name}": (step.outcome, step.code, step.fact)
        for step in done.steps.all()
    }


def contents(server: SmtpServer) -> list[bytes]:
    taken = [envelope.content for envelope in server.taken]
    return [raw for raw in taken if isinstance(raw, bytes)]


def subjects(server: Dovecot) -> list[str]:
    files = [*server.maildir("anna").glob("new/*"), *server.maildir("anna").glob("cur/*")]
    return [message_from_bytes(file.read_bytes())["Subject"] for file in files]


@pytest.mark.parametrize(
    ("protocol", "security", "port"),
    [
        pytest.param("imap", "implicit", "imaps", id="imap-over-tls"),
        pytest.param("imap", "starttls", "imap", id="imap-starttls"),
        pytest.param("pop3", "implicit", "pop3s", id="pop3-over-tls"),
        pytest.param("pop3", "starttls", "pop3", id="pop3-starttls"),
    ],
)
def test_all_steps_pass_and_exactly_the_test_message_is_removed(
    anna: Mailbox,
    reading: Dovecot,
    sending: SmtpServer,
    trust: Callable[..., None],
    protocol: str,
    security: str,
    port: str,
) -> None:
    trust(reading, sending)
    assert anna.profile is not None
    update_profile(
        anna.profile,
        incoming_protocol=protocol,
        incoming_security=security,
        incoming_port=reading.ports[port],
        outgoing_port=sending.port,
    )
    post = Post(reading, lambda: contents(sending))
    steps = run(anna, post)
    assert {(outcome, code) for outcome, code, _ in steps.values()} == {("passed", "")}, steps
    assert steps["incoming/tls"][2].startswith("TLSv1.")
    assert len(sending.taken) == 1
    assert subjects(reading) == ["kept"]
    box = Mailbox.objects.get(pk=anna.pk)
    assert box.enabled_for_incoming
    assert box.enabled_for_outgoing


def test_through_postfix_without_credentials(
    anna: Mailbox, reading: Dovecot, relay: Postfix, trust: Callable[..., None]
) -> None:
    trust(reading, relay)
    assert anna.profile is not None
    update_profile(anna.profile, outgoing_port=relay.port, outgoing_credential_retrieval=4)
    before = len(relay.delivered("anna"))
    post = Post(reading, lambda: relay.delivered("anna")[before:], pause=0.1)
    steps = run(anna, post)
    assert steps.pop("outgoing/sign-in")[0] == "skipped"
    assert {(outcome, code) for outcome, code, _ in steps.values()} == {("passed", "")}, steps
    assert subjects(reading) == ["kept"]


def test_an_authority_that_nobody_trusts_sees_no_password(
    anna: Mailbox, reading: Dovecot, sending: SmtpServer
) -> None:
    assert anna.profile is not None
    update_profile(anna.profile, outgoing_port=sending.port)
    steps = run(anna, Post(reading, list))
    assert steps["incoming/tls"][:2] == ("failed", CertificateRefused.code)
    assert steps["outgoing/tls"][:2] == ("failed", CertificateRefused.code)
    assert sending.taken == []


def test_a_certificate_near_its_end_is_a_warning(
    anna: Mailbox, reading: Dovecot, tmp_path: Path, trust: Callable[..., None]
) -> None:
    folder = tmp_path / "short"
    folder.mkdir()
    soon = make_certificates(folder, valid=timedelta(days=5))
    with smtp_server({"anna": PASSWORD}, certificates=soon) as sending:
        trust(reading, sending)
        assert anna.profile is not None
        update_profile(anna.profile, outgoing_port=sending.port)
        post = Post(reading, lambda: contents(sending))
        steps = run(anna, post)
    assert steps["outgoing/tls"][:2] == ("warned", CertificateExpiring.code)
    assert Mailbox.objects.get(pk=anna.pk).enabled_for_outgoing


def test_after_one_refusal_the_same_password_is_not_tried_at_that_server_again(
    anna: Mailbox, reading: Dovecot, sending: SmtpServer, trust: Callable[..., None]
) -> None:
    trust(reading, sending)
    assert anna.profile is not None
    update_profile(anna.profile, outgoing_port=sending.port)
    set_mailbox_password(anna, Direction.INCOMING, "anna", Secret("wrong"))
    post = Post(reading, lambda: contents(sending))
    assert run(anna, post)["incoming/sign-in"][:2] == ("failed", LoginRefused.code)
    failures = (reading.home / "log").read_text().count("auth failed")
    assert run(anna, post)["incoming/resolve"][:2] == ("failed", CredentialsWait.code)
    assert (reading.home / "log").read_text().count("auth failed") == failures
    set_mailbox_password(anna, Direction.INCOMING, "anna", Secret(PASSWORD))
    assert run(anna, post)["incoming/sign-in"][0] == "passed"
