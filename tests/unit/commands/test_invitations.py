"""`passerelle invitations` by its command line, on a real database; nothing is sent here."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone
from typer.testing import CliRunner, Result

from passerelle.access import services as access
from passerelle.access.models import Invitation
from passerelle.commands.app import app
from passerelle.commands.main import exit_of
from passerelle.crm.models import AuditEntry, SignInAccount
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in, create_user
from passerelle.faults import Fault

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def people() -> Iterator[None]:
    for name in ("Anna", "Bert", "Cleo"):
        create_user(name, f"{name}@example.com")
    create_user("Dora", "")
    public = replace(settings.PASSERELLE, public_url="https://crm.example.com")
    with override_settings(PASSERELLE=public):
        yield


def passerelle(*words: str) -> Result:
    return CliRunner().invoke(app, ["invitations", *words])


def told(*words: str) -> Any:
    result = CliRunner().invoke(app, ["--json", "invitations", *words])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.splitlines()[-1])


def states() -> dict[str, str]:
    return {row["name"]: row["state"] for row in told("show")}


def test_from_a_dry_run_to_withdrawn() -> None:
    shown = told("send", "--whom", "without", "--dry-run")
    assert shown["counts"] == {"new": 3, "no-address": 1}
    assert [row["name"] for row in shown["people"]] == ["Anna", "Bert", "Cleo", "Dora"]
    assert not Invitation.objects.exists()
    assert told("send", "--whom", "without") == {"invited": 3, "unknown": []}
    one = Invitation.objects.get(systemuser__fullname="Anna")
    assert one.link_address == "https://crm.example.com/sign-in/{token}/"
    assert told("withdraw", "anna@example.com") == {"withdrawn": 1, "unknown": []}
    assert states() == {"Anna": "withdrawn", "Bert": "waiting", "Cleo": "waiting"}
    assert told("again", "--state", "withdrawn")["invited"] == 1
    assert set(states().values()) == {"waiting"}
    names = set(AuditEntry.objects.values_list("username", flat=True))
    assert all(name.endswith("(console)") for name in names)
    assert AuditEntry.objects.count() == 3


def test_a_person_reads_what_would_be_done_and_how_it_stands() -> None:
    assert "3 invitations would go out." in passerelle("send", "--whom", "all", "--dry-run").stdout
    assert "No worker runs now" in passerelle("send", "--search", "bert").stdout
    assert "Waiting" in passerelle("show").stdout
    Invitation.objects.update(state="failed", code="PSR-ACC-025")
    shown = passerelle("show", "--state", "failed").stdout
    assert "Bert: PSR-ACC-025" in shown
    assert "Bert" not in passerelle("show", "--state", "sent").stdout


def test_a_list_chooses_and_says_who_is_nobody(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("\ufeffANNA@example.com; who@example.com\n\0rubbish\n", encoding="utf-8")
    result = passerelle("send", "--list", str(file))
    assert result.exit_code == 1
    assert "who@example.com" in result.stdout
    assert list(states()) == ["Anna"]


def test_who_signs_in_already_is_left_alone() -> None:
    account = create_sign_in("bert", Role.USER)
    account.systemuser = create_user("Bert Two", "bert2@example.com")
    account.save()
    SignInAccount.objects.update(last_login=timezone.now())
    result = passerelle("send", "bert2@example.com")
    assert isinstance(result.exception, Fault)
    assert result.exception.code == "PSR-ACC-020"


def test_by_the_provider_where_there_is_one() -> None:
    result = passerelle("send", "anna@example.com", "--by", "provider")
    assert isinstance(result.exception, Fault)
    assert result.exception.code == "PSR-ACC-025"
    stored = {"enabled": True, "label": "Example", "client_id": "passerelle",
              "issuer": "https://login.example.com", "local_sign_in": "administrators"}  # fmt: skip
    access.save_openid_provider(stored, groups={}, secret=None, by="admin")
    told("send", "anna@example.com")
    told("send", "bert@example.com", "--by", "password")
    assert {row["name"]: row["by"] for row in told("show")} == {
        "Anna": "provider", "Bert": "password",
    }  # fmt: skip


def test_without_a_public_address_no_link_can_be_made() -> None:
    with override_settings(PASSERELLE=replace(settings.PASSERELLE, public_url="")):
        result = passerelle("send", "anna@example.com")
    assert isinstance(result.exception, Fault)
    assert exit_of(result.exception) == 78
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["send"], id="nobody-is-named"),
        pytest.param(["send", "--whom", "cats"], id="no-such-kind"),
        pytest.param(["send", "--list", "/nonexistent"], id="no-such-file"),
        pytest.param(["again"], id="again-whom"),
        pytest.param(["withdraw", "--state", "lost"], id="no-such-state"),
    ],
)
def test_what_is_not_clear_sends_nothing(words: list[str]) -> None:
    assert passerelle(*words).exit_code == 2
    assert not Invitation.objects.exists()
