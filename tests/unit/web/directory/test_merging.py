"""Merging two records by the pages: look for the other, see what would be done, confirm it."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from tests.unit.web.conftest import EVIL, World

from passerelle.crm.models import Account, ActivityParty, Contact, Email, RecordMerge
from passerelle.crm.models.people import State
from passerelle.crm.services import create_account, create_contact, update_customer
from passerelle.engine.services import run_due
from passerelle.faults.store import DiskFull
from passerelle.sync.services import MERGE

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def twin(world: World) -> Contact:
    """Another record of the company's contact."""
    return create_contact(
        "Carla", "Customer", email_address1="c2@customer.example", job_title="Buyer"
    )


def page(client: Client, master: Contact | Account, **query: str | UUID) -> str:
    kind = type(master).__name__.lower()
    address = reverse(f"web:{kind}-merge", args=[master.pk])
    return client.get(address, {name: str(value) for name, value in query.items()}).content.decode()


def confirmed(client: Client, master: Contact, other: Contact, **choices: str) -> Any:
    """The form as the page gave it, with what a person chose."""
    told = page(client, master, other=other.pk)
    mark = re.search(r'name="mark" value="(\w+)"', told)
    assert mark
    fields = re.findall(r'type="radio" name="(\w+)" value="(\w+)"[^>]*checked', told)
    sent = {"other": str(other.pk), "mark": mark[1], **dict(fields), **choices}
    address = reverse("web:contact-merge", args=[master.pk])
    return client.post(address, sent, follow=True)


def test_the_other_is_looked_for_among_its_own_kind(
    as_ann: Client, world: World, twin: Contact
) -> None:
    told = page(as_ann, world.contact, q="carla")
    assert f'value="{twin.pk}"' in told
    assert f'value="{world.contact.pk}"' not in told
    assert f'value="{world.account.pk}"' not in page(as_ann, world.contact, q="customer")


def test_what_would_be_done_is_shown_and_nothing_is_done(
    as_ann: Client, world: World, twin: Contact
) -> None:
    ActivityParty.objects.filter(contact=world.contact).update(contact=twin)
    told = page(as_ann, world.contact, other=twin.pk)
    assert "Emails in which it takes part" in told
    assert "c2@customer.example" in told
    assert "cannot be undone" in told
    twin.refresh_from_db()
    assert not twin.merged


def test_a_person_merges_and_the_master_shows_the_emails_of_both(
    as_ann: Client, world: World, twin: Contact
) -> None:
    ActivityParty.objects.filter(contact=world.contact).update(contact=twin)
    subject = world.received.subject
    answer = confirmed(as_ann, world.contact, twin)
    assert "was merged into this record" in answer.content.decode()
    run_due(kinds=[MERGE])
    shown = as_ann.get(reverse("web:contact", args=[world.contact.pk])).content.decode()
    assert subject in shown
    assert "Buyer" in shown
    merged = as_ann.get(reverse("web:contact", args=[twin.pk])).content.decode()
    assert reverse("web:contact", args=[world.contact.pk]) in merged
    assert reverse("web:contact-edit", args=[twin.pk]) not in merged


def test_the_choice_of_a_field_is_kept(as_ann: Client, world: World, twin: Contact) -> None:
    confirmed(as_ann, world.contact, twin, last_name="other", email_address1="other")
    kept = Contact.objects.get(pk=world.contact.pk)
    assert (kept.last_name, kept.email_address1) == ("Customer", "c2@customer.example")
    assert kept.email_address2 == world.contact.email_address1


def test_what_changed_meanwhile_is_looked_at_again(
    as_ann: Client, world: World, twin: Contact
) -> None:
    address = reverse("web:contact-merge", args=[world.contact.pk])
    told = page(as_ann, world.contact, other=twin.pk)
    mark = re.search(r'name="mark" value="(\w+)"', told)
    assert mark
    update_customer(twin, job_title="")
    sent = {"other": str(twin.pk), "mark": mark[1]}
    sent |= dict(re.findall(r'type="radio" name="(\w+)" value="(\w+)"[^>]*checked', told))
    answer = as_ann.post(address, sent)
    assert answer.status_code == 422
    assert "changed or removed meanwhile" in answer.content.decode()
    assert not RecordMerge.objects.exists()


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        pytest.param("itself", "Both are the same record.", id="the-same-record"),
        pytest.param("merged", "already", id="one-that-was-merged"),
        pytest.param("inactive", "is not active", id="an-inactive-master"),
    ],
)
def test_a_refusal_is_a_sentence(
    as_ann: Client, world: World, twin: Contact, refused: str, sentence: str
) -> None:
    other: UUID = twin.pk
    if refused == "itself":
        other = world.contact.pk
    elif refused == "merged":
        confirmed(as_ann, create_contact("C", "Third"), twin)
    else:
        update_customer(world.contact, statecode=State.INACTIVE)
    told = page(as_ann, world.contact, other=other)
    assert sentence in told
    assert "PSR-" not in told


