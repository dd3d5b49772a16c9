"""Where is my mail: every outcome is found by each address of it and its Message-ID, by seeking."""

from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import ActivityParty, Email, SystemUser
from passerelle.crm.models.mail.emails import EmailStatus, Participation
from passerelle.crm.models.people import FilteringMethod, Role
from passerelle.crm.readers import grant
from passerelle.crm.readers import seen as readers_seen
from passerelle.crm.services import create_sign_in, create_user, set_members
from passerelle.guids import new_guid
from passerelle.sync.models import Clue, Place
from passerelle.sync.models.incoming import Outcome
from passerelle.sync.services import CONSOLE, Found, Seer, Sought, seer_of, sought_by, where
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]

STRANGER = Letter(1, sender="Sam@Stranger.example", to="anna@example.com, List@lists.example")


def found(seer: Seer, text: str) -> list[Found]:
    return list(where(seer, sought_by(text)).rows)


def outcomes(seer: Seer, text: str) -> list[str]:
    return [
        one.place.outcome if one.place else str(one.email and one.email.statuscode)
        for one in found(seer, text)
    ]


def takes_nothing(company: Company) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("sam@stranger.example", id="by-its-sender-in-another-case"),
        pytest.param("Sam <SAM@stranger.example>", id="as-a-header-writes-an-address"),
        pytest.param("list@lists.example", id="by-a-recipient-who-is-nobody-here"),
        pytest.param("<1@customer.example>", id="by-its-message-id"),
        pytest.param("1@customer.example", id="by-its-message-id-without-brackets"),
        pytest.param("  anna@example.com \n", id="spaces-around-it"),
    ],
)
@pytest.mark.parametrize("outcome", [Outcome.IGNORED, Outcome.TRACKED])
def test_what_came_is_found(company: Company, outcome: Outcome, text: str) -> None:
    if outcome == Outcome.IGNORED:
        takes_nothing(company)
    company.inbox.deliver(bytes(STRANGER))
    company.read()
    assert outcomes(CONSOLE, text) == [outcome]
    assert Clue.objects.exists() == (outcome == Outcome.IGNORED)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("stranger", id="a-word"),
        pytest.param("%@stranger.example", id="a-sign-of-like"),
        pytest.param("\0@\ud800", id="no-text-for-a-database"),
        pytest.param("<>", id="brackets-alone"),
        pytest.param("a@" + "b" * 100_000, id="far-too-long"),
        pytest.param("sam@stranger.example, anna@example.com", id="two-addresses"),
    ],
)
def test_rubbish_finds_nothing(company: Company, text: str) -> None:
    takes_nothing(company)
    company.inbox.deliver(bytes(STRANGER))
    company.read()
    assert not where(CONSOLE, sought_by(text))


@pytest.mark.parametrize(
    ("text", "address", "message_id"),
    [
        pytest.param("a@b.example", "a@b.example", "<a@b.example>", id="one-or-the-other"),
        pytest.param("<a@b.example>", "", "<a@b.example>", id="in-brackets-an-id"),
        pytest.param("<a-b>", "", "<a-b>", id="an-id-without-an-at"),
        pytest.param("Ann <a@b.example>", "a@b.example", "", id="with-a-name-an-address"),
        pytest.param("a@b.example,c@d.example", "", "", id="two-are-neither"),
        pytest.param("a-b", "", "", id="a-word-is-neither"),
    ],
)
def test_what_a_text_may_mean(text: str, address: str, message_id: str) -> None:
    assert sought_by(text) == Sought(address, message_id)


def test_of_ignored_mail_no_word_is_kept(company: Company) -> None:
    takes_nothing(company)
    company.inbox.deliver(bytes(STRANGER.but(subject="A secret", text="A secret")))
    company.read()
    assert set(Clue.objects.values_list("text", flat=True)) == {
        "sam@stranger.example",
        "anna@example.com",
        "list@lists.example",
        "<1@customer.example>",
    }


def test_fifty_addresses_of_a_message_are_kept(company: Company) -> None:
    takes_nothing(company)
    many = ", ".join(f"{number}@lists.example" for number in range(80))
    company.inbox.deliver(bytes(STRANGER.but(to=many)))
    company.read()
    assert Clue.objects.filter(text__endswith="@lists.example").count() == 49  # and the sender


def test_what_is_in_quarantine_is_found_by_its_header(company: Company) -> None:
    company.inbox.largest = 300
    company.inbox.deliver(bytes(STRANGER.but(text="x" * 1000)))
    company.read()
    assert outcomes(CONSOLE, "list@lists.example") == [Outcome.QUARANTINED]


