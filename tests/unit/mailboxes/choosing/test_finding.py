"""Words and filters, on both databases."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.stored_rows import MadeOnce

from passerelle.alerts.services import SubjectKind, record
from passerelle.crm.services import update_user
from passerelle.engine.models import Work
from passerelle.engine.services import ask
from passerelle.faults.mailboxes import PasswordMissing
from passerelle.guids import new_guid
from passerelle.mailboxes.choosing.services import Wanted, bounded_count, found
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.services import (
    create_profile,
    create_queue_with_mailbox,
    create_user_with_mailbox,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def make_company() -> EmailServerProfile:
    """Hélène (enabled, tested, failing), Søren (Outlook, inactive), a queue, a collector."""
    profile = create_profile("Example", incoming_location="imap.example.com")
    helene = create_user_with_mailbox("Hélène Cœur-Noir", "helene.cn@example.com")
    create_user_with_mailbox("Søren O'Brien", "soren@example.org")
    create_queue_with_mailbox("Support 24/7", "support@example.com", members=[helene])
    Mailbox.objects.create(name="Collector", is_forward_mailbox=True, incoming_method=2)
    Mailbox.objects.filter(systemuser=helene).update(
        profile=profile, incoming_method=2, enabled_for_incoming=True, approval=1, incoming_status=2
    )
    Mailbox.objects.filter(name__startswith="S", queue=None).update(
        incoming_method=1, outgoing_method=1, approval=3, statecode=1, outgoing_status=1
    )
    return profile


MADE_ONCE = MadeOnce(make_company)


@pytest.fixture(autouse=True)
def profile(db: None) -> EmailServerProfile:
    """The company's, which is there in each test."""
    return MADE_ONCE.again()


def names(**wanted: str) -> set[str]:
    return {row.name.split()[0] for row in found(Wanted(**wanted))}


EVERYBODY = {"Hélène", "Søren", "Support", "Collector"}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        pytest.param("", EVERYBODY, id="no-word-leaves-all"),
        pytest.param("helene", {"Hélène"}, id="accents-do-not-matter"),
        pytest.param("HÉL", {"Hélène"}, id="nor-does-case-and-a-beginning-is-enough"),
        pytest.param("coeur", {"Hélène"}, id="a-ligature-is-two-letters"),
        pytest.param("noir", {"Hélène"}, id="each-word-is-found"),
        pytest.param("soren", {"Søren"}, id="a-letter-with-a-stroke"),
        pytest.param("o'brien", {"Søren"}, id="a-name-as-it-is-written"),
        pytest.param("brien", {"Søren"}, id="and-a-part-of-it"),
        pytest.param("helene.cn@example", {"Hélène"}, id="the-beginning-of-an-address"),
        pytest.param("example", {"Hélène", "Søren", "Support"}, id="a-word-of-an-address"),
        pytest.param("example noir", {"Hélène"}, id="all-words-must-be-there"),
        pytest.param("elene", set(), id="the-middle-of-a-word-is-no-beginning"),
        pytest.param("%", set(), id="a-percent-sign-is-itself"),
        pytest.param("_", set(), id="an-underscore-is-itself"),
        pytest.param("24/7", {"Support"}, id="signs-within-a-word"),
        pytest.param("\0", EVERYBODY, id="nul-is-nothing"),
    ],
)
def test_words(q: str, expected: set[str]) -> None:
    assert names(q=q) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"kind": "users"}, {"Hélène", "Søren"}),
        ({"kind": "queues"}, {"Support"}),
        ({"kind": "forward"}, {"Collector"}),
        ({"state": "inactive"}, {"Søren"}),
        ({"profile": "none"}, {"Søren", "Support", "Collector"}),
        ({"incoming": "outlook"}, {"Søren"}),
        ({"incoming": "server-side"}, {"Hélène", "Collector"}),
        ({"outgoing": "outlook"}, {"Søren"}),
        ({"approval": "approved"}, {"Hélène"}),
        ({"approval": "pending"}, {"Support"}),
        ({"test": "failed"}, {"Hélène"}),
        ({"test": "passed"}, {"Søren"}),
        ({"test": "not-run"}, {"Support", "Collector"}),
        ({"enabled": "yes"}, {"Hélène"}),
        ({"enabled": "no", "kind": "users"}, {"Søren"}),
    ],
    ids=lambda value: (
        "-".join(f"{name}-{one}" for name, one in value.items()) if isinstance(value, dict) else ""
    ),
)
def test_filters(wanted: dict[str, str], expected: set[str]) -> None:
    assert names(**wanted) == expected


def test_a_profile_and_the_members_of_a_queue(profile: EmailServerProfile) -> None:
    assert names(profile=str(profile.pk)) == {"Hélène"}
    queue = Mailbox.objects.get(queue__isnull=False).queue_id
    assert names(queue=str(queue)) == {"Hélène", "Support"}
    assert names(queue=str(new_guid())) == set()


def test_open_alerts_and_failed_runs_are_looked_up() -> None:
    helene = Mailbox.objects.get(enabled_for_incoming=True)
    assert names(alerts="yes") == names(waiting="yes") == set()
    record(SubjectKind.MAILBOX, helene.pk, "incoming", PasswordMissing(owner="x"))
    ask("incoming", helene.pk)
    Work.objects.update(last_code="PSR-NET-001")
    assert names(alerts="yes") == names(waiting="yes") == {"Hélène"}


def test_a_renamed_user_is_found_by_the_new_name() -> None:
    box = Mailbox.objects.get(enabled_for_incoming=True)
    assert box.systemuser is not None
    update_user(box.systemuser, fullname="Zoé", address="zoe@example.com")
    assert names(q="zoe") == {"Zoé"}
    assert names(q="helene") == set()


def test_rows_made_in_bulk_are_found_too() -> None:
    rows: list[Any] = [Mailbox(name="Bulky", is_forward_mailbox=True)]
    Mailbox.objects.bulk_create(rows)
    assert names(q="bulky") == {"Bulky"}


def test_a_count_is_one_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert bounded_count(found(Wanted(q="example", approval="approved"))) == 1
    assert len(queries) == 1
