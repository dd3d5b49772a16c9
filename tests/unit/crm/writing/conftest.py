"""Anna, who writes, and her account."""

import pytest

from passerelle.crm.models import SignInAccount, SystemUser
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in, create_user


@pytest.fixture
def anna() -> SystemUser:
    return create_user("Anna", "anna@example.com")


@pytest.fixture
def account(anna: SystemUser) -> SignInAccount:
    return create_sign_in("anna", Role.USER, systemuser=anna)