def test_it_is_forgotten_with_its_place(company: Company) -> None:
    takes_nothing(company)
    company.inbox.deliver(bytes(STRANGER))
    company.read()
    Place.objects.all().delete()
    assert not Clue.objects.exists()


def test_a_user_is_told_of_their_own_mailbox_and_queues_alone(company: Company) -> None:
    takes_nothing(company)
    company.inbox.deliver(bytes(STRANGER))
    company.read()
    owner = company.anna.systemuser
    assert owner is not None
    other = create_user("Otto", "otto@example.com")
    anna, otto = company.sign_in(owner), create_sign_in("otto", Role.USER, systemuser=other)
    operator = create_sign_in("operator", Role.OPERATOR)
    sees = [outcomes(seer_of(one), "sam@stranger.example") for one in (anna, otto, operator)]
    assert sees == [[Outcome.IGNORED], [], [Outcome.IGNORED]]


def test_members_of_a_queue_are_told_of_its_mail(company: Company) -> None:
    queue, other = company.orders.queue, create_user("Otto", "otto@example.com")
    assert queue is not None
    queue.incoming_email_filtering_method = FilteringMethod.NONE
    queue.save()
    company.orders_inbox.deliver(bytes(STRANGER.but(to="orders@example.com")))
    company.read(company.orders)
    otto = create_sign_in("otto", Role.USER, systemuser=other)
    assert outcomes(seer_of(otto), "sam@stranger.example") == []
    set_members(queue, [other])
    assert outcomes(seer_of(otto), "sam@stranger.example") == [Outcome.IGNORED]


def test_an_operator_is_told_of_tracked_mail_and_opens_none(company: Company) -> None:
    company.inbox.deliver(bytes(STRANGER))
    company.read()
    for role, opens in ((Role.OPERATOR, False), (Role.ADMINISTRATOR, True)):
        (one,) = found(seer_of(create_sign_in(role, role)), "sam@stranger.example")
        assert (one.email is not None, one.opens) == (True, opens)


def test_the_cost_is_the_same_however_much_is_found(company: Company) -> None:
    seer = seer_of(create_sign_in("admin", Role.ADMINISTRATOR))
    ignored(company, 3)
    with CaptureQueriesContext(connection) as few:
        where(seer, sought_by("many@stranger.example"))
    ignored(company, 300)
    with CaptureQueriesContext(connection) as many:
        assert len(where(seer, sought_by("many@stranger.example")).rows) == 50
    # the newest by each of four sources, imported ones by two, and what was found by three
    assert len(few) == len(many) == 9


def test_pages_go_there_and_back_and_lose_none(company: Company) -> None:
    keys = [*ignored(company, 70), *tracked(company, 60)]
    sought = sought_by("many@stranger.example")
    seen, after, pages = [], "", []
    for _ in range(5):
        page = where(CONSOLE, sought, after=after)
        pages.append(page)
        seen += [one.key for one in page.rows]
        after = page.after
        if not after:
            break
    assert seen == sorted(keys, reverse=True)
    assert [len(page.rows) for page in pages] == [50, 50, 30]
    back = where(CONSOLE, sought, before=pages[2].before)
    assert back.rows == pages[1].rows
    first = where(CONSOLE, sought, before=back.before)
    assert (first.rows, first.before) == (pages[0].rows, "")


@pytest.mark.parametrize("cursor", ["x", "\0", "9" * 10_000, str(UUID(int=0))])
def test_a_crooked_cursor_is_no_error(company: Company, cursor: str) -> None:
    ignored(company, 2)
    sought = sought_by("many@stranger.example")
    pages = (where(CONSOLE, sought, after=cursor), where(CONSOLE, sought, before=cursor))
    assert all(len(page.rows) in {0, 2} for page in pages)


def test_an_imported_email_with_a_key_of_elsewhere_stands_apart(company: Company) -> None:
    key = UUID("f47ac10b-58cc-4372-a567-0e02b2c3d479")
    tracked(company, 1)
    tracked(company, 1, key)
    page = where(CONSOLE, sought_by("many@stranger.example"))
    assert [one.key for one in page.imported] == [key]
    assert key not in {one.key for one in page.rows}


@pytest.mark.parametrize("few", [0, 5_000], ids=["by-the-address", "by-their-emails"])
def test_a_user_is_told_of_the_emails_that_are_theirs(
    company: Company, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers_seen, "FEW", few)
    tracked(company, 60)
    owner, otto = company.anna.systemuser, create_user("Otto", "otto@example.com")
    assert owner is not None
    draft, *theirs = keys = tracked(company, 61)
    Email.objects.filter(pk__in=keys).update(owner=owner)
    Email.objects.filter(pk=draft).update(statecode=0, statuscode=EmailStatus.DRAFT)
    grant(keys)
    seer, sought = seer_of(company.sign_in(owner)), sought_by("many@stranger.example")
    first = where(seer, sought)
    second = where(seer, sought, after=first.after)
    assert [one.key for one in (*first.rows, *second.rows)] == sorted(theirs, reverse=True)
    assert where(seer, sought, before=second.before).rows == first.rows
    assert not where(seer_of(create_sign_in("otto", Role.USER, systemuser=otto)), sought)


