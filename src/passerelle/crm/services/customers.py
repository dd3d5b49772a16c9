"""Accounts, contacts and leads: made and changed, their full names computed.

Changes are given by field name, as a form has them: only those that are named are touched, and
only those that a person may change (`CHANGEABLE`).
"""

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from passerelle.crm.models import Account, Contact, Lead
from passerelle.crm.names import set_words
from passerelle.crm.services.addresses import keep_addresses
from passerelle.guids import new_guid

FULLNAME_CHARS = 160

Customer = TypeVar("Customer", bound=Account | Contact | Lead)

CHANGEABLE: dict[type, frozenset[str]] = {
    Account: frozenset({"name", "email_address1", "telephone1", "owner", "statecode"}),
    Contact: frozenset(
        {
            "first_name",
            "last_name",
            "email_address1",
            "email_address2",
            "email_address3",
            "job_title",
            "telephone1",
            "parent_customer",
            "owner",
            "statecode",
        }
    ),
    Lead: frozenset(
        {
            "subject",
            "first_name",
            "last_name",
            "company_name",
            "email_address1",
            "owner",
            "statecode",
        }
    ),
}


def create_account(name: str, *, guid: UUID | None = None, **fields: Any) -> Account:
    """Make an account. Raises `ValidationError`."""
    return _store(Account(account_id=guid or new_guid()), {"name": name, **fields}, new=True)


def create_contact(
    first_name: str, last_name: str, *, guid: UUID | None = None, **fields: Any
) -> Contact:
    """Make a contact. Raises `ValidationError`."""
    names = {"first_name": first_name, "last_name": last_name}
    return _store(Contact(contact_id=guid or new_guid()), {**names, **fields}, new=True)


def create_lead(
    first_name: str, last_name: str, *, guid: UUID | None = None, **fields: Any
) -> Lead:
    """Make a lead. Raises `ValidationError`."""
    names = {"first_name": first_name, "last_name": last_name}
    return _store(Lead(lead_id=guid or new_guid()), {**names, **fields}, new=True)


def update_customer(record: Customer, **fields: Any) -> Customer:
    """Change what is named. Raises `ValidationError`, as well where it was merged into another."""
    with transaction.atomic():
        stored = type(record)._default_manager.select_for_update().get(pk=record.pk)
        if stored.merged:
            text = gettext("This record was merged into “{master}”. Change that one.")
            raise ValidationError(text.format(master=stored.master or ""))
        return _store(cast("Customer", stored), fields, new=False)


def full_name(first_name: str, last_name: str) -> str:
    """Both names in the order in which they are spoken."""
    return f"{first_name} {last_name}".strip()[:FULLNAME_CHARS]


def _store(record: Customer, fields: Mapping[str, Any], *, new: bool) -> Customer:
    unknown = fields.keys() - CHANGEABLE[type(record)]
    if unknown:
        raise TypeError(f"{type(record).__name__} has no {', '.join(sorted(unknown))} to change")
    for name, value in fields.items():
        setattr(record, name, value.strip() if isinstance(value, str) else value)
    if not isinstance(record, Account):
        record.fullname = full_name(record.first_name, record.last_name)
    record.full_clean()
    with transaction.atomic():
        set_words([record])
        record.save(force_insert=new)
        keep_addresses(record)
    return record
