"""Accounts, contacts and leads: made, found again, changed, refused one by one."""

import pytest
from tests.unit.importing.tables import bring, checked, counts, imported, reasons

from passerelle.crm.merging import begin_merge
from passerelle.crm.models import Account, Contact, EmailSearch, Lead, SystemUser, Team
from passerelle.crm.services import create_account, create_contact, create_user
from passerelle.importing.services import ImportKind, ImportState

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ONE = "0f8fad5b-d9cb-469f-a165-70867728950e"
TWO = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
CONTACTS = ImportKind.CONTACTS
HEAD = (
    "(Ne pas modifier) Contact;(Ne pas modifier) Somme de contrôle de la ligne;"
    "Prénom;Nom;Adresse de messagerie;Statut\r\n"
)


def test_contacts_of_a_french_export() -> None:
    text = HEAD + f"{ONE};x/=;Zoé;Lefèvre;Zoe@Example.com;Actif\r\n{TWO};y;;Œuvré;;Inactif\r\n"
    found = imported(CONTACTS, text, "cp1252")
    assert (found.state, counts(found)) == (ImportState.DONE, (2, 0, 0, 0))
    zoe, other = Contact.objects.order_by("statecode")
    assert (str(zoe.pk), zoe.fullname, zoe.email_address1) == (
        ONE,
        "Zoé Lefèvre",
        "Zoe@Example.com",
    )
    assert (other.last_name, other.statecode) == ("Œuvré", 1)
    assert [row.email_address for row in EmailSearch.objects.all()] == ["zoe@example.com"]
    assert not found.pieces.exists()


def test_the_same_table_again_changes_nothing() -> None:
    text = HEAD + f"{ONE};;Zoé;Lefèvre;zoe@example.com;Actif\n"
    assert counts(imported(CONTACTS, text)) == (1, 0, 0, 0)
    assert counts(imported(CONTACTS, text)) == (0, 0, 1, 0)


def test_a_changed_row_changes_what_its_columns_hold_and_no_more() -> None:
    create_contact("Zoé", "Lefèvre", guid=ONE, email_address1="zoe@example.com", job_title="Chef")  # type: ignore[arg-type]
    found = imported(CONTACTS, f"contactid,lastname,emailaddress1\n{ONE},Martin,zm@example.com\n")
    assert counts(found) == (0, 1, 0, 0)
    contact = Contact.objects.get()
    assert (contact.fullname, contact.job_title) == ("Zoé Martin", "Chef")
    assert [row.email_address for row in EmailSearch.objects.all()] == ["zm@example.com"]


def test_without_identifiers_the_address_finds_the_record() -> None:
    text = "Full Name,Email\nZoé Lefèvre,zoe@example.com\n"
    assert counts(imported(CONTACTS, text)) == (1, 0, 0, 0)
    assert counts(imported(CONTACTS, text.replace("zoe@", "ZOE@"))) == (0, 1, 0, 0)
    assert Contact.objects.count() == 1
    create_contact("Other", "One", email_address1="zoe@example.com")
    found = imported(CONTACTS, text)
    assert reasons(found) == [
        (1, "Several records have the address “zoe@example.com”; give the identifier.")
    ]


def test_a_dry_run_counts_and_writes_nothing() -> None:
    found = checked(CONTACTS, HEAD + f"{ONE};;Z;L;zoe@example.com;Actif\n{TWO};;;;;Actif\n")
    assert (found.state, counts(found), found.total) == (ImportState.CHECKED, (1, 0, 0, 1), 2)
    assert not Contact.objects.exists()


def test_each_bad_row_has_its_reason_and_stops_no_other() -> None:
    rows = [
        f"{ONE};;A;B;a@example.com;Actif",
        ";;No;Key;;Actif",
        "no-guid;;A;B;;Actif",
        f"{ONE};;Again;B;;Actif",
        f"{TWO};;A;{'x' * 51};;Actif",
        ";;A;B;no address;Actif",
        ';;A;"B;b@example.com;Actif',
        ";;A;B;c@example.com;Peut-être",
        ";;;;d@example.com;Actif",
        ";;A;B;e@example.com;Actif",
    ]
    found = imported(CONTACTS, HEAD + "\n".join(rows) + "\n")
    assert counts(found) == (2, 0, 0, 8)
    assert reasons(found) == [
        (2, "The row has neither an identifier nor an address by which to find it again."),
        (3, "(Ne pas modifier) Contact: “no-guid” is not an identifier (GUID)."),
        (4, "An earlier row of this file is the same record."),
        (5, f"Nom: “{'x' * 51}” is longer than 50 characters."),
        (6, "Adresse de messagerie: “no address” is not an email address."),
        (7, "A quotation mark is missing or stands in the wrong place."),
        (8, "Statut: “Peut-être” is none of the values that this column can have."),
        (9, "The cell is empty, and a record needs it."),
    ]


