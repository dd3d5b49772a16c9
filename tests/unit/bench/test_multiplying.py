"""A store that is multiplied holds what recording as much would have written."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from bench.made_up import FROM, UNTIL
from bench.steps.million import fill
from bench.steps.multiplying import multiply
from django.db import connection, models

from passerelle.crm.models import (
    ActivityMimeAttachment,
    ActivityParty,
    Contact,
    Email,
    EmailSearch,
    IndexedEmail,
    QueueItem,
)
from passerelle.crm.names import finding, first_named
from passerelle.crm.readers.keeping import differences
from passerelle.crm.search.databases import find

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

EMAILS, TIMES = 60, 3
TABLES: Sequence[type[models.Model]] = (
    *(Email, ActivityParty, ActivityMimeAttachment, QueueItem, IndexedEmail, Contact),
)
GAP: timedelta = (UNTIL - FROM) / EMAILS


def _counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in TABLES}


def _indexes() -> set[str]:
    named = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
        "postgresql": "SELECT indexname FROM pg_indexes",
    }
    with connection.cursor() as cursor:
        cursor.execute(named[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def _subjects(order: str) -> list[str]:
    return list(Email.objects.order_by(order).values_list("subject", flat=True))


def test_all_is_there_so_many_times_and_copies_lie_between_what_was_there() -> None:
    fill(str(EMAILS))
    counts, indexes, before = _counts(), _indexes(), _subjects("created_on")
    word = Email.objects.values_list("description", flat=True)[0].split()[0].strip(".")
    found = len(find([word], 10_000, 10_000))

    multiply(TIMES, GAP)

    assert _counts() == {name: count * TIMES for name, count in counts.items()}
    assert not differences()
    assert len(find([word], 10_000, 10_000)) == found * TIMES
    assert _indexes() == indexes
    addresses = EmailSearch.objects.filter(contact__isnull=False)
    assert addresses.values("email_address").distinct().count() == counts["Contact"] * TIMES
    answers = Email.objects.filter(correlated_activity__isnull=False)
    assert {one.subject for one in answers} == {
        f"Re: {one.correlated_activity.subject.removeprefix('Re: ')}"  # type: ignore[union-attr]
        for one in answers.select_related("correlated_activity")
    }
    assert _subjects("created_on") == [subject for subject in before for _ in range(TIMES)]
    assert _subjects("created_on") == _subjects("pk")


def test_copies_of_customers_are_found_by_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "NEAR", 0)  # by the index
    fill(str(EMAILS))

    multiply(TIMES, GAP)

    rows, order = Contact.objects.all(), ("fullname", "pk")
    assert len(first_named(["lefevre"], rows, order, 10_000)) == rows.count()
    (copy,) = first_named(["zoe7-2@customer7.example"], rows, order, 10)
    assert copy.email_address1 == "zoe7-2@customer7.example"