@pytest.mark.parametrize("other", ["", "rubbish", "d0000000-0000-4000-8000-00000000dead"])
def test_rubbish_merges_nothing(as_ann: Client, world: World, other: str) -> None:
    address = reverse("web:contact-merge", args=[world.contact.pk])
    assert as_ann.post(address, {"other": other}).status_code in {200, 404}
    assert as_ann.post(address, {"other": str(world.account.pk)}).status_code == 404
    assert not RecordMerge.objects.exists()


def test_names_of_others_are_text(as_ann: Client, world: World) -> None:
    twin = create_contact(EVIL, EVIL[:50], job_title=EVIL)
    told = page(as_ann, world.contact, other=twin.pk)
    assert EVIL not in told
    assert escape(EVIL) in told


def test_a_merged_record_is_only_looked_at(as_ann: Client, world: World, twin: Contact) -> None:
    confirmed(as_ann, world.contact, twin)
    edit = as_ann.get(reverse("web:contact-edit", args=[twin.pk]))
    assert edit.headers["Location"] == reverse("web:contact", args=[twin.pk])
    listed = as_ann.get(reverse("web:contacts")).content.decode()
    assert str(twin.pk) not in listed
    listed = as_ann.get(reverse("web:contacts"), {"all": "1"}).content.decode()
    assert str(twin.pk) in listed
    found = as_ann.get(reverse("web:search"), {"q": "carla"}).content.decode()
    assert str(twin.pk) not in found


def test_a_row_of_a_page_that_names_it_means_its_master(
    as_ann: Client, world: World, twin: Contact
) -> None:
    confirmed(as_ann, world.contact, twin)
    address = reverse("web:email-regarding", args=[world.received.pk])
    told = as_ann.get(address).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', told)
    assert seen
    as_ann.post(address, {"choice": f"contact {twin.pk}", "seen": seen[1], "scope": "one"})
    assert Email.objects.get(pk=world.received.pk).regarding_contact == world.contact


def test_how_far_it_is(as_ann: Client, world: World, twin: Contact) -> None:
    confirmed(as_ann, world.contact, twin)
    address = reverse("web:contact-merging", args=[world.contact.pk])
    RecordMerge.objects.update(total=10, moved=5, last_code=DiskFull.code)
    RecordMerge.objects.update(last_facts={"answer": "full"})
    told = as_ann.get(address)
    assert 'value="50"' in told.content.decode()
    assert "It is tried again by itself." in told.content.decode()
    assert "HX-Refresh" not in told.headers
    run_due(kinds=[MERGE])
    assert as_ann.get(address).headers["HX-Refresh"] == "true"


def test_an_address_that_came_by_a_merge_is_removed(as_ann: Client, world: World) -> None:
    twin = create_account("Customer SA", email_address1="order@customer.example")
    Account.objects.filter(pk=world.account.pk).update(email_address1="info@customer.example")
    mark = re.search(r'name="mark" value="(\w+)"', page(as_ann, world.account, other=twin.pk))
    assert mark
    sent = {"other": str(twin.pk), "mark": mark[1], "name": "master", "email_address1": "master"}
    as_ann.post(reverse("web:account-merge", args=[world.account.pk]), sent)
    record = reverse("web:account", args=[world.account.pk])
    assert "order@customer.example" in as_ann.get(record).content.decode()
    drop = reverse("web:account-address-drop", args=[world.account.pk])
    as_ann.post(drop, {"address": "order@customer.example"})
    assert "order@customer.example" not in as_ann.get(record).content.decode()


def test_a_contact_is_put_under_no_merged_account(
    as_ann: Client, world: World, twin: Contact
) -> None:
    gone = create_account("Gone SA")
    Account.objects.filter(pk=gone.pk).update(merged=True, master=world.account)
    form = as_ann.get(reverse("web:contact-edit", args=[twin.pk])).content.decode()
    assert str(gone.pk) not in form
    assert str(world.account.pk) in form
