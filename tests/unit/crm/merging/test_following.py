"""From a merged record to its master, and back from what was said before the merge."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.crm.merging.conftest import email_of, merge_whole

from passerelle.crm.merging import (
    begin_merge,
    master_of,
    masters_of,
    merged_into,
    running_merge,
)
from passerelle.crm.models import ActivityParty, Contact, SignInAccount
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.models.people import Role
from passerelle.crm.services import (
    Naming,
    Undone,
    create_contact,
    create_sign_in,
    mark,
    name_party,
    name_record_everywhere,
    newest_change,
    regard,
    undo_change,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def root(db: None) -> SignInAccount:
    return create_sign_in("root", Role.ADMINISTRATOR)


def test_one_step_leads_to_the_master(master: Contact, other: Contact) -> None:
    assert master_of(other) == other
    assert masters_of(Contact, {master.pk, other.pk}) == {}
    begin_merge(master, other, "ann")
    other.refresh_from_db()
    assert master_of(other) == master
    assert master_of(master) == master
    assert masters_of(Contact, {master.pk, other.pk}) == {other.pk: master.pk}
    assert merged_into(master) == [other]


def test_nothing_is_asked_for_nobody() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert masters_of(Contact, set()) == {}
    assert not queries


def test_what_is_named_after_a_merged_record_is_its_masters(
    master: Contact, other: Contact
) -> None:
    email = email_of(other)
    stranger = ActivityParty.objects.create(
        email=email, participation=Participation.CC, address_used="new@customer.example"
    )
    stale = Contact.objects.get(pk=other.pk)
    merge_whole(master, other)
    stale.refresh_from_db()
    name_party(stranger, stale, Naming(everywhere=True, keep_address=True), "ann")
    stranger.refresh_from_db()
    master.refresh_from_db()
    assert stranger.contact == master
    assert master.email_address3 == "new@customer.example"
    assert name_record_everywhere(stale, "ann") == 0


def test_a_merge_runs_until_all_is_moved(master: Contact, other: Contact) -> None:
    assert running_merge(master) is None
    merge = merge_whole(master, other)
    assert running_merge(master) is None
    third = begin_merge(master, create_contact("C", "Third"), "ann")
    assert running_merge(master) == third != merge


def test_a_word_on_an_email_is_taken_back_to_the_master(
    master: Contact, other: Contact, root: SignInAccount
) -> None:
    """It regarded the other, then a third; undone after the merge it regards the master."""
    email, third = email_of(other), create_contact("C", "Third")
    regard(email, third, root, seen=mark(email))
    merge_whole(master, other)
    change = newest_change(email)
    assert change is not None
    assert undo_change(change, root) == Undone(1, 0)
    email.refresh_from_db()
    assert email.regarding_contact == master


def test_a_word_for_the_merged_record_can_be_taken_back(
    master: Contact, other: Contact, root: SignInAccount
) -> None:
    third = create_contact("C", "Third")
    email = email_of(third)
    regard(email, other, root, seen=mark(email))
    merge_whole(master, other)
    change = newest_change(email)
    assert change is not None
    assert undo_change(change, root) == Undone(1, 0)
    email.refresh_from_db()
    assert email.regarding_contact == third
