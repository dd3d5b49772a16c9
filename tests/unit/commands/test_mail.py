"""`passerelle mail` by its command line, on a real database."""

import json

import pytest
from django.utils import timezone
from tests.unit.web.conftest import make_world
from typer.testing import CliRunner, Result

from passerelle.commands.app import app
from passerelle.crm.models import Email
from passerelle.faults.mailboxes import ProcessedByRouter
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import create_user_with_mailbox
from passerelle.sync.models import Clue, Place, TakeRequest
from passerelle.sync.models.incoming import Outcome
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def passerelle(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def place() -> Place:
    create_user_with_mailbox("Ada Bonnet", "ada@example.com")
    place = Place.objects.create(
        mailbox=Mailbox.objects.get(), epoch=1, folder="INBOX", uid_validity=1, uid=1,
        outcome=Outcome.IGNORED, reason=int(Reason.NO_FILTER_WANTS), decided_on=timezone.now(),
        facts={"facts": [["owner", "Ada"]], "looked": [["not-correlated", []]]},
        sender="sam@stranger.example", message_id="<1@stranger.example>",
    )  # fmt: skip
    for text in (place.sender, place.message_id):
        Clue.objects.create(text=text, place=place)
    return place


@pytest.mark.parametrize("text", ["SAM@stranger.example", "<1@stranger.example>"])
def test_where(place: Place, text: str) -> None:
    result = passerelle("--json", "mail", "where", text)
    assert result.exit_code == 0
    (row,) = json.loads(result.stdout)["messages"]
    assert (row["id"], row["why"]) == (str(place.pk), "Ignored: Ada takes no mail by itself.")
    assert "Ada Bonnet" in passerelle("mail", "where", text).stdout.replace("\n", " ")


def test_nothing_found_says_what_was_looked_at_and_fails(place: Place) -> None:
    result = passerelle("mail", "where", "ada@example.com")
    assert result.exit_code == 1
    assert "INBOX; last cycle: never" in result.stdout
    assert passerelle("mail", "where", "a-word").exit_code == 2


def test_why(place: Place) -> None:
    assert (
        "Ignored: Ada takes no mail by itself." in passerelle("mail", "why", str(place.pk)).stdout
    )
    (told,) = json.loads(passerelle("--json", "mail", "why", str(place.pk)).stdout)
    assert told["id"] == str(place.pk)
    for nobody in ("x", str(place.mailbox_id)):
        assert passerelle("mail", "why", nobody).exit_code == 2


def test_the_index_is_rebuilt_by_the_running_service() -> None:
    result = passerelle("--json", "mail", "index")
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"emails": 0})


def test_take_asks_the_mailbox_or_says_why_not(place: Place) -> None:
    refused = passerelle("mail", "take", str(place.pk))
    assert isinstance(refused.exception, ProcessedByRouter)
    for nobody in ("x", str(place.mailbox_id)):
        assert passerelle("mail", "take", nobody).exit_code == 2
    TakeRequest.objects.create(
        place=place, mailbox=place.mailbox, username="ada", asked_on=timezone.now()
    )
    result = passerelle("--json", "mail", "take", str(place.pk))
    assert json.loads(result.stdout)["id"] == str(place.pk)
    assert "the next cycle" in passerelle("mail", "take", str(place.pk)).stdout


def test_untrack_asks_first(db: None) -> None:
    world = make_world()
    key = str(world.received.pk)
    asked = CliRunner().invoke(app, ["mail", "untrack", key], input="n\n")
    assert asked.exit_code == 1
    assert Email.objects.filter(pk=key).exists()
    assert passerelle("--json", "mail", "untrack", key).exit_code == 1  # nobody can be asked
    result = passerelle("--json", "mail", "untrack", key, "--yes")
    assert json.loads(result.stdout.splitlines()[-1]) == {"id": key}  # a log line stands before
    assert not Email.objects.filter(pk=key).exists()
    for nobody in ("x", key, str(world.draft.pk)):
        assert passerelle("mail", "untrack", nobody, "--yes").exit_code == 2
