"""The decisions of a mailbox: counted by reason since a moment, filtered, found by their keys."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import SystemUser
from passerelle.crm.models.people import FilteringMethod
from passerelle.guids import new_guid
from passerelle.sync.models import Place
from passerelle.sync.models.incoming import Outcome
from passerelle.sync.services import Tally, decisions_of, places_of, tallies_since
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def decided(company: Company) -> Company:
    """One tracked, then two ignored."""
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    for number in (2, 3):
        company.inbox.deliver(bytes(Letter(number)))
    company.read()
    return company


def test_decisions_are_counted_by_reason_the_most_frequent_first(decided: Company) -> None:
    since = timezone.now() - timedelta(hours=1)
    with CaptureQueriesContext(connection) as queries:
        tallies = tallies_since(decided.anna.pk, since)
    assert len(queries) == 1
    assert tallies == [
        Tally(Outcome.IGNORED, int(Reason.NO_FILTER_WANTS), 2),
        Tally(Outcome.TRACKED, int(Reason.ACCEPT_ALL), 1),
    ]
    assert tallies_since(decided.anna.pk, timezone.now()) == []
    assert tallies_since(decided.orders.pk, since) == []


def test_decisions_are_filtered(decided: Company) -> None:
    def count(outcome: str = "", reason: int | None = None) -> int:
        return decisions_of(decided.anna.pk, outcome, reason).count()

    assert (count(), count("ignored"), count("tracked"), count("'--")) == (3, 2, 1, 3)
    assert (count("ignored", int(Reason.NO_FILTER_WANTS)), count("ignored", 0)) == (2, 0)


def test_a_place_is_found_by_its_key_and_by_that_of_its_email(decided: Company) -> None:
    place = Place.objects.get(outcome=Outcome.TRACKED)
    assert place.email_id is not None
    assert places_of(place.pk) == places_of(place.email_id) == [place]
    assert places_of(new_guid()) == []
