"""The words agree with the records, however those are written, and whatever breaks off."""

from importlib import import_module
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import connection, transaction

from passerelle.crm.merging import begin_merge
from passerelle.crm.models import Account, Contact, Lead
from passerelle.crm.models.customers import KINDS
from passerelle.crm.names import finding, first_named, forget_words, keeping, renew_all_words
from passerelle.crm.services import (
    add_customers,
    change_customers,
    create_account,
    create_contact,
    create_lead,
    update_customer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FILLING = import_module("passerelle.crm.migrations.0041_words_of_customers")


@pytest.fixture(autouse=True)
def by_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "NEAR", 0)


def contacts(text: str) -> list[str]:
    rows = first_named(text.split(), Contact.objects.all(), ("fullname", "pk"), 50)
    return [str(one) for one in rows]


def standing() -> dict[UUID, str]:
    """The words of each record, which the index has alike."""
    found: dict[UUID, str] = {}
    for kind, model in KINDS.items():
        rows = list(model._default_manager.values_list("pk", "search_number", "search_words"))
        found |= {key: words for key, _number, words in rows}
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT rowid, words FROM {kind}words")
                indexed = set(cursor.fetchall())
            assert indexed == {(number, words) for _key, number, words in rows if words}
    return found


def test_a_change_of_a_name_changes_what_finds_it() -> None:
    contact = create_contact("Marie", "Curie", email_address1="m.curie@x.example")
    update_customer(contact, last_name="Skłodowska")
    assert contacts("sklodowska") == ["Marie Skłodowska"]
    assert contacts("curie") == ["Marie Skłodowska"]  # by the address, still
    update_customer(contact, email_address1="")
    assert contacts("curie") == []
    assert standing() == {contact.pk: " marie sklodowska "}


def test_an_import_makes_and_changes_words() -> None:
    made = [Contact(first_name="Ann", last_name=f"Number {one}") for one in range(3)]
    add_customers(made)
    assert contacts("ann num") == ["Ann Number 0", "Ann Number 1", "Ann Number 2"]
    made[1].last_name = "Other"
    made[2].email_address2 = "second@y.example"
    change_customers(made, ["last_name", "email_address2"])
    assert contacts("number") == ["Ann Number 0", "Ann Number 2"]
    assert contacts("second@y.example") == ["Ann Number 2"]
    add_customers([Lead(last_name="L", company_name="Werke"), Lead(last_name="—")])
    assert first_named(["werke"], Lead.objects.all(), ("fullname", "pk"), 5)
    assert standing()[made[0].pk] == " ann number 0 "


def test_who_loses_all_words_is_found_no_more() -> None:
    contact = create_contact("Ann", "Before")
    update_customer(contact, first_name="", last_name="—")
    assert contacts("before") == []
    contact.refresh_from_db()
    assert contact.search_words == ""
    update_customer(contact, last_name="After")
    assert contacts("after") == ["After"]
    assert standing() == {contact.pk: " after "}


def test_words_follow_what_is_stored_not_what_was_loaded() -> None:
    contact = create_contact("Ann", "Before")
    loaded = Contact.objects.get(pk=contact.pk)
    update_customer(contact, last_name="After")  # by somebody else
    loaded.email_address1 = "ann@x.example"
    change_customers([loaded], ["email_address1"])
    assert contacts("after ann@x.example") == ["Ann After"]
    assert standing() == {contact.pk: " ann after x example "}


def test_of_merged_records_each_keeps_its_words() -> None:
    master, other = create_account("Dupont SA"), create_account("Dupond SA")
    begin_merge(master, other, "ann")
    rows = Account.objects.filter(merged=False)
    assert [one.pk for one in first_named(["sa"], rows, ("name", "pk"), 5)] == [master.pk]
    assert len(standing()) == 2


def test_what_breaks_off_leaves_neither_record_nor_words() -> None:
    contact = create_contact("Ann", "Before")
    before = standing()
    with pytest.raises(ZeroDivisionError):
        _broken_off(contact)
    assert standing() == before
    assert contacts("before") == ["Ann Before"]


def _broken_off(contact: Contact) -> None:
    with transaction.atomic():
        update_customer(contact, last_name="After")
        add_customers([Account(name="Gone")])
        raise ZeroDivisionError


def test_a_removed_record_leaves_none() -> None:
    contact = create_contact("Ann", "Gone")
    forget_words(contact)
    contact.delete()
    assert standing() == {}
    assert contacts("ann") == []


def test_repair_makes_them_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "RECORDS_AT_ONCE", 2)
    made = [create_contact("Ann", f"Number {one}") for one in range(5)]
    create_account("Same")
    expected = standing()
    Contact.objects.filter(pk=made[0].pk).update(search_words=" wrong ")
    Contact.objects.filter(pk=made[1].pk).update(search_words="", search_number=None)
    Contact.objects.filter(pk=made[2].pk).delete()  # as the version before removes one
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM accountwords")
    assert sum(renew_all_words()) == 5
    del expected[made[2].pk]
    assert standing() == expected
    assert contacts("number") == [f"Ann Number {one}" for one in (0, 1, 3, 4)]


def test_what_is_there_before_is_filled_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FILLING, "RECORDS_AT_ONCE", 2)
    for one in range(5):
        create_contact("Zoé", f"Lefèvre {one}", email_address1=f"zoe{one}@x.example")
    create_account("Dupont & Fils")
    create_lead("Jean", "Martin", company_name="Straßenbau")
    expected = standing()
    for kind, model in KINDS.items():
        model._default_manager.update(search_words="", search_number=None)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {kind}words")
    FILLING.fill(None, SimpleNamespace(connection=connection))
    assert standing() == expected
    assert contacts("zoe lefevre 3") == ["Zoé Lefèvre 3"]
