"""A merge begins: refused or done; what the records hold then, and whom addresses mean."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from tests.unit.crm.merging.conftest import email_of

from passerelle.crm.merging import begin_merge, preview_merge
from passerelle.crm.models import (
    Account,
    AuditEntry,
    Contact,
    EmailSearch,
    Lead,
    RecordMerge,
)
from passerelle.crm.models.customers import LeadState
from passerelle.crm.models.people import State
from passerelle.crm.services import (
    create_account,
    create_contact,
    create_lead,
    records_of,
    update_customer,
)
from passerelle.faults.mail.tracking import (
    MasterInactive,
    MergeChanged,
    MergedAlready,
    MergesItself,
    MergesOtherKind,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def fresh(record: Any) -> Any:
    return type(record)._default_manager.get(pk=record.pk)


def meant(*addresses: str) -> list[list[object]]:
    found = records_of(addresses)
    return [[one.id for one in found.get(address, ())] for address in addresses]


def test_the_second_is_inactive_and_leads_to_the_first(master: Contact, other: Contact) -> None:
    merge = begin_merge(master, other, "ann")
    now = fresh(other)
    assert (now.merged, now.master, now.statecode) == (True, master, State.INACTIVE)
    assert not fresh(master).merged
    assert (merge.kind, merge.master, merge.other) == ("contact", master.pk, other.pk)


def test_the_master_keeps_its_values_and_takes_what_it_lacks(
    master: Contact, other: Contact
) -> None:
    begin_merge(master, other, "ann")
    now = fresh(master)
    assert (now.last_name, now.job_title) == ("Duval", "Buyer")
    assert (now.email_address1, now.email_address2) == (
        "carla@customer.example",
        "c.roux@customer.example",
    )


def test_a_person_chooses_field_by_field(master: Contact, other: Contact) -> None:
    begin_merge(master, other, "ann", take={"last_name", "email_address1"})
    now = fresh(master)
    assert (now.fullname, now.job_title) == ("Carla Duval-Roux", "")
    assert (now.email_address1, now.email_address2) == (
        "c.roux@customer.example",
        "carla@customer.example",
    )


def test_both_addresses_mean_the_master_from_then_on(master: Contact, other: Contact) -> None:
    update_customer(other, email_address2="carla@customer.example")
    begin_merge(master, other, "ann")
    both = ("carla@customer.example", "c.roux@customer.example")
    assert meant(*both) == [[master.pk], [master.pk]]
    assert not EmailSearch.objects.filter(contact=other).exists()


def test_what_the_master_has_no_column_for_means_it_all_the_same() -> None:
    kept = create_account("Duval", email_address1="info@duval.example")
    gone = create_account("Duval SA", email_address1="order@duval.example")
    begin_merge(kept, gone, "ann")
    assert fresh(kept).email_address1 == "info@duval.example"
    assert meant("order@duval.example") == [[kept.pk]]
    update_customer(kept, email_address1="hello@duval.example")  # an edit does not take it away
    assert meant("order@duval.example", "info@duval.example") == [[kept.pk], []]


def test_leads_are_disqualified() -> None:
    kept, gone = create_lead("L", "One"), create_lead("L", "Two")
    begin_merge(kept, gone, "ann")
    assert fresh(gone).statecode == LeadState.DISQUALIFIED


def test_one_entry_of_the_audit(master: Contact, other: Contact) -> None:
    email_of(other)
    begin_merge(master, other, "ann")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_id, entry.username) == (
        "records.merged",
        master.pk,
        "ann",
    )
    assert entry.detail == {
        "merged_record": "Carla Duval-Roux",
        "email_address2": ["", "c.roux@customer.example"],
        "job_title": ["", "Buyer"],
    }


def test_the_same_record_is_refused(master: Contact) -> None:
    with pytest.raises(MergesItself):
        begin_merge(master, fresh(master), "ann")


def test_records_of_different_kinds_are_refused(master: Contact) -> None:
    with pytest.raises(MergesOtherKind):
        begin_merge(master, create_account("Duval"), "ann")


def test_what_was_merged_is_refused_either_way_and_names_its_master(
    master: Contact, other: Contact
) -> None:
    begin_merge(master, other, "ann")
    third = create_contact("C", "Third")
    for pair in ((third, other), (other, third), (other, master)):
        with pytest.raises(MergedAlready) as refused:
            begin_merge(*pair, "ann")
        assert refused.value.facts["master"] == "Carla Duval"
    assert RecordMerge.objects.count() == 1


def test_rows_read_before_the_other_person_merged_them_are_refused_as_well(
    master: Contact, other: Contact
) -> None:
    stale = fresh(other)
    begin_merge(master, other, "ann")
    with pytest.raises(MergedAlready):
        begin_merge(fresh(master), stale, "bob")


def test_an_inactive_master_is_refused(master: Contact, other: Contact) -> None:
    update_customer(master, statecode=State.INACTIVE)
    with pytest.raises(MasterInactive):
        begin_merge(fresh(master), other, "ann")


def test_an_inactive_other_is_merged(master: Contact, other: Contact) -> None:
    update_customer(other, statecode=State.INACTIVE)
    begin_merge(master, fresh(other), "ann")
    assert fresh(other).master == master


def test_what_changed_since_it_was_shown_is_looked_at_again(
    master: Contact, other: Contact
) -> None:
    seen = preview_merge(master, other).mark
    update_customer(other, job_title="Head of buying")
    with pytest.raises(MergeChanged):
        begin_merge(master, other, "ann", mark=seen)
    begin_merge(master, other, "ann", mark=preview_merge(master, fresh(other)).mark)


def test_a_record_that_is_gone_is_refused(master: Contact, other: Contact) -> None:
    stale = fresh(other)
    other.delete()
    with pytest.raises(MergeChanged):
        begin_merge(master, stale, "ann")


def test_values_that_no_form_would_take_change_nothing(master: Contact, other: Contact) -> None:
    Contact.objects.filter(pk=other.pk).update(email_address1="no address")
    with pytest.raises(ValidationError):
        begin_merge(master, fresh(other), "ann", take={"email_address1"})
    assert not fresh(other).merged
    assert not RecordMerge.objects.exists()


def test_the_master_of_one_may_be_merged_further(master: Contact, other: Contact) -> None:
    begin_merge(master, other, "ann")
    third = create_contact("C", "Third")
    begin_merge(third, fresh(master), "ann")
    assert fresh(other).master == third
    assert meant("c.roux@customer.example", "carla@customer.example") == [[third.pk], [third.pk]]


def test_a_merged_record_is_changed_no_more(master: Contact, other: Contact) -> None:
    begin_merge(master, other, "ann")
    with pytest.raises(ValidationError, match="Carla Duval"):
        update_customer(other, email_address1="new@customer.example")


def test_a_preview_changes_nothing_and_says_what_would_be(master: Contact, other: Contact) -> None:
    email_of(other)
    told = preview_merge(master, other)
    assert [(str(one.label), one.count, one.more) for one in told.moved] == [
        ("Emails that regard it", 1, False),
        ("Emails in which it takes part", 1, False),
    ]
    assert [one.name for one in told.fields] == ["last_name", "email_address1", "job_title"]
    assert told.proposed == {"job_title"}
    assert told.addresses.known == ("carla@customer.example", "c.roux@customer.example")
    assert not fresh(other).merged


@pytest.mark.parametrize("model", [Account, Contact, Lead])
def test_the_database_itself_has_no_master_without_a_merge(model: type[Any]) -> None:
    names = {"name": "A"} if model is Account else {"last_name": "A"}
    first, second = (model.objects.create(**names) for _ in range(2))
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=first.pk).update(master=second)
