"""Whom addresses mean by the switches of the organization, from the mailbox to the record."""

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm import services as crm
from passerelle.crm.models import ActivityParty, Contact, Email, SystemUser
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.models.people import FilteringMethod, State
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models import Place
from passerelle.sync.services import trace_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TAGGED = "marie+shop@example.com"


@pytest.fixture
def marie(company: Company) -> SystemUser:
    """A colleague who takes everything; it is Anna's mailbox that is read."""
    user = mailboxes.create_user_with_mailbox(
        "Marie", "marie@example.com", filtering=FilteringMethod.ALL
    )
    company.enable(Mailbox.objects.get(systemuser=user), "marie")
    return user


def received(company: Company, letter: Letter, **rules: bool) -> Email:
    mailboxes.save_tracking_rules(rules, by="zoe")
    company.inbox.deliver(bytes(letter))
    company.read()
    return Email.objects.get()


def party(email: Email, participation: Participation) -> ActivityParty:
    return email.parties.get(participation=participation)


@pytest.mark.parametrize("wanted", [True, False])
def test_a_tagged_address_means_its_user_where_the_organization_says_so(
    company: Company, marie: SystemUser, wanted: bool
) -> None:
    email = received(company, Letter(to=TAGGED), plus_addresses=wanted)
    assert party(email, Participation.TO).systemuser == (marie if wanted else None)
    assert crm.visible_emails(company.sign_in(marie)).exists() is wanted


def test_a_tagged_sender_is_the_user(company: Company, marie: SystemUser) -> None:
    email = received(company, Letter(sender=TAGGED), plus_addresses=True)
    assert party(email, Participation.SENDER).systemuser == marie


def test_a_tagged_address_waits_for_the_same_approval(company: Company) -> None:
    mailboxes.create_user_with_mailbox("New", "new@example.com")
    email = received(company, Letter(to="new+x@example.com"), plus_addresses=True)
    assert party(email, Participation.TO).systemuser is None
    assert "The address new+x@example.com of New (user) is not approved" in " ".join(
        trace_of(Place.objects.get())
    )


@pytest.mark.parametrize("unresolved", [True, False])
def test_a_sender_whom_several_could_be_is_chosen_or_told(
    company: Company, unresolved: bool
) -> None:
    crm.create_contact("Carl", "Client", email_address1="clara@customer.example")
    email = received(company, Letter(), sender_unresolved=unresolved)
    named = party(email, Participation.SENDER).contact
    assert named == (None if unresolved else company.clara)
    assert email.ambiguous_sender is (True if unresolved else None)


def test_a_recipient_whom_several_could_be_is_nobody(company: Company) -> None:
    crm.create_contact("Carl", "Client", email_address1="clara@customer.example")
    letter = Letter(sender="x@stranger.example", to="anna@example.com, clara@customer.example")
    email = received(company, letter, recipients_unresolved=True)
    named = [one.contact for one in email.parties.filter(address_used="clara@customer.example")]
    assert named == [None]


def test_an_inactive_record_is_nobody_where_it_does_not_count(company: Company) -> None:
    Contact.objects.update(statecode=State.INACTIVE)
    email = received(company, Letter(), inactive_meant=False)
    assert party(email, Participation.SENDER).contact is None
