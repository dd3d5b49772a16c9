"""No question of a cycle and no page of a list looks at every email: they seek in an index."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from passerelle.crm.models import (
    Email,
    EmailHashing,
    Organization,
    QueueItem,
    SignInAccount,
    SystemUser,
)
from passerelle.crm.models.mail.emails import EmailStatus, Participation
from passerelle.crm.models.people import Role, SharedLevel
from passerelle.crm.readers import Seek, Way, grant, newest_seen
from passerelle.crm.services import (
    answer,
    begin_hashing,
    create_account,
    create_contact,
    create_lead,
    create_queue,
    create_user,
    hash_some,
    join_waiting,
    similar_to,
)
from passerelle.crm.sharing import emails_seen
from passerelle.tracking import MatchingRules, Questions, Sought, TrackingSettings
from passerelle.web.lists import about as about_one_record
from passerelle.web.lists.about import About, newest_about
from passerelle.web.lists.paging import Order, Page, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.only_on("sqlite")]
NEWEST = Order("created_on", descending=True)
ADMINISTRATOR = SignInAccount(role=Role.ADMINISTRATOR)
COLLEAGUE = SignInAccount(role=Role.USER, systemuser=SystemUser(pk=UUID(int=9)))
ALL = Email.objects.all()
KEY = UUID(int=7)
BELOW = Way(Seek(datetime(2026, 3, 2, tzinfo=UTC), KEY))
ARRIVED = Email(message_id="<1@x>", in_reply_to="<0@x>")
NAMED = {ARRIVED.pk: ("<0@x>", "<9@x>")}
NEARLY = MatchingRules(words_apart=1)
CREATE: dict[str, Callable[[str], Any]] = {
    "account": create_account,
    "contact": partial(create_contact, "Zoé"),
    "lead": partial(create_lead, "Zoé"),
}
TABLES = ("SCAN email", "SCAN awaitedreference")


def questions(**asked: frozenset[Any]) -> Questions:
    nothing: dict[str, frozenset[Any]] = dict.fromkeys(
        ("addresses", "message_ids", "tokens", "identities"), frozenset()
    )
    return Questions(**nothing | asked)


def box(*statuses: EmailStatus) -> Page[Email]:
    return page_of(Email.objects.filter(statuscode__in=statuses), NEWEST, {})


def take_in_the_older() -> None:
    begin_hashing()
    EmailHashing.objects.update(at_email=UUID(int=7))
    EmailHashing.objects.update(former_variant=7)
    hash_some(lambda: NEARLY)


def about(kind: str) -> Sequence[UUID]:
    return newest_about(ADMINISTRATOR, emails_seen(ADMINISTRATOR), About(kind, KEY), BELOW, 50)


def shared_about(kind: str) -> Sequence[UUID]:
    return newest_about(COLLEAGUE, emails_seen(COLLEAGUE), About(kind, KEY), BELOW, 50)


def deep() -> object:
    first = page_of(Email.objects.all(), NEWEST, {}, size=1)
    assert first.after
    return page_of(Email.objects.all(), NEWEST, {"after": first.after})


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda: answer(questions(message_ids=frozenset({"<1@x>"}))), id="an-id"),
        pytest.param(lambda: answer(questions(tokens=frozenset({"CRM:0001001"}))), id="a-token"),
        pytest.param(lambda: answer(questions(conversations=frozenset({7}))), id="a-conversation"),
        pytest.param(lambda: join_waiting([ARRIVED], NAMED, TrackingSettings()), id="what-waits"),
        pytest.param(
            lambda: similar_to({Sought((7,), timezone.now())}, MatchingRules()), id="what-is-alike"
        ),
        pytest.param(
            lambda: similar_to({Sought((7, 8), timezone.now())}, NEARLY), id="what-is-nearly-alike"
        ),
        pytest.param(take_in_the_older, id="what-is-taken-in"),
        pytest.param(
            lambda: answer(questions(identities=frozenset({b"1" * 32}))), id="an-identity"
        ),
        pytest.param(lambda: newest_seen(ADMINISTRATOR, ALL, BELOW, 50), id="seek"),
        pytest.param(lambda: box(EmailStatus.DRAFT), id="drafts"),
        pytest.param(lambda: about("account"), id="of-an-account-and-its-contacts"),
        pytest.param(lambda: about("contact"), id="of-a-contact"),
        pytest.param(lambda: about("queue"), id="of-a-queue"),
        pytest.param(lambda: box(EmailStatus.PENDING_SEND, EmailStatus.SENDING), id="pending"),
    ],
)
def test_one_question_seeks(ask: Callable[[], object]) -> None:
    found = [plan for plan in plans(ask) if plan.startswith(TABLES)]
    assert [plan for plan in found if not plan.startswith("SCAN emailhashing")] == []  # one row


@pytest.mark.parametrize("kind", ["account", "contact", "lead"])
def test_what_others_share_is_asked_of_the_records_emails_alone(kind: str) -> None:
    Organization.objects.create(name="Company", shared_level=SharedLevel.METADATA)
    found = plans(lambda: shared_about(kind))
    tables = ("email", "activityparty", "principalobjectaccess", "systemuser", "queue")
    scans = tuple(f"SCAN {table}" for table in tables)
    assert [
        plan for plan in found if f"{plan} ".startswith(tuple(f"{one} " for one in scans))
    ] == []


def test_a_page_of_a_queue_does_not_gather_all_that_lies_in_it() -> None:
    queue = create_queue("Orders", "orders@example.com")
    email = Email.objects.create(created_on=timezone.now(), identity=b"1", text_digest=b"")
    QueueItem.objects.create(queue=queue, email=email, entered_on=email.created_on)
    grant([email.pk])
    asked = ADMINISTRATOR, emails_seen(ADMINISTRATOR), About("queue", queue.pk), Way(), 1
    assert newest_about(*asked) == [email.pk]
    assert [plan for plan in plans(lambda: newest_about(*asked)) if "UNION" in plan] == []


@pytest.mark.parametrize("kind", ["account", "contact", "lead"])
def test_a_page_of_a_customer_with_much_mail_does_not_gather_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(about_one_record, "GATHERED", 0)
    email = Email.objects.create(created_on=timezone.now(), identity=b"1", text_digest=b"")
    customer = CREATE[kind]("Huge")
    party = {"participation": Participation.SENDER, "created_on": email.created_on}
    email.parties.create(**{kind: customer}, **party)
    asked = ADMINISTRATOR, emails_seen(ADMINISTRATOR), About(kind, customer.pk), Way(), 1
    assert newest_about(*asked) == [email.pk]
    found = plans(lambda: newest_about(*asked))
    indexes = (f"activityparty_of_{kind} (partyid_{kind}=? AND createdon>?)", f"email_of_{kind}")
    for index in indexes:
        assert [plan for plan in found if index in plan] != []
    assert [plan for plan in found if "TEMP B-TREE" in plan] == []


@pytest.mark.parametrize("kind", ["systemuser", "queue"])
def test_a_page_asks_for_the_parties_of_its_emails_not_for_all_of_somebody(kind: str) -> None:
    create = create_queue if kind == "queue" else create_user
    key = create("Busy", "busy@example.com").pk
    email = Email.objects.create(created_on=timezone.now(), identity=b"1", text_digest=b"")
    email.parties.create(**{f"{kind}_id": key}, participation=Participation.TO)
    grant([email.pk])
    asked = ADMINISTRATOR, emails_seen(ADMINISTRATOR), About(kind, key), Way(), 1
    assert newest_about(*asked) == [email.pk]
    found = plans(lambda: newest_about(*asked))
    assert [plan for plan in found if "activityparty" in plan or "partyid_" in plan] != []
    assert [plan for plan in found if "partyid_" in plan] == []


def test_the_second_page_seeks() -> None:
    for number in range(2):
        Email.objects.create(created_on=timezone.now(), identity=b"%d" % number, text_digest=b"")
    assert plans(deep) == [
        "SCAN email USING INDEX email_newest",  # of the first page: its first rows only
        "SEARCH email USING INDEX email_newest (createdon<?)",
    ]


def plans(ask: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask()
    found: list[str] = []
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            cursor.execute(_explained(query["sql"]))
            found += [row[3] for row in cursor.fetchall()]
    return found


def _explained(sql: str) -> str:
    return f"EXPLAIN QUERY PLAN {sql}"
