"""`passerelle mailboxes` by its command line, on a real database."""

import json

import pytest
from django.utils import timezone
from typer.testing import CliRunner, Result

from passerelle.commands.app import app
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import AccessApproval
from passerelle.mailboxes.services import create_queue_with_mailbox, create_user_with_mailbox
from passerelle.sync.models import Cycle, TrackingFolder
from passerelle.sync.models.folders import FolderMeaning

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def passerelle(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def boxes() -> list[Mailbox]:
    create_user_with_mailbox("Ada Bonnet", "ada@example.com")
    create_queue_with_mailbox("Sales", "sales@example.com")
    return list(Mailbox.objects.order_by("name"))


def test_list_shows_every_mailbox(boxes: list[Mailbox]) -> None:
    result = passerelle("--json", "mailboxes", "list")
    assert result.exit_code == 0
    rows = json.loads(result.stdout)
    assert [row["address"] for row in rows] == ["ada@example.com", "sales@example.com"]
    assert "ada@example.com" in passerelle("mailboxes", "list").stdout


def test_approve_by_address_or_guid(boxes: list[Mailbox]) -> None:
    result = passerelle("mailboxes", "approve", "ADA@example.com", str(boxes[1].pk))
    assert result.exit_code == 0
    approved = Mailbox.objects.filter(approval=AccessApproval.APPROVED)
    assert approved.count() == 2


def test_the_time_line_of_a_mailbox(boxes: list[Mailbox]) -> None:
    moment = timezone.now()
    Cycle.objects.create(
        mailbox=boxes[0], kind="incoming", ending="done", began_on=moment, ended_on=moment,
        listed=3, done=2, ignored=1, steps={"list": 7}, took=9,
    )  # fmt: skip
    result = passerelle("--json", "mailboxes", "timeline", "ada@example.com")
    assert result.exit_code == 0
    (row,) = json.loads(result.stdout)
    assert (row["listed"], row["done"], row["ignored"], row["steps"]) == (3, 2, 1, {"list": 7})
    assert "done" in passerelle("mailboxes", "timeline", str(boxes[0].pk)).stdout
    assert passerelle("mailboxes", "timeline", "nobody@example.com").exit_code == 2


def test_the_folders_of_a_mailbox(boxes: list[Mailbox]) -> None:
    TrackingFolder.objects.create(
        mailbox=boxes[0], folder="Clients/Été", meaning=FolderMeaning.WATCH, tracked=3
    )
    result = passerelle("--json", "mailboxes", "folders", "ada@example.com")
    (row,) = json.loads(result.stdout)
    assert (row["folder"], row["regarding"], row["tracked"]) == ("Clients/Été", "", 3)
    assert "Clients/Été" in passerelle("mailboxes", "folders", str(boxes[0].pk)).stdout
    assert passerelle("mailboxes", "folders", "nobody@example.com").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="nobody-is-named"),
        pytest.param(["ada@example.com", "--all"], id="named-and-all"),
        pytest.param(["ada@example.com", "nobody@example.com"], id="one-is-unknown"),
    ],
)
def test_what_is_not_clear_changes_nothing(boxes: list[Mailbox], words: list[str]) -> None:
    assert passerelle("mailboxes", "approve", *words).exit_code == 2
    assert not Mailbox.objects.filter(approval=AccessApproval.APPROVED).exists()


def test_sync_of_what_may_not_run_fails(boxes: list[Mailbox]) -> None:
    result = passerelle("--json", "mailboxes", "sync", "--all")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"count": 0}


def test_only_commands_that_work_are_listed() -> None:
    listed = passerelle("mailboxes", "--help").stdout
    assert all(name in listed for name in ("list", "approve", "test", "enable", "sync"))
