"""Anna and a queue of hers, a customer, and email with that customer as a cycle leaves it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from passerelle.crm.models import ActivityParty, Contact, Email, Queue, SignInAccount, SystemUser
from passerelle.crm.models.mail.emails import EmailState, EmailStatus, Participation
from passerelle.crm.models.people import Role
from passerelle.crm.readers import grant
from passerelle.crm.services import (
    create_contact,
    create_queue,
    create_sign_in,
    create_user,
    organization,
)
from passerelle.guids import new_guid

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
Store = Callable[..., Email]


@pytest.fixture
def anna(db: None) -> SystemUser:
    organization()
    return create_user("Anna", "anna@example.com")


@pytest.fixture
def orders(anna: SystemUser) -> Queue:
    return create_queue("Orders", "orders@example.com", members=[anna])


@pytest.fixture
def carla(db: None) -> Contact:
    return create_contact("Carla", "Client", email_address1="carla@customer.example")


@pytest.fixture
def bob(anna: SystemUser) -> SignInAccount:
    """A colleague who has no part in any email."""
    return create_sign_in("bob", Role.USER, systemuser=create_user("Bob", "bob@example.com"))


@pytest.fixture
def store(carla: Contact) -> Store:
    """Store an email from Carla, to whom its columns say; what it is called says its text."""

    def stored(minutes: int = 0, *, to: tuple[SystemUser, ...] = (), **columns: object) -> Email:
        email = Email.objects.create(
            **{
                "subject": "Order",
                "description": "The text of the order.",
                "statecode": EmailState.COMPLETED,
                "statuscode": EmailStatus.RECEIVED,
                "created_on": NINE + timedelta(minutes=minutes),
                "identity": new_guid().bytes,
                **columns,
            }
        )
        party = {"participation": Participation.SENDER, "contact": carla}
        ActivityParty.objects.create(email=email, address_used="carla@customer.example", **party)
        for user in to:
            ActivityParty.objects.create(
                email=email, participation=Participation.TO, address_used="x", systemuser=user
            )
        grant([email.pk])
        return email

    return stored
