"""Records made automatically on their page: who sees which, filters, taking back, the options."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.unit.web.conftest import World

from passerelle.crm.automatic import Making, Wanted, make
from passerelle.crm.models import AutomaticRecord, Contact, Lead, Queue, SystemUser
from passerelle.crm.models.people import CreateAutomatically
from passerelle.crm.services import update_customer
from passerelle.mailboxes.services import save_tracking_rules
from passerelle.tracking import Creates, Creation, PersonName

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LIST, BACK = "/records-made/", "/records-made/back/"


@pytest.fixture
def made(world: World) -> World:
    """A contact by Ann's option, a lead by the queue's, a contact by Bob's."""

    def wanted(
        name: str, creates: Creates, user: SystemUser | None = None, queue: Queue | None = None
    ) -> Wanted:
        by = user.pk if user else None, queue.pk if queue else None
        creation = Creation(creates, f"{name}@stranger.example", PersonName("", name), None, *by)
        return Wanted(creation, world.received.pk)

    make(
        [
            wanted("dan", Creates.CONTACT, world.ann_user),
            wanted("eve", Creates.LEAD, queue=world.queue),
            wanted("fay", Creates.CONTACT, world.bob_user),
        ],
        Making(world.mailbox.pk, 100, timezone.now()),
    )
    return world


def shown(page: str) -> set[str]:
    return {name for name in ("dan", "eve", "fay") if f"{name}@stranger.example" in page}


def keys(*names: str) -> list[str]:
    rows = AutomaticRecord.objects.filter(fullname__in=names)
    return [str(row.pk) for row in rows]


def test_an_administrator_sees_all_and_a_person_their_own(
    made: World, as_administrator: Client, as_bob: Client
) -> None:
    assert shown(as_administrator.get(LIST).content.decode()) == {"dan", "eve", "fay"}
    seen = shown(as_bob.get(LIST).content.decode())
    assert "fay" in seen
    assert "dan" not in seen


def test_the_email_that_brought_it_is_linked_for_who_may_read_it(
    made: World, as_administrator: Client, as_bob: Client
) -> None:
    link = reverse("web:email", args=[made.received.pk])
    assert as_administrator.get(LIST).content.decode().count(link) == 3
    assert link not in as_bob.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=dan", {"dan"}),
        ("?q=Bob", {"fay"}),
        ("?which=standing", {"dan", "eve"}),
        ("?which=taken-back", {"fay"}),
        ("?which=rubbish", {"dan", "eve", "fay"}),
        ("?q=nobody", set()),
    ],
)
def test_filters(made: World, as_administrator: Client, query: str, expected: set[str]) -> None:
    as_administrator.post(BACK, {"chosen": keys("fay")})
    assert shown(as_administrator.get(LIST + query).content.decode()) == expected


def test_several_are_taken_back_and_what_stays_says_why(
    made: World, as_administrator: Client
) -> None:
    update_customer(Contact.objects.get(fullname="dan"), telephone1="1")
    answer = as_administrator.post(BACK, {"chosen": [*keys("dan", "eve"), "rubbish"]}, follow=True)
    page = answer.content.decode()
    assert "1 record is taken back." in page
    assert "dan was changed since it was made." in page
    assert not Lead.objects.filter(fullname="eve").exists()
    assert Contact.objects.filter(fullname="dan").exists()


def test_nobody_takes_back_what_is_not_theirs(made: World, as_bob: Client) -> None:
    page = as_bob.post(BACK, {"chosen": keys("dan")}, follow=True).content.decode()
    assert "Tick the records first." in page
    assert Contact.objects.filter(fullname="dan").exists()


def test_the_list_asks_no_more_for_more_rows(made: World, as_administrator: Client) -> None:
    with CaptureQueriesContext(connection) as three:
        as_administrator.get(LIST)
    with CaptureQueriesContext(connection) as one:
        as_administrator.get(LIST + "?q=dan")
    assert len(one) == len(three)


def test_ones_own_option_is_there_where_it_is_left(world: World, as_ann: Client) -> None:
    form = {"filtering": "1", "creates": "2"}
    assert 'name="creates"' not in as_ann.get("/my-mailbox/").content.decode()
    as_ann.post("/my-mailbox/options/", form)
    world.ann_user.refresh_from_db()
    assert world.ann_user.create_automatically == CreateAutomatically.AS_ORGANIZATION
    save_tracking_rules({"create_by_choice": True}, by="zoe")
    assert 'name="creates"' in as_ann.get("/my-mailbox/").content.decode()
    as_ann.post("/my-mailbox/options/", form)
    world.ann_user.refresh_from_db()
    assert world.ann_user.create_automatically == CreateAutomatically.LEAD
    assert as_ann.post("/my-mailbox/options/", {**form, "creates": "7"}).status_code == 422


def test_a_queue_has_it_on_its_page(world: World, as_administrator: Client) -> None:
    form = {
        "name": world.queue.name, "email_address": world.queue.email_address, "statecode": "0",
        "incoming_email_filtering_method": "0", "create_automatically": "1",
    }  # fmt: skip
    address = f"/queues/{world.queue.pk}/edit/"
    assert as_administrator.post(address, form).status_code == 302
    world.queue.refresh_from_db()
    assert world.queue.create_automatically == CreateAutomatically.CONTACT
    assert "A contact" in as_administrator.get(f"/queues/{world.queue.pk}/").content.decode()
