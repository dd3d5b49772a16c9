"""Whatever points to a customer, in any area, is moved by a merge, or is named as staying.

A table that is made tomorrow is moved without a word. Only one that could not be is to be spoken
of: here it fails.
"""

from typing import Any

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model, OneToOneField, UniqueConstraint
from tests.unit.crm.merging.conftest import email_of

from passerelle.crm.merging import pointing, preview_merge
from passerelle.crm.merging.pointing import APART, count_rows, keys_to
from passerelle.crm.models import Account, Contact, EmailSearch, Lead
from passerelle.crm.services import Regarded, create_account

CUSTOMERS: tuple[type[Regarded], ...] = (Account, Contact, Lead)


def every_key() -> list["ForeignKey[Any, Any]"]:
    """The keys to customers of all tables, found by going through the tables."""
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model in CUSTOMERS
    ]


def named(keys: Any) -> set[tuple[type[Model], str]]:
    return {(key.model, key.name) for key in keys}


def test_every_key_of_every_table_is_moved_or_named_as_staying() -> None:
    moved = named(key for model in CUSTOMERS for key in keys_to(model))
    apart = named(key for key in every_key() if key.model in APART)
    assert moved | apart == named(every_key())
    assert not moved & apart
    assert {EmailSearch} == APART


def test_no_moved_key_can_meet_one_that_is_there() -> None:
    """A unique rule over such a key would stop the merge of two that have the same."""
    for model in CUSTOMERS:
        for key in keys_to(model):
            unique = [
                rule.name
                for rule in key.model._meta.constraints
                if isinstance(rule, UniqueConstraint) and key.name in rule.fields
            ]
            assert not unique, f"{key}: say in crm/merging how its rows are moved"
            assert not key.unique, f"{key}: say in crm/merging how its rows are moved"
            assert not isinstance(key, OneToOneField)


def test_areas_above_say_what_their_rows_are_called() -> None:
    kinds = {model._meta.label for model in pointing._labels}
    assert "sync.TrackingFolder" in kinds


@pytest.mark.django_db
@pytest.mark.database
def test_counting_ends(monkeypatch: pytest.MonkeyPatch, master: Contact, other: Contact) -> None:
    monkeypatch.setattr(pointing, "MOST_COUNTED", 2)
    for _number in range(3):
        email_of(other)
    assert {(one.count, one.more) for one in preview_merge(master, other).moved} == {(2, True)}
    assert count_rows(other) == 4


@pytest.mark.django_db
@pytest.mark.database
def test_contacts_are_counted_of_accounts_only(other: Contact) -> None:
    account = create_account("Duval")
    Contact.objects.filter(pk=other.pk).update(parent_customer=account)
    told = preview_merge(create_account("Duval SA"), account).moved
    assert [(str(one.label), one.count) for one in told] == [("Contacts of the account", 1)]
