"""An address shows nobody any email before it is approved, whoever got it written on a record."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Email, SystemUser
from passerelle.crm.models.people import FilteringMethod
from passerelle.crm.services import set_members, visible_emails
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.sync.models import Place
from passerelle.sync.services import trace_of
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def marie(company: Company) -> SystemUser:
    """A colleague on whose record somebody writes Anna's address, and who takes everything."""
    user = mailboxes.create_user_with_mailbox("Marie", "marie@example.com")
    box = company.enable(Mailbox.objects.get(systemuser=user), "marie")
    mailboxes.update_mailbox(box, email_address="anna@example.com", by="test")
    SystemUser.objects.filter(pk=user.pk).update(
        incoming_email_filtering_method=FilteringMethod.ALL
    )
    return SystemUser.objects.get(pk=user.pk)


def _anna_takes_only_replies() -> None:
    SystemUser.objects.filter(fullname="Anna").update(
        incoming_email_filtering_method=FilteringMethod.REPLIES
    )


def test_the_mail_of_an_address_is_not_shown_to_who_only_has_it_written(
    company: Company, marie: SystemUser
) -> None:
    company.inbox.deliver(bytes(Letter()))
    company.read()
    email = Email.objects.get()
    assert [party.systemuser for party in email.parties.exclude(systemuser=None)] == [
        company.anna.systemuser
    ]
    assert not visible_emails(company.sign_in(marie)).exists()


def test_nor_is_it_taken_by_their_wish(company: Company, marie: SystemUser) -> None:
    _anna_takes_only_replies()
    company.inbox.deliver(bytes(Letter()))
    company.read()
    place = Place.objects.get()
    assert place.reason == Reason.NO_CORRELATION_MATCH
    assert (
        "The address anna@example.com of Marie (user) is not approved: it means nobody until it is."
        in trace_of(place)
    )


def test_nor_is_their_queue_shown_mail_by_an_address_of_another(company: Company) -> None:
    queue = mailboxes.create_queue_with_mailbox("Spies", "anna@example.com")
    spy = mailboxes.create_user_with_mailbox("Spy", "spy@example.com")
    set_members(queue, [spy])
    company.inbox.deliver(bytes(Letter()))
    company.read()
    assert not visible_emails(company.sign_in(spy)).exists()


def test_an_approved_address_means_its_owner(company: Company, marie: SystemUser) -> None:
    mailboxes.approve([Mailbox.objects.get(systemuser=marie).pk], "admin")
    company.inbox.deliver(bytes(Letter()))
    company.read()
    assert visible_emails(company.sign_in(marie)).count() == 1


def test_where_no_approval_is_asked_an_address_means_its_owner_at_once(
    company: Company, marie: SystemUser
) -> None:
    SystemSettings.objects.update(require_approval_for_users=False)
    company.inbox.deliver(bytes(Letter()))
    company.read()
    assert visible_emails(company.sign_in(marie)).count() == 1


def test_a_sender_is_no_user_before_their_address_is_approved(company: Company) -> None:
    new = mailboxes.create_user_with_mailbox("New", "clara@customer.example")
    company.clara.delete()
    company.inbox.deliver(bytes(Letter()))
    company.read()
    assert "is not approved" in " ".join(trace_of(Place.objects.get()))
    assert not visible_emails(company.sign_in(new)).exists()


def test_approved_later_an_address_means_its_owner_in_what_arrived_before(company: Company) -> None:
    user = mailboxes.create_user_with_mailbox("Paul", "paul@example.com")
    company.inbox.deliver(bytes(Letter(to="anna@example.com, Paul@Example.com")))
    company.read()
    account = company.sign_in(user)
    assert not visible_emails(account).exists()
    mailboxes.approve([user.mailbox.pk], "admin")
    assert visible_emails(account).count() == 1


def test_a_queue_approved_later_is_seen_by_its_members_in_what_arrived_before(
    company: Company,
) -> None:
    queue = mailboxes.create_queue_with_mailbox("Sales", "sales@example.com")
    paul = mailboxes.create_user_with_mailbox("Paul", "paul@example.com")
    set_members(queue, [paul])
    company.inbox.deliver(bytes(Letter(to="anna@example.com, sales@example.com")))
    company.read()
    mailboxes.approve([queue.mailbox.pk], "admin")
    assert visible_emails(company.sign_in(paul)).count() == 1


def test_an_approval_gives_nobody_what_means_somebody_else_already(
    company: Company, marie: SystemUser
) -> None:
    company.inbox.deliver(bytes(Letter()))
    company.read()
    mailboxes.approve([marie.mailbox.pk], "admin")
    assert not visible_emails(company.sign_in(marie)).exists()


def test_approving_many_costs_a_constant_number_of_queries(company: Company) -> None:
    def cost(numbers: range) -> int:
        users = [
            mailboxes.create_user_with_mailbox(f"User {n}", f"u{n}@example.com") for n in numbers
        ]
        with CaptureQueriesContext(connection) as queries:
            mailboxes.approve([user.mailbox.pk for user in users], "admin")
        return len(queries)

    assert cost(range(2)) == cost(range(10, 40))
