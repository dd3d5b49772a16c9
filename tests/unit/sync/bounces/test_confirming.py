"""A receipt marks the recipient of an email whose sender asked for one; nobody else's counts."""

from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone
from tests.unit.messages.test_bounces import report, report_of_reader, success
from tests.unit.sync.conftest import Company

from passerelle.alerts.models import Alert
from passerelle.crm.models import Email, SystemUser
from passerelle.crm.models.people import FilteringMethod
from passerelle.crm.services import Written, create_draft
from passerelle.engine.services import Killed, crash_points
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import SystemSettings
from passerelle.sync.models import Delivery, Place
from passerelle.sync.services import submit
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BOB, CLARA = "bob@example.org", "clara@customer.example"


@pytest.fixture(autouse=True)
def nobody_wants_mail(company: Company) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    SystemSettings.objects.update(allow_unresolved_recipients=True)


def sent(company: Company, *, asked: bool = True) -> Email:
    user = company.anna.systemuser
    assert user is not None
    content = Written(
        to=f"{BOB}; {CLARA}",
        subject="Your order",
        text="Ten.",
        delivery_receipt=asked,
        read_receipt=asked,
    )
    email = create_draft(content, sender=user, owner=user)
    submit(email, "anna", company.anna)
    company.send()
    return Email.objects.get(pk=email.pk)


def arrived(email: Email, number: int = 1) -> bytes:
    returned = f"Message-ID: {email.message_id}\n\nText\n"
    more = f"Message-ID: <report{number}@elsewhere.example>\n"
    return report(success("delivered"), returned, more=more)


def read(email: Email, written: datetime | None = None, *, disposition: str = "displayed") -> bytes:
    raw = report_of_reader(disposition).replace(b"<1@example.com>", email.message_id.encode())
    date = f"Date: {format_datetime(written)}\r\n".encode() if written else b""
    return b"Message-ID: <read@example.org>\r\n" + date + raw


def delivery(address: str = BOB) -> Delivery:
    return Delivery.objects.get(address=address)


def test_arrived_and_read_are_told_of_one_recipient(company: Company) -> None:
    email = sent(company)
    company.inbox.deliver(arrived(email))
    company.inbox.deliver(read(email))
    company.read()
    bob, clara = delivery(), delivery(CLARA)
    assert bob.arrived_on is not None
    assert bob.read_on is not None
    assert (bob.passed_on, bob.deleted_on, bob.report) == (None, None, "")
    assert (clara.arrived_on, clara.read_on) == (None, None)
    assert not Alert.objects.filter(closed_on=None).exists()


def test_it_is_no_email_unless_the_organization_wants_that(company: Company) -> None:
    email = sent(company)
    company.inbox.deliver(arrived(email))
    company.read()
    assert not Email.objects.filter(direction_code=False).exists()
    assert Place.objects.get().reason == Reason.REPORT_NOTED
    mailboxes.save_tracking_rules({"receipts_tracked": True}, by="zoe")
    company.inbox.deliver(read(email))
    company.read()
    record = Email.objects.get(direction_code=False)
    assert record.correlated_activity == email
    assert Place.objects.get(email=record).reason == Reason.RECEIPT


def test_a_bounce_marks_the_recipient_where_it_is_no_email(company: Company) -> None:
    mailboxes.save_tracking_rules({"bounces_tracked": False}, by="zoe")
    email = sent(company)
    failed = success("failed").replace("2.0.0", "5.1.1")
    company.inbox.deliver(report(failed, f"Message-ID: {email.message_id}\n\nText\n"))
    company.read()
    assert delivery().report == "bounced"
    assert Alert.objects.filter(code="PSR-SYN-070").count() == 1
    assert not Email.objects.filter(direction_code=False).exists()


def test_what_nobody_asked_for_counts_as_forged(company: Company) -> None:
    email = sent(company, asked=False)
    company.inbox.deliver(arrived(email))
    company.inbox.deliver(read(email))
    company.read()
    assert (delivery().arrived_on, delivery().read_on) == (None, None)


def test_somebody_to_whom_it_did_not_go_confirms_nothing(company: Company) -> None:
    email = sent(company)
    company.inbox.deliver(read(email).replace(BOB.encode(), b"eve@elsewhere.example"))
    company.read()
    assert not Delivery.objects.filter(read_on__isnull=False).exists()


def test_the_first_word_stands(company: Company) -> None:
    email = sent(company)
    company.inbox.deliver(arrived(email))
    company.read()
    first = delivery().arrived_on
    company.inbox.deliver(arrived(email, number=2))
    company.read()
    assert delivery().arrived_on == first


@pytest.mark.parametrize(
    "days",
    [pytest.param(-4_000, id="long before it was sent"), pytest.param(400, id="in a year")],
)
def test_a_time_that_cannot_be_is_brought_within_reason(company: Company, days: int) -> None:
    email = sent(company)
    company.inbox.deliver(read(email, timezone.now() + timedelta(days=days)), timezone.now())
    company.read()
    assert email.sent_on is not None
    moment = delivery().read_on
    assert moment is not None
    assert email.sent_on <= moment <= timezone.now()


def test_killed_after_noting_it_is_noted_once_more(company: Company) -> None:
    company.inbox.deliver(arrived(sent(company)))
    with crash_points.kill_at("bounces.noted"), pytest.raises(Killed):
        company.read()
    assert delivery().arrived_on is None
    company.read()
    assert delivery().arrived_on is not None
