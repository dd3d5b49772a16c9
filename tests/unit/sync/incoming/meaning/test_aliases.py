"""Mail to and from an alias: as to and from the address itself, and only once it is approved."""

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
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ALIAS = "m.curie@example.com"


@pytest.fixture
def marie(company: Company) -> SystemUser:
    """A colleague who takes everything; it is Anna's mailbox that is read."""
    user = mailboxes.create_user_with_mailbox(
        "Marie", "marie@example.com", filtering=FilteringMethod.ALL
    )
    company.enable(Mailbox.objects.get(systemuser=user), "marie")
    return user


def test_mail_to_an_alias_is_taken_and_seen_by_its_user(
    company: Company, marie: SystemUser
) -> None:
    _anna_takes_nothing()
    crm.add_alias(marie, ALIAS, "admin")
    company.inbox.deliver(bytes(Letter(to=f"anna@example.com, {ALIAS.upper()}")))
    company.read()
    email = Email.objects.get()
    assert email.accepting_user == marie
    assert crm.visible_emails(company.sign_in(marie)).get() == email


def test_mail_to_an_alias_of_a_queue_lies_in_the_queue(company: Company) -> None:
    orders = company.orders.queue
    assert orders is not None
    crm.add_alias(orders, "commandes@example.com", "admin")
    company.inbox.deliver(bytes(Letter(to="commandes@example.com")))
    company.read()
    assert Email.objects.get().queue_items.get().queue == orders


def test_whoever_asks_for_the_address_of_a_colleague_sees_nothing_of_their_mail(
    company: Company, marie: SystemUser
) -> None:
    _anna_takes_nothing()
    crm.ask_alias(marie, "old.anna@example.com", "marie")
    company.inbox.deliver(bytes(Letter(to="old.anna@example.com")))
    company.read()
    place = Place.objects.get()
    assert place.reason == Reason.NO_FILTER_WANTS
    assert "The address old.anna@example.com of Marie (user) is not approved" in " ".join(
        trace_of(place)
    )


def test_an_alias_that_is_approved_later_means_its_user_in_what_arrived_before(
    company: Company, marie: SystemUser
) -> None:
    alias = crm.ask_alias(marie, ALIAS, "marie")
    company.inbox.deliver(bytes(Letter(to=f"anna@example.com, {ALIAS}")))
    company.read()
    account = company.sign_in(marie)
    assert not crm.visible_emails(account).exists()
    crm.approve_alias(alias.pk, "admin")
    assert crm.visible_emails(account).count() == 1


def test_an_alias_shows_nothing_while_the_mailbox_itself_waits(company: Company) -> None:
    new = mailboxes.create_user_with_mailbox("New", "new@example.com")
    company.inbox.deliver(bytes(Letter(to=f"anna@example.com, {ALIAS}, new@example.com")))
    company.read()
    crm.add_alias(new, ALIAS, "admin")
    account = company.sign_in(new)
    assert not crm.visible_emails(account).exists()
    mailboxes.approve([new.mailbox.pk], "admin")
    assert crm.visible_emails(account).count() == 1


def test_a_sender_is_known_by_an_alias(company: Company, marie: SystemUser) -> None:
    crm.add_alias(marie, ALIAS, "admin")
    company.inbox.deliver(bytes(Letter(sender=ALIAS)))
    company.read()
    assert Email.objects.get().parties.get(participation=1).systemuser == marie


def _anna_takes_nothing() -> None:
    SystemUser.objects.filter(fullname="Anna").update(
        incoming_email_filtering_method=FilteringMethod.NONE
    )
