"""The emails of a customer: the same ones in the same order, by whichever way they are found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.stored_rows import MadeOnce

from passerelle.crm.models import ActivityParty, Email, Queue, SignInAccount, SystemUser
from passerelle.crm.models.mail.emails import EmailState, EmailStatus, Participation
from passerelle.crm.models.people import Role, SharedLevel
from passerelle.crm.readers import Seek, Way, grant, seeking
from passerelle.crm.readers import seen as readers_seen
from passerelle.crm.services import (
    create_account,
    create_contact,
    create_lead,
    create_queue,
    create_sign_in,
    create_user,
    organization,
)
from passerelle.crm.sharing import emails_seen, share_usually
from passerelle.guids import new_guid
from passerelle.web.lists import about
from passerelle.web.lists.about import (
    About,
    AtAddress,
    Whose,
    few_about,
    is_about,
    newest_about,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
# Parties and emails that are gathered at most, rows of who reads few, customers whose indexes are
# merged, rows of the readers, emails that are walked.
WAYS: dict[str, tuple[int, int, int, int, int]] = {
    "all-is-gathered": (10_000, 5_000, 10, 500, 10_000),
    "in-the-order-of-the-customers-indexes": (0, 0, 10, 500, 10_000),
    "of-two-customers-at-most": (0, 0, 2, 1, 3),
    "by-readers-or-the-list": (0, 5_000, 10, 500, 10_000),
    "beyond-a-window-and-three-of-the-list": (0, 5_000, 0, 1, 3),
    "beyond-all-readers-and-one-of-the-list": (0, 5_000, 0, 0, 1),
}
CUSTOMERS = ("works", "carla", "dora", "sam", "lea")


@dataclass(frozen=True, slots=True)
class Company:
    """Customers, two of them contacts of an account, and who looks at their mail."""

    customers: dict[str, Any]
    users: dict[str, SystemUser]
    orders: Queue
    looking: dict[str, SignInAccount]

    def about(self, name: str) -> About:
        customer = self.customers[name]
        return About(type(customer).__name__.lower(), customer.pk)


@dataclass(frozen=True, slots=True)
class Written:
    """One email: with whom, what it regards, whose it is, how late."""

    party: str | None
    regarding: str | None
    whose: str | None
    minutes: int
    dated: bool = True  # whether the moment stands with the parties, too

    def is_about(self, name: str) -> bool:
        wanted = {name, "carla", "dora"} if name == "works" else {name}
        return self.party in wanted or self.regarding in wanted


def make_company() -> Company:
    organization()
    works = create_account("Works")
    anna, bob = create_user("Anna", "anna@example.com"), create_user("Bob", "bob@example.com")
    return Company(
        customers={
            "works": works,
            "carla": create_contact("Carla", "Client", parent_customer=works),
            "dora": create_contact("Dora", "Client", parent_customer=works),
            "sam": create_contact("Sam", "Single"),
            "lea": create_lead("Lea", "Lead"),
        },
        users={"anna": anna, "bob": bob},
        orders=create_queue("Orders", "orders@example.com", members=[anna]),
        looking={
            "administrator": create_sign_in("administrator", Role.ADMINISTRATOR),
            "anna": create_sign_in("anna", Role.USER, systemuser=anna),
            "bob": create_sign_in("bob", Role.USER, systemuser=bob),
            "nobody": create_sign_in("nobody", Role.USER),
        },
    )


MADE_ONCE = MadeOnce(make_company)


@pytest.fixture
def company(db: None) -> Company:
    return MADE_ONCE.again()


def store(company: Company, written: Sequence[Written]) -> dict[UUID, Written]:
    """Emails as cycles leave them, in place of those that were there."""
    Email.objects.all().delete()
    made: dict[UUID, Written] = {}
    for one in written:
        of_queue = one.whose == "orders"
        email = Email.objects.create(
            statecode=EmailState.COMPLETED,
            statuscode=EmailStatus.RECEIVED,
            created_on=NINE + timedelta(minutes=one.minutes),
            identity=new_guid().bytes,
            owner=company.users.get(one.whose or ""),
            accepting_queue=company.orders if of_queue else None,
        )
        if one.regarding:
            regarded = company.about(one.regarding)
            Email.objects.filter(pk=email.pk).update(**{f"regarding_{regarded.kind}": regarded.key})
        if one.party:
            party = company.about(one.party)
            for role in (Participation.SENDER, Participation.CC):
                ActivityParty.objects.create(
                    email=email,
                    participation=role,
                    created_on=email.created_on if one.dated else None,
                    address_used=f"{one.party.title()}@Example.com",
                    **{f"{party.kind}_id": party.key},
                )
        made[email.pk] = one
    grant(list(made))
    return made


def pages(account: SignInAccount, record: About, way: Way, size: int) -> Iterator[Sequence[UUID]]:
    while keys := newest_about(account, emails_seen(account), record, way, size):
        yield keys
        last = Email.objects.get(pk=keys[-1])
        way = way.after(Seek(last.created_on, last.pk))


def by(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered, few, customers, window, walked = WAYS[way]
    monkeypatch.setattr(about, "GATHERED", gathered)
    monkeypatch.setattr(readers_seen, "FEW", few)
    monkeypatch.setattr(about, "CUSTOMERS_MOST", customers)
    monkeypatch.setattr(seeking, "WINDOW", window)
    monkeypatch.setattr(seeking, "WALKED", walked)


def expected(account: SignInAccount, made: dict[UUID, Written], name: str) -> list[UUID]:
    """In order, by Python."""
    seen = set(emails_seen(account).values_list("pk", flat=True))
    found = [key for key, one in made.items() if one.is_about(name) and key in seen]
    return sorted(found, key=lambda key: (made[key].minutes, key), reverse=True)


nobody_or = st.none() | st.sampled_from(CUSTOMERS)
letters = st.builds(
    Written, nobody_or, nobody_or, st.sampled_from([None, "anna", "bob", "orders"]),
    st.integers(0, 4), st.booleans(),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    written=st.lists(letters, max_size=12),
    name=st.sampled_from(CUSTOMERS),
    level=st.sampled_from([SharedLevel.NONE, SharedLevel.METADATA]),
    size=st.integers(1, 5),
)
@example(  # somebody in two headers of each email
    written=[Written("carla", None, None, 0)] * 3,
    name="works",
    level=SharedLevel.NONE,
    size=2,
)
@pytest.mark.parametrize("way", WAYS)
def test_pages_hold_what_is_seen_of_a_customers_mail_each_once_in_order(
    company: Company,
    monkeypatch: pytest.MonkeyPatch,
    written: list[Written],
    name: str,
    level: SharedLevel,
    size: int,
    way: str,
) -> None:
    by(way, monkeypatch)
    made = store(company, written)
    share_usually(level, "admin")
    for account in company.looking.values():
        wanted = expected(account, made, name)
        found = list(pages(account, company.about(name), Way(), size))
        assert [key for page in found for key in page] == wanted
        assert {len(page) for page in found[:-1]} <= {size}
        if wanted:
            oldest = Email.objects.get(pk=wanted[-1])
            back = Way(Seek(oldest.created_on, oldest.pk), to_newer=True)
            newer = [
                key for page in pages(account, company.about(name), back, size) for key in page
            ]
            assert newer == wanted[-2::-1]


ABOUT_THE_ACCOUNT = [
    Written("works", None, "anna", 1),
    Written("carla", None, "orders", 2),
    Written(None, "works", "bob", 3),
    Written(None, "dora", "bob", 3),
    Written("sam", None, "anna", 4),
    Written("lea", "dora", "anna", 5),
    Written("sam", "lea", None, 6),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("who", "name", "minutes"),
    [
        pytest.param("administrator", "works", [5, 3, 3, 2, 1], id="all-of-an-account"),
        pytest.param("anna", "works", [5, 2, 1], id="of-an-account-what-is-hers-or-her-queues"),
        pytest.param("bob", "works", [3, 3], id="of-an-account-what-regards-it"),
        pytest.param("bob", "carla", [], id="nothing-of-a-contact"),
        pytest.param("anna", "sam", [4], id="of-a-contact-without-an-account"),
        pytest.param("administrator", "lea", [6, 5], id="all-of-a-lead"),
        pytest.param("nobody", "works", [], id="who-is-no-user-sees-nothing"),
    ],
)
def test_who_sees_what(
    company: Company,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    who: str,
    name: str,
    minutes: list[int],
) -> None:
    by(way, monkeypatch)
    made = store(company, ABOUT_THE_ACCOUNT)
    account = company.looking[who]
    found = newest_about(account, emails_seen(account), company.about(name), Way(), 50)
    assert [made[key].minutes for key in found] == minutes


SAM = AtAddress("sam@example.com")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("who", "minutes"),
    [("administrator", [6, 4]), ("anna", [4]), ("bob", []), ("nobody", [])],
)
def test_of_an_address_those_in_which_it_stands(
    company: Company, monkeypatch: pytest.MonkeyPatch, way: str, who: str, minutes: list[int]
) -> None:
    by(way, monkeypatch)
    made = store(company, [*ABOUT_THE_ACCOUNT, Written("lea", "sam", "anna", 7)])
    account = company.looking[who]
    found = newest_about(account, emails_seen(account), SAM, Way(), 50)
    assert [made[key].minutes for key in found] == minutes


@pytest.mark.parametrize("name", [*CUSTOMERS, "orders", "an-address"])
def test_each_email_asked_for_itself_is_one_of_all(
    company: Company, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made = store(company, ABOUT_THE_ACCOUNT)
    ActivityParty.objects.filter(email=next(iter(made))).update(account=None, queue=company.orders)
    of_queue = About("queue", company.orders.pk)
    others: dict[str, Whose] = {"orders": of_queue, "an-address": SAM}
    record = others[name] if name in others else company.about(name)
    found = few_about(record)
    assert found is not None
    assert found
    assert set(found) == set(Email.objects.filter(is_about(record)).values_list("pk", flat=True))
    monkeypatch.setattr(about, "FEW", len(found) - 1)
    assert few_about(record) is None
    monkeypatch.setattr(about, "GATHERED", 0)
    assert few_about(record) is None


@pytest.mark.parametrize("way", WAYS)
def test_the_cost_is_the_same_however_much_there_is(
    company: Company, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    by(way, monkeypatch)
    account, record = company.looking["anna"], company.about("works")
    asked = []
    for count in (6, 30):
        store(company, [Written("carla", "works", "anna", number) for number in range(count)])
        with CaptureQueriesContext(connection) as queries:
            assert len(newest_about(account, emails_seen(account), record, Way(), 5)) == 5
        asked.append(len(queries))
    assert asked[0] == asked[1]
