"""Mail of Passerelle itself, given to a real SMTP server with STARTTLS and a sign-in."""

from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from tests.system.servers.certificates import make_certificates
from tests.system.servers.ports import free_port
from tests.system.servers.smtp_server import SmtpServer, smtp_server

from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in
from passerelle.faults import Fault, Secret
from passerelle.faults.mail.protocols import CertificateRefused, ConnectionRefused, LoginRefused
from passerelle.faults.relay import NoticePostponed, NoticeRefused, RelayCredentialsWait
from passerelle.mailboxes.models import Refusal
from passerelle.mailboxes.services import open_relay, save_relay, send_notice

pytestmark = [pytest.mark.django_db, pytest.mark.database]

PASSWORD = "s3cret of the relay"
ANNA = "anna@example.com"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SmtpServer]:
    with smtp_server({"relay": PASSWORD}, certificates=make_certificates(tmp_path)) as running:
        yield running


def through(server: SmtpServer, password: str = PASSWORD, **values: Any) -> None:
    stored = {
        "host": "localhost",
        "port": server.port,
        "security": "starttls",
        "verify": False,
        "sender_address": "passerelle@example.com",
        **values,
    }
    save_relay(stored, username="relay", password=Secret(password), by="admin")


def test_a_notice_arrives(server: SmtpServer) -> None:
    through(server)
    send_notice(ANNA, "Hello", "Text", html="<p>Text</p>")
    [taken] = server.taken
    assert (taken.mail_from, taken.rcpt_tos) == ("passerelle@example.com", [ANNA])
    assert isinstance(taken.content, bytes)
    assert message_from_bytes(taken.content)["Auto-Submitted"] == "auto-generated"


def test_many_go_over_one_connection_and_one_refusal_stops_none(server: SmtpServer) -> None:
    through(server)
    server.answers.recipients = {"gone@example.com": "550 5.1.1 no such user"}
    with open_relay() as relay:
        relay.send(ANNA, "One", "Text")
        with pytest.raises(NoticeRefused) as refused:
            relay.send("gone@example.com", "Two", "Text")
        relay.send(ANNA, "Three", "Text")
    assert "no such user" in str(refused.value.facts["answer"])
    assert len(server.taken) == 2


def test_a_full_mailbox_is_tried_again(server: SmtpServer) -> None:
    through(server)
    server.answers.recipients = {ANNA: "452 4.2.2 mailbox full"}
    with pytest.raises(NoticePostponed):
        send_notice(ANNA, "Hello", "Text")


def test_a_refused_password_rests_until_it_is_changed(server: SmtpServer) -> None:
    through(server, "wrong")
    with pytest.raises(LoginRefused):
        send_notice(ANNA, "Hello", "Text")
    with pytest.raises(RelayCredentialsWait):
        send_notice(ANNA, "Hello", "Text")
    through(server)
    send_notice(ANNA, "Hello", "Text")
    assert len(server.taken) == 1
    assert not Refusal.objects.exists()


def test_an_unknown_certificate_is_refused(server: SmtpServer) -> None:
    through(server, verify=True)
    with pytest.raises(CertificateRefused):
        send_notice(ANNA, "Hello", "Text")
    assert server.taken == []


def test_a_server_that_is_away_is_said(server: SmtpServer) -> None:
    through(server, port=free_port())
    with pytest.raises(ConnectionRefused):
        send_notice(ANNA, "Hello", "Text")


@pytest.mark.django_db(transaction=True)
def test_never_within_a_transaction(server: SmtpServer) -> None:
    through(server)
    with transaction.atomic(), pytest.raises(AssertionError):
        send_notice(ANNA, "Hello", "Text")
    assert server.taken == []


def test_the_page_sends_a_test_message_and_says_what_went_wrong(server: SmtpServer) -> None:
    through(server)
    administrator = create_sign_in("admin", Role.ADMINISTRATOR)
    client = Client()
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/settings/relay/test/", {"to": ANNA}).status_code == 302
    assert len(server.taken) == 1
    server.answers.data = "554 5.7.1 looks like spam"
    answer = client.post("/settings/relay/test/", {"to": ANNA})
    assert answer.status_code == 422
    assert "looks like spam" in answer.content.decode()


def test_a_fault_is_what_it_raises(server: SmtpServer) -> None:
    through(server)
    server.answers.mail = "421 4.3.2 closing"
    with pytest.raises(Fault):
        send_notice(ANNA, "Hello", "Text")
