"""Addresses of records: with other letters before the @, too, and nothing that is no address."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from passerelle.crm.models.mail_addresses import AddressBox, validate_address
from passerelle.crm.services import (
    add_alias,
    create_account,
    create_contact,
    create_lead,
    create_queue,
    create_user,
    records_of,
)
from passerelle.web.forms.directory.customers import LeadForm


@pytest.mark.parametrize(
    "address",
    [
        *("anna@example.org", "a+b.c@example.org", "anna@exämple.org"),
        *("zoë@example.org", "почта@example.org", "संपर्क@example.org", "zoë@exämple.org"),
    ],
)
def test_what_is_an_address(address: str) -> None:
    validate_address(address)
    assert AddressBox().clean(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        *("", "zoë", "@example.org", "zoë@", "zoë@example", "zo ë@example.org"),
        *("zoë@example.org, anna@example.org", "Zoë <zoë@example.org>", "zoë@x@example.org"),
        *(
            "zo\u0085ë@example.org",
            "zo\u2028ë@example.org",
            "zoë\r\n@example.org",
            "zo\u00a0ë@x.example",
        ),
        *(".zoë@example.org", "zo..ë@example.org", "é" * 65 + "@example.org", "(zoë)@example.org"),
    ],
)
def test_what_is_none(address: str) -> None:
    with pytest.raises(ValidationError):
        validate_address(address)


ADDRESS = "zoë@example.org"
MAKERS: dict[str, Callable[[], object]] = {
    "user": lambda: create_user("Zoë", ADDRESS),
    "queue": lambda: create_queue("Zoë", ADDRESS),
    "account": lambda: create_account("Zoë", email_address1=ADDRESS),
    "contact": lambda: create_contact("Zoë", "Client", email_address3=ADDRESS),
    "lead": lambda: create_lead("Zoë", "Lead", email_address1=ADDRESS),
    "alias": lambda: add_alias(create_user("Zoë", "zoe@example.org"), ADDRESS, "ann"),
}


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("kind", MAKERS)
def test_every_record_takes_it_and_is_meant_by_each_spelling(kind: str) -> None:
    MAKERS[kind]()
    (record,) = records_of({"zoë@example.org"})["zoë@example.org"]
    assert record.name.startswith("Zoë")


@pytest.mark.django_db
def test_the_page_of_a_record_has_a_box_that_browsers_let_it_into() -> None:
    form = LeadForm({"last_name": "Lead", "email_address1": f" {ADDRESS} ", "statecode": "0"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["email_address1"] == ADDRESS
    assert 'type="email"' not in str(form)
    assert not LeadForm({"last_name": "Lead", "email_address1": "zoë", "statecode": "0"}).is_valid()
