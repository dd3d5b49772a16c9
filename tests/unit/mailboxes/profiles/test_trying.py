"""Test connection on servers in memory: each step, what it finds, and what it leaves alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from tests.unit.mailboxes.conftest import MailboxMaker
from tests.unit.mailboxes.memory import MemoryServers, MemorySource

from passerelle.engine.services import Lease, forget, run_due
from passerelle.faults import Fault, Secret
from passerelle.faults.mail.protocols import (
    CertificateExpiring,
    CertificateRefused,
    HostNotFound,
    LoginRefused,
    OldTls,
    RemovalImpossible,
)
from passerelle.faults.mailboxes import ConnectionUnencrypted, CredentialsWait, ServerMissing
from passerelle.faults.profiles import NobodyToSignInFor, RelayWithoutSignIn
from passerelle.mailboxes.models import EmailServerProfile, ProfileTest
from passerelle.mailboxes.models.choices import ProfileTestStatus
from passerelle.mailboxes.profiles.requests import KIND
from passerelle.mailboxes.profiles.trying import Means, give_up, register_profile_tests
from passerelle.mailboxes.services import (
    latest_profile_test,
    request_profile_test,
    set_profile_password,
    update_profile,
)
from passerelle.protocols.interfaces import (
    Endpoint,
    FolderEnd,
    Login,
    Moves,
    Offers,
    Security,
    StepName,
    Watch,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
REFUSED = LoginRefused(host="imap.example.com", account="service", answer="no")


@dataclass
class Probed:
    """What the servers offer, or the fault that ends the look at them."""

    offers: Offers = field(default_factory=lambda: Offers(("IDLE", "UIDPLUS"), ("PLAIN",)))
    tls: str = "TLSv1.3, TLS_AES_128, CN=imap.example.com, CN=Authority, 2099-12-31"
    fault: Fault | None = None
    before: StepName = StepName.RESOLVE

    def __call__(self, protocol: str, endpoint: Endpoint, watch: Watch) -> Offers:
        facts = {
            StepName.RESOLVE: "192.0.2.1",
            StepName.CONNECT: f"192.0.2.1 {endpoint.port}",
            StepName.TLS: self.tls,
        }
        for step, fact in facts.items():
            if self.fault is not None and step is self.before:
                raise self.fault
            if step is not StepName.TLS or endpoint.security is not Security.NONE:
                watch(step, fact)
        return self.offers


@pytest.fixture
def probed() -> Probed:
    return Probed()


@pytest.fixture
def servers(probed: Probed) -> Iterator[MemoryServers]:
    memory = MemoryServers()
    forget(KIND)
    register_profile_tests(Means(opener=memory, probe=probed))
    yield memory
    forget(KIND)
    register_profile_tests()


@pytest.fixture
def shared(profile: EmailServerProfile) -> EmailServerProfile:
    """A profile that holds the credentials of both directions."""
    set_profile_password(profile, None, "service", Secret("s"))
    return update_profile(profile, incoming_credential_retrieval=1, outgoing_credential_retrieval=1)


Steps = dict[str, tuple[str, str]]


def outcome_of(profile: EmailServerProfile) -> tuple[EmailServerProfile, Steps]:
    """The profile as it is then, and outcome and code of each step."""
    request_profile_test(profile, by="root")
    run_due(kinds=[KIND])
    run = latest_profile_test(profile)
    assert run is not None
    assert run.finished_on is not None
    steps = {f"{step.direction}/{step.name}": (step.outcome, step.code) for step in run.steps.all()}
    return EmailServerProfile.objects.get(pk=profile.pk), steps


class Moving(MemorySource):
    """A source whose server has folders, and moves messages in some way or none."""

    moves = Moves.AT_ONCE

    def move(self, uid_validity: int, uids: Sequence[int], folder: str) -> None:
        raise NotImplementedError

    def end_of(self, folder: str) -> FolderEnd:
        raise NotImplementedError

    def copy(self, uid_validity: int, uids: Sequence[int], folder: str) -> frozenset[int]:
        raise NotImplementedError

    def copies(
        self, uid_validity: int, uids: Sequence[int], folder: str, end: FolderEnd
    ) -> Mapping[int, bool]:
        raise NotImplementedError


class MovingServers(MemoryServers):
    """Servers by IMAP, as a test of a profile meets them."""

    moves = Moves.AT_ONCE

    def source(self, protocol: str, endpoint: Endpoint, login: Login, watch: Watch) -> MemorySource:
        super().source(protocol, endpoint, login, watch)
        source = Moving(self)
        source.moves = self.moves
        return source


NAMES = ("resolve", "connect", "tls", "offers", "mechanisms", "sign-in")


def test_all_goes_well(shared: EmailServerProfile, servers: MemoryServers) -> None:
    after, steps = outcome_of(shared)
    assert list(steps) == [f"{way}/{name}" for way in ("incoming", "outgoing") for name in NAMES]
    assert set(steps.values()) == {("passed", "")}
    assert servers.openings == ["imap", "smtp"]
    assert servers.open_now == 0
    assert after.last_execution_status == ProfileTestStatus.SUCCESS
    assert after.last_authorization_status == ProfileTestStatus.SUCCESS
    assert after.last_validation_status == ProfileTestStatus.SUCCESS
    assert after.last_test_request.startswith("imap://imap.example.com:993 implicit; smtp://")
    assert after.last_test_response == "PLAIN IDLE UIDPLUS; PLAIN IDLE UIDPLUS"
    assert after.last_test_started is not None
    assert after.last_test_milliseconds is not None
    assert (after.incoming_certificate_ends, after.last_message) == (date(2099, 12, 31), "")


@pytest.mark.parametrize(
    ("moves", "wanted", "expected"),
    [
        pytest.param(Moves.AT_ONCE, {"tracked_folder": "Tracked"}, ("passed", ""), id="by MOVE"),
        pytest.param(Moves.BY_COPY, {"move_undelivered": True}, ("passed", ""), id="by a copy"),
        pytest.param(
            Moves.NEVER,
            {"tracked_folder": "Tracked"},
            ("warned", RemovalImpossible.code),
            id="not at all",
        ),
        pytest.param(Moves.NEVER, {}, None, id="none is wanted"),
    ],
)
def test_how_a_server_moves_is_told(
    shared: EmailServerProfile,
    probed: Probed,
    moves: Moves,
    wanted: dict[str, Any],
    expected: tuple[str, str] | None,
) -> None:
    memory = MovingServers()
    memory.moves = moves
    forget(KIND)
    register_profile_tests(Means(opener=memory, probe=probed))
    try:
        _, steps = outcome_of(update_profile(shared, **wanted))
    finally:
        forget(KIND)
        register_profile_tests()
    assert steps.get("incoming/moves") == expected
    assert ("incoming/moves" in steps) == bool(wanted)
    assert memory.open_now == 0


def test_credentials_of_mailboxes_are_not_tried(
    profile: EmailServerProfile, servers: MemoryServers
) -> None:
    after, steps = outcome_of(profile)
    assert steps["incoming/sign-in"] == steps["outgoing/sign-in"] == ("skipped", "")
    assert servers.openings == []
    assert after.last_authorization_status is None
    assert after.last_execution_status == ProfileTestStatus.SUCCESS


@pytest.mark.parametrize(
    ("columns", "tls", "step", "warning"),
    [
        pytest.param({"incoming_security": "none"}, "", "incoming/tls", ConnectionUnencrypted,
                     id="bare"),
        pytest.param({"oldest_tls": "1.0"}, "TLSv1, AES, CN=a, CN=b, 2099-01-01",
                     "incoming/tls", OldTls, id="an-old-version-that-is-spoken"),
        pytest.param({}, "TLSv1.3, AES, CN=a, CN=b, 2020-01-01", "incoming/tls",
                     CertificateExpiring, id="a-certificate-at-its-end"),
        pytest.param({"outgoing_credential_retrieval": 4}, "", "outgoing/sign-in",
                     RelayWithoutSignIn, id="a-relay-without-sign-in"),
    ],
)  # fmt: skip
def test_what_is_weak_is_a_warning(
    profile: EmailServerProfile,
    servers: MemoryServers,
    probed: Probed,
    columns: dict[str, Any],
    tls: str,
    step: str,
    warning: type[Fault],
) -> None:
    probed.tls = tls or probed.tls
    update_profile(profile, **columns)
    after, steps = outcome_of(profile)
    assert steps[step] == ("warned", warning.code)
    assert after.last_execution_status == ProfileTestStatus.WARNING


@pytest.mark.parametrize(
    ("fault", "before", "step"),
    [
        pytest.param(HostNotFound(host="h"), StepName.RESOLVE, "resolve", id="no-address"),
        pytest.param(CertificateRefused(host="h", reason="self-signed"), StepName.TLS, "tls",
                     id="a-bad-certificate"),
    ],
)  # fmt: skip
def test_a_failure_ends_its_direction(
    shared: EmailServerProfile,
    servers: MemoryServers,
    probed: Probed,
    fault: Fault,
    before: StepName,
    step: str,
) -> None:
    probed.fault, probed.before = fault, before
    after, steps = outcome_of(shared)
    assert steps[f"incoming/{step}"] == ("failed", fault.code)
    assert f"incoming/{NAMES[NAMES.index(step) + 1]}" not in steps
    assert servers.openings == [], "no password goes anywhere"
    assert after.last_execution_status == ProfileTestStatus.FAILURE
    assert after.last_authorization_status is None
    assert fault.code in after.last_message


def test_a_refusal_is_kept_as_in_a_cycle(
    shared: EmailServerProfile, servers: MemoryServers
) -> None:
    servers.source_faults = [REFUSED]
    after, steps = outcome_of(shared)
    assert steps["incoming/sign-in"] == ("failed", REFUSED.code)
    assert after.last_authorization_status == ProfileTestStatus.FAILURE
    _, steps = outcome_of(shared)
    assert steps["incoming/sign-in"] == ("failed", CredentialsWait.code)
    assert servers.openings.count("imap") == 1


def test_a_template_is_tried_for_a_mailbox(
    shared: EmailServerProfile, servers: MemoryServers, make_mailbox: MailboxMaker
) -> None:
    set_profile_password(shared, None, "{local}*service", Secret("s"))
    _, steps = outcome_of(shared)
    assert steps["incoming/sign-in"] == ("warned", NobodyToSignInFor.code)
    make_mailbox("anna")
    _, steps = outcome_of(shared)
    assert steps["incoming/sign-in"] == ("passed", "")
    run = latest_profile_test(shared)
    assert run is not None
    assert run.steps.get(direction="incoming", name="sign-in").fact == "anna*service"


def test_settings_that_cannot_be_tried(profile: EmailServerProfile, servers: MemoryServers) -> None:
    update_profile(profile, outgoing_location="")
    after, steps = outcome_of(profile)
    assert steps["outgoing/resolve"] == ("failed", ServerMissing.code)
    assert after.last_validation_status == ProfileTestStatus.FAILURE


def test_it_is_not_asked_for_twice(profile: EmailServerProfile, servers: MemoryServers) -> None:
    assert request_profile_test(profile, "root").pk == request_profile_test(profile, "root").pk
    run_due(kinds=[KIND])
    assert ProfileTest.objects.count() == 1


def test_what_a_server_says_is_cleaned_and_cut(
    profile: EmailServerProfile, servers: MemoryServers, probed: Probed
) -> None:
    probed.offers = Offers(("X\0\x1b[2J", *(f"CAP{n}" for n in range(3_000))), ("PLAIN",))
    after, steps = outcome_of(profile)
    assert steps["incoming/offers"] == ("passed", "")
    assert len(after.last_test_response) == 2084
    assert "\0" not in after.last_test_response
    assert "\x1b" not in after.last_test_response


def test_a_test_that_breaks_again_and_again_ends(
    profile: EmailServerProfile, servers: MemoryServers
) -> None:
    run = request_profile_test(profile, "root")
    lease: Callable[[int], Lease] = lambda tries: Lease(run.pk, KIND, run.pk, 1, run.pk, tries, 0)  # noqa: E731
    give_up(lease(0), REFUSED)
    assert ProfileTest.objects.filter(finished_on=None).exists()
    give_up(lease(2), REFUSED)
    assert not ProfileTest.objects.filter(finished_on=None).exists()
