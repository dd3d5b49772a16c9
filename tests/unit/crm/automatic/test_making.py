"""Records for unknown senders: whoever inserts the row of an address makes its record."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from tests.unit.crm.test_at_once import AT_ONCE, at_once

from passerelle.crm.automatic import Making, Wanted, full_mailboxes, has_reached, make
from passerelle.crm.models import AutomaticRecord, Contact, EmailSearch
from passerelle.crm.services import create_user
from passerelle.tracking import Creates, Creation, PersonName

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

ADDRESSES = ("a@stranger.example", "B@stranger.example")


def made(*addresses: str, making: Making | None = None) -> Mapping[str, UUID | None]:
    """What each address means after a transaction that makes them."""
    wanted = [
        Wanted(Creation(Creates.CONTACT, address, PersonName("Dan", "S"), None), uuid4())
        for address in addresses
    ]
    with transaction.atomic():
        rows = make(wanted, making or Making(uuid4(), 100, timezone.now()))
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


def test_a_mailbox_makes_so_many_a_day_and_others_make_theirs() -> None:
    now = timezone.now()
    making = Making(uuid4(), 2, now)
    assert len(made(*ADDRESSES, "c@stranger.example", making=making)) == 2
    assert has_reached(making)
    assert list(full_mailboxes(2, now)) == [making.mailbox]
    assert not has_reached(Making(uuid4(), 2, now))
    AutomaticRecord.objects.update(created_on=now - timedelta(hours=23))
    assert has_reached(making)
    AutomaticRecord.objects.update(created_on=now - timedelta(hours=25))
    assert not has_reached(making)
    assert not full_mailboxes(2, now)
    assert len(made("c@stranger.example", making=making)) == 1


def test_none_is_made_of_a_colleague_or_of_what_is_no_address_for_a_page() -> None:
    create_user("Zoe", "zoe@firm.example")
    assert made("new@firm.example", "zoe@firm.example", "dan@stranger..example") == {}
    assert not Contact.objects.exists()


def test_what_is_undone_leaves_nothing() -> None:
    def undone() -> None:
        with transaction.atomic():
            made(*ADDRESSES)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert not AutomaticRecord.objects.exists()
    assert len(made(*ADDRESSES)) == 2
