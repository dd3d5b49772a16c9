"""Where is my mail: what the page says to whom, and what it says where nothing is found."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from tests.unit.web.conftest import EVIL, World

from passerelle.sync.models import Clue, Place
from passerelle.sync.models.incoming import Outcome
from passerelle.tracking import Reason
from passerelle.web.lists.finding import find
from passerelle.web.state.reasons import WORDS, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def ignore(world: World, sender: str = "sam@stranger.example") -> Place:
    """A message to Ann from nobody, which she does not take."""
    place = Place.objects.create(
        mailbox=world.mailbox, epoch=1, folder="INBOX", uid_validity=1, uid=99,
        outcome=Outcome.IGNORED, reason=int(Reason.NO_FILTER_WANTS), sender=sender,
        facts={"facts": [["owner", "Ann Example"]]}, decided_on=timezone.now(),
    )  # fmt: skip
    Clue.objects.create(text=sender.lower(), place=place)
    return place


def page(client: Client, text: str, **words: str) -> str:
    response = client.get(reverse("web:where"), {"q": text, **words})
    assert response.status_code == 200
    return response.content.decode()


def test_ignored_mail_is_told_with_its_reason(world: World, as_ann: Client) -> None:
    ignore(world)
    shown = page(as_ann, "Sam@stranger.example")
    assert "Ignored: Ann Example takes no mail by itself." in shown
    assert "INBOX" in shown


def test_another_user_is_not_told_that_there_is_something(world: World, as_bob: Client) -> None:
    ignore(world)
    shown = page(as_bob, "sam@stranger.example")
    assert "No message like this is known" in shown
    assert "Ann Example" not in shown


def test_tracked_mail_is_told_without_its_subject(world: World, as_ann: Client) -> None:
    shown = page(as_ann, "carla@customer.example")
    assert reverse("web:email", args=[world.received.pk]) in shown
    assert "Order" not in shown


def test_nothing_found_says_what_was_looked_at(world: World, as_administrator: Client) -> None:
    shown = page(as_administrator, "ann@company.example", after="0" * 32)
    assert "No message like this is known" in shown
    assert reverse("web:mailbox", args=[world.mailbox.pk]) in shown
    assert "Never looked into yet." in shown
    assert "No user and no queue has this address" in page(as_administrator, "x@nowhere.example")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", "Type the address", id="nothing-typed"),
        pytest.param("a word", "neither an email address nor a Message-ID", id="a-word"),
        pytest.param(EVIL, escape(EVIL), id="a-script"),
        pytest.param("\0@\ud7ff" + "x" * 5000, "", id="rubbish"),
    ],
)
def test_whatever_is_typed_gets_an_answer(as_ann: Client, text: str, told: str) -> None:
    assert told in page(as_ann, text)


def test_quick_search_offers_it_for_what_looks_like_an_address(world: World) -> None:
    (one,) = find(world.bob, "sam@stranger.example")
    assert (one.page, one.address) == ("where", "/mail/where/?q=sam%40stranger.example")
    assert one.text == "Where is sam@stranger.example?"


def test_decisions_of_today_are_counted_and_listed(world: World, as_administrator: Client) -> None:
    ignore(world)
    mailbox = as_administrator.get(reverse("web:mailbox", args=[world.mailbox.pk]))
    listed = reverse("web:mailbox-decisions", args=[world.mailbox.pk])
    link = f"{listed}?outcome=ignored&amp;reason={int(Reason.NO_FILTER_WANTS)}"
    assert link in mailbox.content.decode()
    ignored = as_administrator.get(listed, {"outcome": "ignored"}).content.decode()
    assert "sam@stranger.example" in ignored
    assert "carla@customer.example" not in ignored
    for crooked in ({"outcome": "x"}, {"reason": "9" * 50}, {"reason": "x"}, {"after": "x"}):
        assert as_administrator.get(listed, crooked).status_code == 200


def test_every_reason_has_its_words() -> None:
    assert set(WORDS) == set(Reason)
    assert words_of(Outcome.IGNORED, 9999) == "no reason was kept"
