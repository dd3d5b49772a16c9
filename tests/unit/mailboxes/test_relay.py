"""The system relay: what is stored and refused, its audit, and the message it is given."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from passerelle.crm.models import AuditEntry
from passerelle.crm.models.audit import AuditAction
from passerelle.faults import Secret
from passerelle.faults.mail.messages import DraftRefused
from passerelle.faults.relay import RelayMissing
from passerelle.mailboxes.models import Credential, SystemRelay
from passerelle.mailboxes.relay.notices import notice
from passerelle.mailboxes.services import reveal, save_relay, send_notice, system_relay

pytestmark = [pytest.mark.django_db, pytest.mark.database]

PASSWORD = "a-made-up-secret"
VALUES: dict[str, Any] = {
    "host": "relay.example.com",
    "sender_address": "passerelle@example.com",
    "sender_name": "Passerelle",
}
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def save(username: str = "", password: str = "", **values: Any) -> SystemRelay:
    secret = Secret(password) if password else None
    return save_relay({**VALUES, **values}, username=username, password=secret, by="admin")


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=AuditAction.RELAY_CHANGED).order_by("done_on"))


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_new_installation_has_none() -> None:
    assert not system_relay().is_ready
    with pytest.raises(RelayMissing):
        send_notice("anna@example.com", "Subject", "Text")


def test_it_is_kept_with_its_password_and_audited_without_it() -> None:
    relay = save("collector", PASSWORD)
    assert relay.is_ready
    assert relay.credential is not None
    assert reveal(relay.credential) == Secret(PASSWORD)
    [entry] = entries()
    assert entry.detail["host"] == ["", "relay.example.com"]
    assert entry.detail["credentials"] is True
    assert PASSWORD not in str(entry.detail)


def test_saving_it_again_changes_nothing() -> None:
    relay = save("collector", PASSWORD)
    again = save("collector")
    assert again.credential == relay.credential
    assert again.credential is not None
    assert again.credential.version == 1
    assert len(entries()) == 1


def test_a_new_password_is_a_new_version() -> None:
    save("collector", PASSWORD)
    again = save("collector", "another made-up secret")
    assert again.credential is not None
    assert again.credential.version == 2
    assert entries()[-1].detail == {"credentials": True}


def test_without_a_user_name_the_credentials_are_deleted() -> None:
    save("collector", PASSWORD)
    assert save().credential is None
    assert not Credential.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        pytest.param({"host": "http://relay.example.com"}, "host", id="a-server-is-a-name-alone"),
        pytest.param({"host": "a b"}, "host", id="a-server-has-no-spaces"),
        pytest.param({"sender_address": ""}, "sender_address", id="a-sender-is-needed"),
        pytest.param({"sender_address": "x"}, "sender_address", id="a-sender-is-an-address"),
        pytest.param({"sender_name": "a\r\nBcc: b"}, "sender_name", id="a-name-is-one-line"),
        pytest.param({"port": 70_000}, "port", id="a-port-has-16-bits"),
        pytest.param({"username": "collector"}, "password", id="a-new-name-wants-its-password"),
        pytest.param({"password": PASSWORD}, "username", id="a-password-wants-its-name"),
        pytest.param(
            {"username": "a\rb", "password": PASSWORD}, "username", id="a-name-ends-no-command"
        ),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(given: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        save(**given)
    assert field in refused.value.error_dict
    assert system_relay().host == ""
    assert entries() == []


def test_nothing_else_is_changed_by_name() -> None:
    with pytest.raises(TypeError):
        save(credential=None)


def test_a_notice_is_answered_by_no_program() -> None:
    relay = SystemRelay(**VALUES)
    message = parsed(notice(relay, "anna@example.com", "Été", "Voilà.", html=None, now=NOW))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Passerelle <passerelle@example.com>"
    assert message["To"] == "anna@example.com"
    assert message["Subject"] == "Été"
    assert message.get_content_type() == "text/plain"
    assert message.get_content() == "Voilà.\r\n" or message.get_content() == "Voilà.\n"


def test_html_stands_beside_the_text() -> None:
    relay = SystemRelay(**VALUES)
    html = "<p>Voilà " + "long " * 400 + "</p>"
    message = parsed(notice(relay, "anna@example.com", "S", "Voilà.", html=html, now=NOW))
    assert message.get_content_type() == "multipart/alternative"
    plain, rich = message.iter_parts()
    assert isinstance(plain, EmailMessage)
    assert isinstance(rich, EmailMessage)
    assert plain.get_content().strip() == "Voilà."
    assert rich.get_content_type() == "text/html"
    assert rich.get_content().strip() == html
    assert message.defects == []


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        pytest.param("anna@example.com\r\nBcc: all@example.com", "S", id="an-address-is-one-line"),
        pytest.param("nobody", "S", id="an-address-has-a-domain"),
        pytest.param("anna@example.com", "S\r\nBcc: all@example.com", id="a-subject-is-one-line"),
    ],
)
def test_no_field_begins_another(to: str, subject: str) -> None:
    with pytest.raises(DraftRefused):
        notice(SystemRelay(**VALUES), to, subject, "Text", html=None, now=NOW)
