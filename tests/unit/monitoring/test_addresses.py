"""Addresses that are not what the records say are told, of some records or of all."""

import pytest
from tests.unit.monitoring.conftest import codes

from passerelle.crm.models import EmailSearch
from passerelle.crm.services import create_contact, create_user, renew_all_addresses
from passerelle.faults.mail.tracking import AddressesDiffer
from passerelle.monitoring.checks import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize("deep", [False, True])
def test_what_differs_is_told_with_the_command_that_puts_it_right(*, deep: bool) -> None:
    create_user("Anna", "anna@example.com")
    create_contact("Clara", "Client", email_address1="clara@home.example")
    assert codes(addresses.addresses(deep=deep)) == []
    EmailSearch.objects.filter(contact=None).delete()
    EmailSearch.objects.update(email_address="carl@home.example")
    found = list(addresses.addresses(deep=deep))
    assert codes(found) == [AddressesDiffer.code]
    assert "2 addresses are missing" in found[0].text
    assert "1 are too many" in found[0].text
    assert "passerelle repair addresses" in found[0].remedy
    sum(renew_all_addresses())
    assert codes(addresses.addresses(deep=deep)) == []
