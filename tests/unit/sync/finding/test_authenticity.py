"""Whose checks of a sender are believed: the server through which the email came, and no other."""

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Email
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.messages import Verdict
from passerelle.sync.models import Place, Reading
from passerelle.sync.services import authenticity_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SERVER = "mx.example.com"
LETTER = Letter(
    more=f"Authentication-Results: {SERVER}; dmarc=fail header.from=customer.example\n"
    f"Authentication-Results: {SERVER}; dmarc=pass header.from=customer.example\n"
)


@pytest.fixture
def email(company: Company) -> Email:
    """One that came through a server that is believed."""
    EmailServerProfile.objects.update(authserv_id=SERVER)
    company.inbox.deliver(bytes(LETTER))
    company.read()
    return Email.objects.select_related("raw").get()


def test_what_the_believed_server_wrote_is_known(email: Email) -> None:
    checks = authenticity_of(email)
    assert checks is not None
    assert checks.server == SERVER
    assert [one.verdict for one in checks.checks] == [Verdict.FAILED]


def test_nobody_is_believed_at_first(email: Email) -> None:
    EmailServerProfile.objects.update(authserv_id="")
    assert authenticity_of(email) is None


def test_what_another_server_delivered_is_not_believed(email: Email) -> None:
    Reading.objects.update(epoch=2)
    assert authenticity_of(email) is None


def test_what_somebody_passed_on_is_not_believed(email: Email) -> None:
    Place.objects.update(part="2")
    assert authenticity_of(email) is None


def test_two_ways_in_have_to_believe_the_same(company: Company, email: Email) -> None:
    company.orders_inbox.deliver(bytes(LETTER))
    company.read(company.orders)
    assert Place.objects.filter(email=email).count() == 2
    assert authenticity_of(email) is not None
    other = EmailServerProfile.objects.create(name="Another")
    company.orders.profile = other
    company.orders.save()
    assert authenticity_of(email) is None


def test_what_was_sent_has_no_checks(email: Email) -> None:
    email.direction_code = True
    assert authenticity_of(email) is None


def test_without_its_raw_message_nothing_is_known(email: Email) -> None:
    email.raw = None
    assert authenticity_of(email) is None
