"""Everything that points to a merged record points to its master, in portions of a fixed cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.unit.crm.merging.conftest import email_of, merge_whole, move_all

from passerelle.crm.merging import begin_merge, move_some, moving, seconds_to_settle
from passerelle.crm.merging.pointing import keys_to, rows_with
from passerelle.crm.models import (
    Account,
    ActivityParty,
    AddressResolution,
    Contact,
    Email,
    EmailSearch,
    ThreadChoice,
)
from passerelle.crm.models.people import State
from passerelle.crm.readers import differences, renew_all
from passerelle.crm.services import (
    Regarded,
    create_account,
    create_contact,
    create_lead,
    create_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def pair(kind: str) -> tuple[Regarded, Regarded]:
    match kind:
        case "account":
            return create_account("One"), create_account("Two")
        case "contact":
            return create_contact("A", "One"), create_contact("A", "Two")
    return create_lead("A", "One"), create_lead("A", "Two")


def pointing(kind: str, record: Regarded) -> None:
    """A row of each table of this area that can hold such a record."""
    email = email_of(record)
    ThreadChoice.objects.create(email=email, **{f"regarding_{kind}": record})
    AddressResolution.objects.create(
        address="a@b.example", username="ann", resolved_on=timezone.now(), **{kind: record}
    )
    if isinstance(record, Account):
        Contact.objects.create(last_name="Of it", parent_customer=record)


@pytest.mark.parametrize("kind", ["account", "contact", "lead"])
def test_everything_of_this_area_is_moved(kind: str) -> None:
    master, other = pair(kind)
    pointing(kind, other)
    before = {key: rows_with(key, other).count() for key in keys_to(type(other))}
    merge = merge_whole(master, other)
    for key in keys_to(type(other)):
        if key.name != "master":
            assert rows_with(key, other).count() == 0, key
            assert rows_with(key, master).count() == before[key], key
    assert merge.moved == merge.total == sum(before.values())
    assert merge.moved_on is not None


def test_an_email_says_that_it_was_changed(master: Contact, other: Contact) -> None:
    email = email_of(other)
    long_ago = timezone.now() - timedelta(days=300)
    Email.objects.update(modified_on=long_ago)
    merge_whole(master, other)
    email.refresh_from_db()
    assert email.modified_on > long_ago


@pytest.mark.parametrize("rows", [2, 30])
def test_a_portion_costs_the_same_for_few_and_for_many(
    master: Contact, other: Contact, rows: int
) -> None:
    for _number in range(rows):
        email_of(other)
    merge = begin_merge(master, other, "ann")
    with CaptureQueriesContext(connection) as queries:
        assert move_some(merge.pk)
    assert len(queries) == 14
    assert ActivityParty.objects.filter(contact=master).count() == rows


def test_a_portion_is_bounded(
    master: Contact, other: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "ROWS_AT_ONCE", 3)
    for _number in range(4):
        email_of(other)
    merge = begin_merge(master, other, "ann")
    counts = []
    while move_some(merge.pk):
        merge.refresh_from_db()
        counts.append(merge.moved)
    assert counts == [3, 6, 8]


def test_a_person_who_says_meanwhile_what_an_email_regards_is_right(
    master: Contact, other: Contact
) -> None:
    email, merge = email_of(other), begin_merge(master, other, "ann")
    third = create_contact("C", "Third")
    Email.objects.filter(pk=email.pk).update(regarding_contact=third)
    move_all(merge)
    email.refresh_from_db()
    assert email.regarding_contact == third


def test_a_row_that_a_cycle_wrote_late_is_moved_once_none_can_be_written_any_more(
    master: Contact, other: Contact
) -> None:
    merge = merge_whole(master, other)
    late = email_of(other)  # by what was looked up just before the merge
    EmailSearch.objects.create(email_address="late@customer.example", contact=other)
    Contact.objects.filter(pk=other.pk).update(statecode=State.ACTIVE)  # by an older list
    left = seconds_to_settle(merge.pk)
    assert left is not None
    assert 3_500 < left <= 3_600
    type(merge).objects.update(moved_on=timezone.now() - moving.SETTLES_AFTER)
    assert seconds_to_settle(merge.pk) == 0
    move_all(merge)
    late.refresh_from_db()
    other.refresh_from_db()
    assert late.regarding_contact == master
    assert late.parties.get().contact == master
    assert EmailSearch.objects.get(email_address="late@customer.example").contact == master
    assert other.statecode == State.INACTIVE
    assert seconds_to_settle(merge.pk) is None


def test_rows_go_to_where_the_master_was_merged_meanwhile(master: Contact, other: Contact) -> None:
    email, third = email_of(other), create_contact("C", "Third")
    first = begin_merge(master, other, "ann")
    second = begin_merge(third, master, "ann")
    move_all(second)
    move_all(first)
    email.refresh_from_db()
    assert email.regarding_contact == third
    assert Contact.objects.filter(master=third).count() == 2


def test_a_merge_whose_record_is_gone_ends(master: Contact, other: Contact) -> None:
    merge = begin_merge(master, other, "ann")
    Contact.objects.get(pk=other.pk).delete()
    assert not move_some(merge.pk)
    assert seconds_to_settle(merge.pk) is None
    merge.refresh_from_db()
    assert merge.moved_on is not None


def test_who_may_read_what_stays(master: Contact, other: Contact) -> None:
    anna = create_user("Anna", "anna@example.com")
    for _number in range(3):
        Email.objects.filter(pk=email_of(other).pk).update(owner=anna)
    list(renew_all())
    merge = begin_merge(master, other, "ann")
    while move_some(merge.pk):
        assert not differences()
    assert not differences()
