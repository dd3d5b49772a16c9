"""The emails of a record: by days, a conversation in one row, narrowed down, and with contacts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.unit.web.conftest import RAW, World, receive

from passerelle.crm import services as crm
from passerelle.crm.models import Contact, Email, QueueItem
from passerelle.crm.models.mail.emails import EmailStatus, Participation
from passerelle.crm.readers import grant, seeking
from passerelle.web.lists import paging
from passerelle.web.lists.timeline import Timeline, timeline_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def dora(world: World) -> Contact:
    """A contact of the account, as Carla becomes one."""
    Email.objects.all().delete()
    crm.update_customer(world.contact, parent_customer=world.account)
    dora = crm.create_contact("Dora", "Customer", email_address1="dora@customer.example")
    return crm.update_customer(dora, parent_customer=world.account)


def of_account(world: World, **query: str) -> Timeline:
    return timeline_of(world.ann, "account", world.account, query)


def mail(world: World, contact: Contact, when: datetime, **fields: object) -> Email:
    return receive(world.ann_user, contact, RAW, created_on=when, sent_on=when, **fields)


def shown(timeline: Timeline) -> list[tuple[str, list[tuple[Email, int]]]]:
    return [
        (f"{day.day:%d}", [(entry.email, entry.count) for entry in day.entries])
        for day in timeline.days
    ]


def test_an_account_shows_the_mail_of_its_contacts_by_days(world: World, dora: Contact) -> None:
    first = mail(world, world.contact, NOON)
    second = mail(world, dora, NOON + DAY)
    third = mail(world, dora, NOON + DAY + timedelta(hours=1))
    regarding = mail(world, dora, NOON + 2 * DAY, regarding_account=world.account)
    regarding.parties.all().delete()
    stranger = crm.create_contact("Sam", "Stranger", email_address1="sam@stranger.example")
    mail(world, stranger, NOON)
    assert shown(of_account(world)) == [
        ("04", [(regarding, 1)]),
        ("03", [(third, 1), (second, 1)]),
        ("02", [(first, 1)]),
    ]


@pytest.mark.parametrize("window", [seeking.WINDOW, 1, 0])
@pytest.mark.parametrize("kind", ["queue", "systemuser"])
def test_users_and_queues_show_what_is_theirs_and_not_all_that_they_read(
    world: World, kind: str, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeking, "WINDOW", window)
    Email.objects.all().delete()
    record = world.queue if kind == "queue" else world.ann_user
    made = [mail(world, world.contact, NOON + number * DAY) for number in range(6)]
    for email in made:
        email.parties.filter(systemuser=world.ann_user).delete()
        grant([email.pk])  # Ann owns it: she reads it, and takes no part
    for email in made[:2]:
        party = {"participation": Participation.CC, "address_used": "x@company.example"}
        email.parties.create(**{kind: record}, **party)
    if kind == "queue":
        QueueItem.objects.create(queue=world.queue, email=made[2], entered_on=NOON)
    grant([email.pk for email in made])
    expected = made[:3] if kind == "queue" else made[:2]
    for account in (world.administrator, world.ann):
        found = timeline_of(account, kind, record, {}).page.rows
        assert [email.pk for email in found] == [email.pk for email in expected[::-1]]


def test_nobody_is_shown_what_they_may_not_see(world: World, dora: Contact) -> None:
    mail(world, dora, NOON)
    assert not timeline_of(world.bob, "account", world.account, {}).days
    assert timeline_of(world.administrator, "account", world.account, {}).days


def test_a_conversation_is_one_row_where_its_newest_email_stands(
    world: World, dora: Contact
) -> None:
    first = mail(world, dora, NOON)
    second = mail(world, dora, NOON + timedelta(hours=1), correlated_activity=first)
    alone = mail(world, dora, NOON + timedelta(hours=2))
    third = mail(world, dora, NOON + DAY, correlated_activity=second)
    assert shown(of_account(world)) == [("03", [(third, 3)]), ("02", [(alone, 1)])]


def test_a_day_stands_once_also_where_mailboxes_were_read_after_one_another(
    world: World, dora: Contact
) -> None:
    sent = (NOON + DAY, NOON, NOON + DAY + timedelta(hours=1), NOON - DAY)
    emails = [mail(world, dora, when) for when in sent]
    for number, email in enumerate(emails):
        recorded = NOON + 2 * DAY + timedelta(minutes=number)
        Email.objects.filter(pk=email.pk).update(created_on=recorded)
    first, second, third, fourth = emails
    assert shown(of_account(world)) == [
        ("03", [(third, 1), (first, 1)]),
        ("02", [(second, 1)]),
        ("01", [(fourth, 1)]),
    ]


def test_an_answer_of_the_same_second_is_the_newest_of_its_conversation(
    world: World, dora: Contact
) -> None:
    first = mail(world, dora, NOON)
    answer = mail(world, dora, NOON, correlated_activity=first)
    recorded = NOON + timedelta(minutes=1)  # the question, as its mailbox was read last
    Email.objects.filter(pk=first.pk).update(created_on=recorded)
    assert shown(of_account(world)) == [("02", [(answer, 2)])]


@pytest.mark.parametrize(
    ("between", "told"),
    [(DAY, []), (DAY + timedelta(seconds=1), ["2026-03-03"])],
    ids=["usual", "read-later"],
)
def test_an_email_that_was_recorded_on_another_day_says_so(
    world: World, dora: Contact, as_ann: Client, between: timedelta, told: list[str]
) -> None:
    email = mail(world, dora, NOON)
    Email.objects.filter(pk=email.pk).update(created_on=NOON + between)
    page = as_ann.get(reverse("web:account", args=[world.account.pk])).content.decode()
    assert re.findall(r"recorded on ([^<]+)<", page) == told


def test_it_is_narrowed_down_by_direction_and_contact(world: World, dora: Contact) -> None:
    carlas, doras = mail(world, world.contact, NOON), mail(world, dora, NOON + DAY)
    sent = mail(
        world, dora, NOON + 2 * DAY, direction_code=True, statuscode=EmailStatus.SENT
    )  # fmt: skip
    assert shown(of_account(world, direction="sent")) == [("04", [(sent, 1)])]
    assert len(shown(of_account(world, direction="received"))) == 2
    one = of_account(world, person=str(world.contact.pk))
    assert (shown(one), one.person) == ([("02", [(carlas, 1)])], world.contact)
    assert {person.pk for person in one.people} == {world.contact.pk, dora.pk}
    both = of_account(world, person=str(dora.pk), direction="received")
    assert shown(both) == [("03", [(doras, 1)])]
    assert len(shown(of_account(world, person="x", direction="y"))) == 3


def test_pages_follow_each_other(
    world: World, dora: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = paging.page_taken.__kwdefaults__
    assert sizes is not None
    monkeypatch.setitem(sizes, "size", 2)
    emails = [mail(world, dora, NOON + number * DAY) for number in range(3)]
    first = of_account(world)
    second = of_account(world, after=first.page.after)
    found = [entry.email for page in (first, second) for day in page.days for entry in day.entries]
    assert found == emails[::-1]


def test_more_emails_cost_no_more_queries(
    world: World, dora: Contact, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 9):
        for number in range(count):
            mail(world, dora, NOON + number * DAY)
        # The contacts, whether anybody shares, whether there is much, the keys, the page, the
        # conversations.
        with django_assert_num_queries(6):
            of_account(world)


def test_the_page_of_an_account(world: World, dora: Contact, as_ann: Client) -> None:
    first = mail(world, dora, NOON)
    mail(world, dora, NOON + DAY, correlated_activity=first)
    address = f"/accounts/{world.account.pk}/"
    page = as_ann.get(address).content.decode()
    assert ">2 emails<" in page
    assert f'<option value="{dora.pk}">Dora Customer</option>' in page
    assert "No email is found here." in as_ann.get(f"{address}?direction=sent").content.decode()
