"""Records for unknown senders: whoever inserts the row of an address makes its record."""

from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from tests.unit.crm.test_at_once import AT_ONCE, at_once

from passerelle.crm.automatic import Making, Wanted, make
from passerelle.crm.models import AutomaticRecord, Contact, EmailSearch
from passerelle.tracking import Creates, Creation, PersonName

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

ADDRESSES = ("a@stranger.example", "B@stranger.example")


def made(*addresses: str) -> Mapping[str, UUID | None]:
    """What each address means after a transaction that makes them."""
    wanted = [
        Wanted(Creation(Creates.CONTACT, address, PersonName("Dan", "S"), None), uuid4())
        for address in addresses
    ]
    with transaction.atomic():
        rows = make(wanted, Making(uuid4(), 100, timezone.now()))
    return {key: row.contact_id for key, row in rows.items()}


def test_each_address_is_made_once() -> None:
    first = made(*ADDRESSES)
    assert set(first) == {"a@stranger.example", "b@stranger.example"}
    assert made(*reversed(ADDRESSES)) == first
    assert Contact.objects.count() == EmailSearch.objects.count() == 2


@pytest.mark.only_on("postgresql")
def test_also_by_several_processes_at_the_same_moment() -> None:
    calls = [lambda: made(*ADDRESSES), lambda: made(*reversed(ADDRESSES))] * (AT_ONCE // 2)
    first, *others = at_once(*calls)
    assert others == [first] * (AT_ONCE - 1)
    assert Contact.objects.count() == AutomaticRecord.objects.count() == 2
    assert EmailSearch.objects.count() == 2


def test_what_is_undone_leaves_nothing() -> None:
    def undone() -> None:
        with transaction.atomic():
            made(*ADDRESSES)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert not AutomaticRecord.objects.exists()
    assert len(made(*ADDRESSES)) == 2