def test_the_account_and_the_owner_are_found_by_name() -> None:
    account = create_account("Acme")
    ann = create_user("Ann Example", "ann@example.com")
    Team.objects.create(name="Sales")
    text = (
        "Full Name,Email,Company Name,Owner\n"
        "A One,a@example.com,Acme,Ann Example\n"
        f"B Two,b@example.com,{account.pk},ann@example.com\n"
        "C Three,c@example.com,,Sales\n"
        "D Four,d@example.com,Nobody Ltd,\n"
        "E Five,e@example.com,,Nobody\n"
    )
    found = imported(CONTACTS, text)
    assert counts(found) == (3, 0, 0, 2)
    rows = Contact.objects.order_by("email_address1").values_list("parent_customer", "owner")
    assert list(rows) == [(account.pk, ann.pk), (account.pk, ann.pk), (None, None)]
    assert [reason.split(".")[0] for _, reason in reasons(found)] == [
        "No account is called “Nobody Ltd”",
        "No user is called “Nobody”",
    ]


def test_a_name_of_several_names_none() -> None:
    create_account("Acme")
    create_account("Acme")
    found = imported(CONTACTS, "Full Name,Email,Company Name\nA B,a@example.com,Acme\n")
    assert reasons(found) == [(1, "Several records are called “Acme”; give the identifier.")]


def test_accounts_and_leads() -> None:
    found = imported(ImportKind.ACCOUNTS, f"Account,Account Name,Email\n{ONE},Acme,a@example.com\n")
    assert counts(found) == (1, 0, 0, 0)
    assert Account.objects.get().name == "Acme"
    leads = f"Prospect;Nom complet;Rubrique;Statut\n{TWO};Jean de La Tour;Devis;Qualifié\n"
    assert counts(imported(ImportKind.LEADS, leads)) == (1, 0, 0, 0)
    lead = Lead.objects.get()
    assert (lead.first_name, lead.last_name, lead.subject) == ("Jean", "de La Tour", "Devis")
    assert lead.statecode == 1


def test_columns_are_recognised_in_both_languages_and_marks_left_alone() -> None:
    found = bring(CONTACTS, HEAD + ";;;;;\n")
    assert found.columns == ["guid", "", "first_name", "last_name", "email_address1", "statecode"]
    assert (found.delimiter, found.encoding) == (";", "utf-8-sig")
    assert SystemUser.objects.count() == 0


def test_a_row_of_a_merged_record_is_refused_and_its_master_stays_as_it_is() -> None:
    kept = create_contact("Zoé", "Lefèvre", guid=ONE, email_address1="zoe@example.com")  # type: ignore[arg-type]
    gone = create_contact("Zoé", "L.", guid=TWO, email_address1="z@example.com")  # type: ignore[arg-type]
    begin_merge(kept, gone, "ann")
    found = imported(CONTACTS, f"contactid,lastname,emailaddress1\n{TWO},Other,new@example.com\n")
    sentence = "“Zoé L.” was merged into another record. Leave the row out, or name that one."
    assert reasons(found) == [(1, sentence)]
    assert Contact.objects.get(merged=False).fullname == "Zoé Lefèvre"


def test_a_merged_account_means_its_master_by_identifier_and_by_name() -> None:
    kept = create_account("Acme", guid=ONE)  # type: ignore[arg-type]
    begin_merge(kept, create_account("Acme", guid=TWO), "ann")  # type: ignore[arg-type]
    text = f"Last Name,Email,Company Name\nA,a@example.com,{TWO}\nB,b@example.com,Acme\n"
    assert counts(imported(CONTACTS, text)) == (2, 0, 0, 0)
    assert {one.parent_customer for one in Contact.objects.all()} == {kept}