def test_who_may_read_all_email_is_told_of_all_however_few_are_theirs(company: Company) -> None:
    keys = tracked(company, 3)
    otto = create_user("Otto", "otto@example.com")
    account = create_sign_in("otto", Role.USER, systemuser=otto)
    account.may_read_all = True
    found = where(seer_of(account), sought_by("many@stranger.example"))
    assert [one.key for one in found.rows] == sorted(keys, reverse=True)


@pytest.mark.only_on("sqlite")
def test_of_who_reads_few_emails_those_are_looked_through(company: Company) -> None:
    otto = create_user("Otto", "otto@example.com")
    plans = plans_of(seer_of(create_sign_in("otto", Role.USER, systemuser=otto)))
    # How many they are; then ours among them, and imported ones.
    assert sum("access_newest (principalid=?" in plan for plan in plans) == 3
    addresses = [plan for plan in plans if "activityparty_by_address" in plan]
    assert addresses != []
    assert [plan for plan in addresses if "(<expr>=? AND activityid=?)" not in plan] == []


@pytest.mark.only_on("sqlite")
def test_of_who_reads_many_those_of_the_address_are_asked_one_by_one(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers_seen, "FEW", 0)
    owner = company.anna.systemuser
    assert owner is not None
    keys = tracked(company, 1)
    Email.objects.filter(pk__in=keys).update(owner=owner)
    grant(keys)
    plans = plans_of(seer_of(company.sign_in(owner)))
    assert sum("access_newest" in plan for plan in plans) == 1  # whether they are few
    addresses = [plan for plan in plans if "activityparty_by_address" in plan]
    assert ["activityid<?" in plan for plan in addresses] == [True, False]  # ours, imported ones


@pytest.mark.only_on("sqlite")
def test_every_source_seeks_in_an_index(company: Company) -> None:
    plans = plans_of(CONSOLE)
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
    addresses = [plan for plan in plans if "activityparty_by_address" in plan]
    assert ["activityid<?" in plan for plan in addresses] == [True, False]  # ours, imported ones
    sorted_ones = [before for before, plan in pairwise(plans) if "ORDER BY" in plan]
    assert all("email_by_messageid" in plan for plan in sorted_ones)  # few share a Message-ID


@pytest.mark.only_on("sqlite")
def test_what_a_user_may_see_is_sought_by_the_address(company: Company) -> None:
    plans = plans_of(Seer(frozenset({new_guid()}), None))
    clues = [plan for plan in plans if "mailclue" in plan]
    assert ["text=? AND placeid<?" in plan for plan in clues] == [True, True]
    assert [plan for plan in plans if plan.startswith(("SCAN", "USE TEMP"))] == []


def plans_of(seer: Seer) -> list[str]:
    """How the database answers a search, step by step."""
    with CaptureQueriesContext(connection) as captured:
        where(seer, sought_by("many@stranger.example"))
    plans: list[str] = []
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plans += [row[3] for row in cursor.fetchall()]
    return plans


def ignored(company: Company, count: int) -> list[UUID]:
    """Places of one sender in Anna's mailbox, with their clues."""
    start = Place.objects.count()
    places = [
        Place(
            mailbox=company.anna, epoch=9, folder="INBOX", uid_validity=1, uid=start + number + 1,
            outcome=Outcome.IGNORED, reason=int(Reason.NO_FILTER_WANTS),
            decided_on=timezone.now(),
        )
        for number in range(count)
    ]  # fmt: skip
    Place.objects.bulk_create(places)
    Clue.objects.bulk_create([Clue(text="many@stranger.example", place=one) for one in places])
    return [one.pk for one in places]


def tracked(company: Company, count: int, key: UUID | None = None) -> list[UUID]:
    """Received emails in which the sender takes part twice."""
    keys = [key or new_guid() for _ in range(count)]
    Email.objects.bulk_create(
        Email(
            activity_id=one, created_on=timezone.now(), identity=one.bytes * 2, text_digest=b"",
            statecode=1, statuscode=4,
        )
        for one in keys
    )  # fmt: skip
    ActivityParty.objects.bulk_create(
        ActivityParty(email_id=one, participation=role, address_used="Many@stranger.example")
        for one in keys
        for role in (Participation.SENDER, Participation.CC)
    )
    return keys
