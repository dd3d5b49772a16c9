"""Fields in which a server says to whom it delivered, read where the profile trusts them."""

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm import services as crm
from passerelle.crm.models import Email, SystemUser
from passerelle.crm.models.people import FilteringMethod
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models import Place
from passerelle.sync.services import trace_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ARRIVAL = b"Received: from x by mail.example.com\r\n"


@pytest.fixture
def marie(company: Company) -> SystemUser:
    """She takes everything; Anna, whose mailbox is read, takes nothing."""
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    user = mailboxes.create_user_with_mailbox(
        "Marie", "marie@example.com", filtering=FilteringMethod.ALL
    )
    company.enable(Mailbox.objects.get(systemuser=user), "marie")
    return user


def blind(field: str, address: str) -> bytes:
    """A blind copy, as the server that delivers writes it down."""
    return f"{field}: {address}\r\n".encode() + ARRIVAL + bytes(Letter(to="list@x.example"))


def trust(company: Company, fields: str) -> None:
    mailboxes.update_profile(company.profile, trusted_delivery=fields)


def test_a_blind_copy_is_taken_by_whom_the_server_delivered_it_to(
    company: Company, marie: SystemUser
) -> None:
    trust(company, "Delivered-To")
    company.inbox.deliver(blind("Delivered-To", "marie@example.com"))
    company.read()
    email = Email.objects.get()
    assert email.accepting_user == marie
    assert not email.parties.filter(systemuser=marie).exists()
    assert "The server delivered it to marie@example.com, as its Delivered-To says." in trace_of(
        Place.objects.get()
    )


def test_an_alias_counts_there_too(company: Company, marie: SystemUser) -> None:
    trust(company, "X-Original-To")
    crm.add_alias(marie, "m.curie@example.com", "admin")
    company.inbox.deliver(blind("X-Original-To", "m.curie@example.com"))
    company.read()
    assert Email.objects.get().accepting_user == marie


def test_a_queue_gets_an_item_of_what_was_delivered_to_it(company: Company) -> None:
    trust(company, "Delivered-To")
    company.inbox.deliver(blind("Delivered-To", "orders@example.com"))
    company.read()
    assert Email.objects.get().queue_items.get().queue == company.orders.queue


@pytest.mark.parametrize(
    ("trusted", "raw"),
    [
        pytest.param("", blind("Delivered-To", "marie@example.com"), id="nothing-is-trusted"),
        pytest.param(
            "X-Original-To", blind("Delivered-To", "marie@example.com"), id="another-is-trusted"
        ),
        pytest.param(
            "Delivered-To",
            ARRIVAL + blind("Delivered-To", "marie@example.com"),
            id="the-sender-wrote-it",
        ),
    ],
)
def test_what_is_not_trusted_delivers_nothing(
    company: Company, marie: SystemUser, trusted: str, raw: bytes
) -> None:
    trust(company, trusted)
    company.inbox.deliver(raw)
    company.read()
    assert not Email.objects.exists()
    assert "delivered" not in " ".join(trace_of(Place.objects.get()))
