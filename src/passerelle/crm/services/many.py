"""Many records at once, for an import: rows and addresses in a few statements a batch.

Whoever calls has checked the values as a form would; the database checks them again. Users and
queues get their tracking numbers here, in the caller's transaction.
"""

from collections.abc import Collection, Sequence

from django.db import models

from passerelle.crm.models import Account, Contact, Lead, Queue, SystemUser
from passerelle.crm.names import SEARCHED, renew_words, set_words
from passerelle.crm.services.addresses import add_addresses, keep_many_addresses
from passerelle.crm.services.customers import full_name
from passerelle.crm.services.inserting import load_rows, update_rows
from passerelle.crm.services.organization import next_tracking_number

ADDRESSES = frozenset({"email_address1", "email_address2", "email_address3"})
NAMES = frozenset({"first_name", "last_name"})

People = Sequence[SystemUser | Queue]
Customers = Sequence[Account | Contact | Lead]


def add_people(people: People) -> None:
    """Store new users, or new queues, with their addresses; mailboxes are made above."""
    if people:
        first = next_tracking_number()
        for number, one in enumerate(people, first):
            one.tracking_number = number
        load_rows(people)
        add_addresses(people)


def add_customers(customers: Customers) -> None:
    """Store new accounts, contacts or leads with their full names and addresses."""
    for customer in customers:
        if not isinstance(customer, Account):
            customer.fullname = full_name(customer.first_name, customer.last_name)
    set_words(customers)
    load_rows(customers)
    add_addresses(customers)


def change_customers(customers: Customers, names: Collection[str]) -> None:
    """Store these fields of accounts, contacts or leads that are stored already."""
    written = set(names)
    if written & NAMES:
        written.add("fullname")
        for customer in customers:
            if not isinstance(customer, Account):
                customer.fullname = full_name(customer.first_name, customer.last_name)
    update_rows(customers, written)
    if written & ADDRESSES:
        keep_many_addresses(customers)
    if customers and written.intersection(SEARCHED[type(customers[0])]):
        renew_words(type(customers[0]), [customer.pk for customer in customers])


def limit_of(model: type[models.Model], name: str) -> int:
    """The characters that a text field of the model takes."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.CharField)
    assert field.max_length is not None
    return field.max_length
