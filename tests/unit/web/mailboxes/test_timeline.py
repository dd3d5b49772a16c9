"""The time line of a mailbox on its pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.unit.web.conftest import World

from passerelle.faults.mailboxes import CredentialsWait
from passerelle.faults.store import DatabaseGone
from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models import Cycle, Reading
from passerelle.sync.models.timeline import CycleKind, Ending
from passerelle.web.state.timeline import WIDTH, told

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def cycle(mailbox: Mailbox, minutes_ago: int, **columns: object) -> Cycle:
    moment = timezone.now() - timedelta(minutes=minutes_ago)
    values = {"kind": CycleKind.INCOMING, "ending": Ending.DONE, **columns}
    return Cycle.objects.create(mailbox=mailbox, began_on=moment, ended_on=moment, **values)


def page(client: Client, world: World, query: str = "") -> str:
    text = client.get(f"/mailboxes/{world.mailbox.pk}/timeline/{query}").content.decode()
    return text.replace("\xa0", " ")


@pytest.fixture
def lived(world: World) -> World:
    """Ann's mailbox had mail, a fault, and looks that found nothing since."""
    cycle(world.mailbox, 30, listed=5, done=3, ignored=2, steps={"list": 20, "fetch": 80}, took=100)
    cycle(world.mailbox, 20, ending=Ending.FAULT, code=DatabaseGone.code, looks=4)
    Reading.objects.filter(pk=world.mailbox.pk).update(
        quiet_looks=12,
        quiet_since=timezone.now() - timedelta(minutes=15),
        cycle_finished_on=timezone.now(),
    )
    return world


def test_each_cycle_says_what_it_found(lived: World, as_administrator: Client) -> None:
    text = page(as_administrator, lived)
    assert "5 new, 3 tracked, 2 ignored, 0 in quarantine" in text
    assert "12 times in a row." in text
    assert "4 times in a row." in text
    assert DatabaseGone.code in text
    assert "80 ms" in text
    assert text.index("12 times") < text.index("4 times") < text.index("5 new")
    assert "style=" not in text


@pytest.mark.parametrize(
    ("query", "shows", "hides"),
    [
        pytest.param("?show=mail", "5 new", "4 times", id="only-with-mail"),
        pytest.param("?show=faults", "4 times", "5 new", id="only-faults"),
        pytest.param("?show=nonsense", "5 new", "Nothing to see", id="what-is-unknown-shows-all"),
    ],
)
def test_a_filter(
    query: str, shows: str, hides: str, lived: World, as_administrator: Client
) -> None:
    text = page(as_administrator, lived, query)
    assert shows in text
    assert hides not in text


def test_a_person_sees_their_own_alone(lived: World, as_ann: Client, as_bob: Client) -> None:
    for address in ("/my-mailbox/timeline/", "/my-mailbox/"):
        assert "5 new" in as_ann.get(address).content.decode()
        assert "5 new" not in as_bob.get(address).content.decode()


def test_further_pages_are_sought(world: World, as_administrator: Client) -> None:
    for number in range(60):
        cycle(world.mailbox, number, listed=1000 + number)
    first = page(as_administrator, world)
    assert "1000 new" in first.replace(",", "")
    assert "1059 new" not in first.replace(",", "")
    after = first.split("?after=")[1].split('"')[0]
    assert "1059 new" in page(as_administrator, world, f"?after={after}").replace(",", "")


def test_more_rows_cost_no_more_queries(world: World, as_administrator: Client) -> None:
    page(as_administrator, world)
    with CaptureQueriesContext(connection) as few:
        page(as_administrator, world)
    for number in range(20):
        cycle(world.mailbox, number, listed=1, steps={"list": 5}, took=5)
    with CaptureQueriesContext(connection) as many:
        page(as_administrator, world)
    assert len(many) == len(few)


def test_the_slowest_cycle_takes_the_whole_width() -> None:
    slow = Cycle(ending=Ending.DONE, steps={"list": 500, "fetch": 1500, "of-a-later-version": 9})
    fast = Cycle(ending=Ending.DONE, steps={"list": 20})
    first, second = told([slow, fast])
    assert [(step.name, step.x, step.width) for step in first.steps] == [
        ("list", 0, WIDTH // 4),
        ("fetch", WIDTH // 4, WIDTH * 3 // 4),
    ]
    assert [step.width for step in second.steps] == [WIDTH // 100]


def test_a_fault_is_told_without_facts_that_its_alert_has() -> None:
    (row,) = told([Cycle(ending=Ending.FAULT, code=CredentialsWait.code)])
    assert row.cause == CredentialsWait.consequence
    (unknown,) = told([Cycle(ending=Ending.FAULT, code="PSR-NEW-999")])
    assert unknown.cause == ""
