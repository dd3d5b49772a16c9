"""Notices to a real SMTP server and a real webhook: grouped, bounded, never doubled."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F
from tests.system.servers.smtp_server import SmtpServer, smtp_server

from passerelle.alerts.models import Alert, SubjectKind
from passerelle.alerts.services import SYSTEM, heal, record
from passerelle.crm.models import AuditEntry
from passerelle.engine.services import Killed, ask, crash_points, run_due
from passerelle.faults import Secret
from passerelle.faults.mail.protocols import ConnectionLost
from passerelle.mailboxes.models import SystemSettings
from passerelle.mailboxes.services import save_relay
from passerelle.monitoring.models import DeliveryState, Notice, NoticeDelivery
from passerelle.monitoring.notices.kind import CRASH_POINTS, HANDED, KEY, KIND, MARKED
from passerelle.monitoring.services import save_notice_settings, send_test

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LOST = ConnectionLost(host="mail.example", step="listing")
SECRET = "a-made-up-webhook-secret"
ADMIN = "admin@example.com"


@dataclass
class Hook:
    """A webhook that keeps what it is told, and answers as it is told."""

    address: str = ""
    status: int = 204
    headers: list[tuple[str, str]] = field(default_factory=list)
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.told.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(hook.status)
            for name, value in hook.headers:
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        hook.address = f"http://localhost:{server.server_port}/alerts"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield hook
        server.shutdown()


@pytest.fixture
def relay() -> Iterator[SmtpServer]:
    with smtp_server({}) as server:
        save_relay(
            {
                "host": "localhost",
                "port": server.port,
                "security": "none",
                "sender_address": "passerelle@example.com",
            },
            username="",
            password=None,
            by="admin",
        )
        yield server


def tell(hook: Hook | None = None, /, **values: object) -> None:
    stored = {"mail_to": ADMIN, "gather_seconds": 0, "webhook_url": hook.address if hook else ""}
    save_notice_settings({**stored, **values}, secret=Secret(SECRET) if hook else None, by="admin")


def look() -> None:
    ask(KIND, KEY)
    run_due(kinds=[KIND], limit=3)


def letters(relay: SmtpServer) -> list[EmailMessage]:
    found = []
    for one in relay.taken:
        assert isinstance(one.content, bytes)
        found.append(message_from_bytes(one.content, policy=default))
    return [one for one in found if isinstance(one, EmailMessage)]


def subjects(relay: SmtpServer) -> list[str]:
    return [str(one["Subject"]) for one in letters(relay)]


def test_a_dead_server_is_one_notice_and_its_end_another(relay: SmtpServer) -> None:
    tell()
    boxes = [uuid4() for _ in range(20)]
    for box in boxes:
        record(SubjectKind.MAILBOX, box, "incoming", LOST)
    look()
    look()
    assert len(relay.taken) == 1
    assert "mail.example" in subjects(relay)[0]
    text = letters(relay)[0].get_content()
    assert "20" in text
    assert LOST.code in text
    for box in boxes:
        heal(SubjectKind.MAILBOX, box, "incoming")
    look()
    assert len(relay.taken) == 2
    assert "over" in subjects(relay)[1]


def test_it_is_told_in_the_language_that_was_chosen(relay: SmtpServer) -> None:
    tell(language="fr")
    record(SubjectKind.MAILBOX, uuid4(), "incoming", LOST)
    look()
    assert "alerte" in subjects(relay)[0]


def test_a_bad_night_is_a_few_notices(relay: SmtpServer) -> None:
    tell(most_per_hour=2)
    for number in range(6):
        fault = ConnectionLost(host=f"mail{number}.example", step="listing")
        record(SubjectKind.MAILBOX, uuid4(), "incoming", fault)
        look()
    assert len(relay.taken) == 2
    Notice.objects.update(created_on=F("created_on") - timedelta(hours=1))
    look()
    assert len(relay.taken) == 3
    assert "4" in subjects(relay)[2]


def test_a_webhook_is_told_with_a_signature_that_holds(hook: Hook) -> None:
    tell(hook, mail_to="")
    record(SubjectKind.MAILBOX, uuid4(), "incoming", LOST)
    look()
    [(headers, body)] = hook.told
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-passerelle-signature"] == f"sha256={expected}"
    told = json.loads(body)
    assert headers["idempotency-key"] == told["id"]
    assert told["opened"][0]["code"] == LOST.code
    assert told["opened"][0]["remedy"]


def test_a_redirect_is_not_followed(hook: Hook) -> None:
    hook.status, hook.headers = 302, [("Location", hook.address)]
    tell(hook, mail_to="")
    send_test()
    look()
    assert len(hook.told) == 1
    assert NoticeDelivery.objects.get().code == "PSR-NTC-002"


def test_a_webhook_that_fails_is_tried_a_few_times_and_is_an_alert(hook: Hook) -> None:
    hook.status = 500
    tell(hook, mail_to="")
    send_test()
    for _ in range(8):
        look()
        NoticeDelivery.objects.update(not_before=None)
    assert len(hook.told) == 5
    assert NoticeDelivery.objects.get().state == DeliveryState.FAILED
    assert Alert.objects.get(subject_id=SYSTEM, closed_on=None).code == "PSR-NTC-002"
    hook.status = 200
    send_test()
    look()
    assert not Alert.objects.filter(subject_id=SYSTEM, closed_on=None).exists()


def test_one_receiver_that_is_away_keeps_the_others_waiting_for_nothing(
    relay: SmtpServer, hook: Hook
) -> None:
    hook.status = 500
    tell(hook)
    send_test()
    look()
    assert len(relay.taken) == 1
    states = set(NoticeDelivery.objects.values_list("channel", "state"))
    assert states == {("mail", "sent"), ("webhook", "waiting")}


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_anywhere_mail_is_never_doubled(relay: SmtpServer, point: str) -> None:
    tell()
    record(SubjectKind.MAILBOX, uuid4(), "incoming", LOST)
    with crash_points.kill_at(point), pytest.raises(Killed):
        look()
    look()
    look()
    told = NoticeDelivery.objects.get()
    assert len(relay.taken) == (0 if point == MARKED else 1)
    assert told.state == (
        DeliveryState.UNKNOWN if point in {MARKED, HANDED} else DeliveryState.SENT
    )


@pytest.mark.parametrize("point", [MARKED, HANDED])
def test_killed_anywhere_a_webhook_hears_of_it_under_one_id(hook: Hook, point: str) -> None:
    tell(hook, mail_to="")
    record(SubjectKind.MAILBOX, uuid4(), "incoming", LOST)
    with crash_points.kill_at(point), pytest.raises(Killed):
        look()
    look()
    assert NoticeDelivery.objects.get().state == DeliveryState.SENT
    assert len({headers["idempotency-key"] for headers, _ in hook.told}) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("webhook_url", "ftp://example.com/", id="another scheme"),
        pytest.param("webhook_url", "https://user:word@example.com/", id="a password in it"),
        pytest.param("webhook_url", "https:///alerts", id="no host"),
        pytest.param("mail_to", "nobody", id="no address"),
        pytest.param("mail_to", "\n".join(f"a{n}@example.com" for n in range(21)), id="too many"),
    ],
)
def test_what_nobody_can_be_told_by_is_refused(field: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        tell(None, **{field: value})
    assert field in refused.value.message_dict


def test_the_cloud_is_not_told(hook: Hook) -> None:
    tell(webhook_url="http://169.254.169.254/latest/", mail_to="")
    send_test()
    look()
    assert NoticeDelivery.objects.get().code == "PSR-NET-010"


def test_a_copy_tells_nobody(relay: SmtpServer, hook: Hook) -> None:
    tell(hook)
    record(SubjectKind.MAILBOX, uuid4(), "incoming", LOST)
    SystemSettings.objects.update(is_copy=True)
    look()
    assert (relay.taken, hook.told) == ([], [])
    SystemSettings.objects.update(is_copy=False)
    look()
    assert (len(relay.taken), len(hook.told)) == (1, 1)


def test_the_secret_is_in_no_audit(hook: Hook) -> None:
    tell(hook)
    [entry] = AuditEntry.objects.filter(action="notices.changed")
    assert SECRET not in json.dumps(entry.detail)
    assert entry.detail["secret"] is True
