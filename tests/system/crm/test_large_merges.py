"""A record with 100,000 emails is merged in portions that cost the same, in bounded memory."""

import tracemalloc
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passerelle.crm.merging import begin_merge, move_some, preview_merge
from passerelle.crm.models import ActivityParty, Email
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.services import create_contact, load_rows
from passerelle.guids import new_guid

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MANY = 100_000
AT_ONCE = 20_000
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOST_BYTES = 20_000_000


def test_a_hundred_thousand_parties() -> None:
    kept, gone = create_contact("Carla", "Duval"), create_contact("Carla", "Roux")
    email = Email.objects.create(created_on=NINE, identity=new_guid().bytes)
    for start in range(0, MANY, AT_ONCE):
        load_rows(
            [
                ActivityParty(
                    email=email,
                    participation=Participation.TO,
                    address_used="roux@customer.example",
                    position=start + number,
                    contact=gone,
                )
                for number in range(AT_ONCE)
            ]
        )
    with CaptureQueriesContext(connection) as queries:
        told = preview_merge(kept, gone).moved
    assert [(one.count, one.more) for one in told] == [(10_000, True)]
    assert len(queries) < 15
    merge = begin_merge(kept, gone, "ann")
    costs = set()
    tracemalloc.start()
    more = True
    while more:
        with CaptureQueriesContext(connection) as queries:
            more = move_some(merge.pk)
        if more:
            costs.add(len(queries))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(costs) == 1
    assert peak < MOST_BYTES
    merge.refresh_from_db()
    assert merge.moved == MANY
    assert ActivityParty.objects.filter(contact=kept).count() == MANY
    assert not ActivityParty.objects.filter(contact=gone).exists()
