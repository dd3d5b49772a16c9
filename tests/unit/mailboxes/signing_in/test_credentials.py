"""Entering, keeping and rotating credentials."""

import json
from pathlib import Path

import pytest
import structlog
from django.core import serializers
from django.core.exceptions import ValidationError
from django.utils import timezone

from passerelle.configuration import Keys
from passerelle.faults import Secret
from passerelle.mailboxes.models import Credential, Refusal
from passerelle.mailboxes.services import reencrypt_all, reveal, set_password
from passerelle.mailboxes.signing_in import vault

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TEXT = "never-to-be-seen-4711"


@pytest.fixture
def two_keys(monkeypatch: pytest.MonkeyPatch) -> Keys:
    """A new key was put on top of the key file and the process started again."""
    newer = Keys({"newer": b"n" * 32, **vault.process_keys().by_id})
    monkeypatch.setattr(vault, "process_keys", lambda: newer)
    return newer


def test_a_password_is_written_and_only_revealed_by_name() -> None:
    with structlog.testing.capture_logs() as logs:
        credential = set_password(None, "anna", Secret(TEXT))
    assert reveal(credential) == Secret(TEXT)
    credential.refresh_from_db()
    assert reveal(credential) == Secret(TEXT)
    for shown in (
        repr(vars(credential)),
        json.dumps(logs, default=str),
        serializers.serialize("json", [credential]),
    ):
        assert TEXT not in shown


def test_a_password_may_be_entered_later() -> None:
    credential = set_password(None, "anna", None)
    assert (credential.is_password_set, reveal(credential)) == (False, None)
    assert set_password(credential, "anna", Secret(TEXT)).version == 2


def test_an_empty_box_leaves_the_password_and_the_version() -> None:
    credential = set_password(None, "anna", Secret(TEXT))
    same = set_password(credential, "anna", Secret(""))
    assert (same.version, reveal(same)) == (1, Secret(TEXT))


def test_another_user_name_is_a_new_version_with_the_old_password() -> None:
    credential = set_password(None, "anna", Secret(TEXT))
    other = set_password(credential, "anna@example.com", None)
    assert (other.version, reveal(other)) == (2, Secret(TEXT))


def test_a_new_password_voids_the_refusals_of_the_old_one() -> None:
    credential = set_password(None, "anna", Secret(TEXT))
    now = timezone.now()
    Refusal.objects.create(
        host="imap.example.com", credential=credential, version=1, refused_on=now, next_try_on=now
    )
    set_password(credential, "anna", Secret("another"))
    assert not Refusal.objects.exists()


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        pytest.param("", "good", "username", id="no-user-name"),
        pytest.param("anna\r\nA1 LOGOUT", "good", "username", id="a-command-in-the-name"),
        pytest.param("x" * 251, "good", "username", id="a-name-too-long"),
        pytest.param("anna", "bad\r\nRSET", "password", id="a-command-in-the-password"),
        pytest.param("anna", "bad\0", "password", id="a-nul"),
        pytest.param("anna", "x" * 1001, "password", id="a-password-too-long"),
    ],
)
def test_what_no_protocol_carries_is_refused(username: str, password: str, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        set_password(None, username, Secret(password))
    assert field in caught.value.message_dict
    assert password not in str(caught.value.message_dict)
    assert not Credential.objects.exists()


def test_everything_is_encrypted_anew_with_the_newest_key(two_keys: Keys) -> None:
    old_id, old_key = list(two_keys.by_id.items())[1]
    old = Credential(username="anna")
    old.key_id, old.ciphertext = vault.encrypt(Secret(TEXT), old.pk, Keys({old_id: old_key}))
    old.save()
    set_password(None, "unset", None)
    fresh = set_password(None, "bert", Secret("fresh"))
    assert reencrypt_all() == 1
    assert reencrypt_all() == 0
    old.refresh_from_db()
    assert (old.key_id, old.version, reveal(old)) == ("newer", 1, Secret(TEXT))
    assert reveal(fresh) == Secret("fresh")


def test_the_keys_are_read_once(tmp_path: Path) -> None:
    assert vault.process_keys() is vault.process_keys()
