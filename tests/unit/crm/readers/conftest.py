"""A user, a queue in which they work, and emails as a cycle leaves them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from passerelle.crm.models import Email, Queue, SignInAccount, SystemUser
from passerelle.crm.models.mail.emails import EmailState, EmailStatus
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_queue, create_sign_in, create_user
from passerelle.guids import new_guid

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
Store = Callable[..., Email]


@pytest.fixture
def anna(db: None) -> SystemUser:
    return create_user("Anna", "anna@example.com")


@pytest.fixture
def orders(anna: SystemUser) -> Queue:
    return create_queue("Orders", "orders@example.com", members=[anna])


@pytest.fixture
def account(anna: SystemUser) -> SignInAccount:
    return create_sign_in("anna", Role.USER, systemuser=anna)


@pytest.fixture
def store() -> Store:
    """Store an email; its readers are not worked out yet."""

    def stored(minutes: int = 0, **columns: object) -> Email:
        return Email.objects.create(
            statecode=EmailState.COMPLETED,
            statuscode=EmailStatus.RECEIVED,
            created_on=NINE + timedelta(minutes=minutes),
            identity=new_guid().bytes,
            **columns,
        )

    return stored
