"""A report leads back to the email that it is about; nobody else's word changes one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.messages.test_bounces import report
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MORNING

from passerelle.alerts.models import Alert
from passerelle.crm.models import DeadAddress, Email, SystemUser
from passerelle.crm.models.people import FilteringMethod
from passerelle.crm.services import Written, create_draft, dead_addresses_of
from passerelle.engine.services import Killed, crash_points
from passerelle.mailboxes.models import SystemSettings
from passerelle.sync.crash_points import BOUNCES, INCOMING
from passerelle.sync.models import Delivery, Place
from passerelle.sync.models.outgoing import DeliveryOutcome, Report
from passerelle.sync.services import decision_of, submit, trace_of
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CLARA, BOB = "clara@customer.example", "bob@elsewhere.example"


@pytest.fixture(autouse=True)
def nobody_wants_mail(company: Company) -> None:
    """What is tracked here is so as a report only."""
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    SystemSettings.objects.update(allow_unresolved_recipients=True, use_correlation=False)


def sent(company: Company, to: str = f"{CLARA}; {BOB}") -> Email:
    user = company.anna.systemuser
    assert user is not None
    content = Written(to=to, subject="Your order", text="It is on its way.")
    email = create_draft(content, sender=user, owner=user)
    submit(email, "anna", company.anna)
    company.send()
    return Email.objects.get(pk=email.pk)


def told(
    original: str,
    address: str = CLARA,
    action: str = "failed",
    status: str = "5.1.1",
    number: int = 1,
) -> bytes:
    return report(
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 said so\n",
        f"Message-ID: {original}\n\nText\n",
        more=f"Message-ID: <report{number}@elsewhere.example>\n",
    )


def reports(email: Email) -> dict[str, tuple[str, str, str]]:
    return {
        one.address: (one.report, one.report_status, one.report_reason)
        for one in Delivery.objects.filter(email=email)
    }


def test_a_report_marks_its_recipient_and_nobody_else(company: Company) -> None:
    email = sent(company)
    company.inbox.deliver(told(email.message_id))
    company.read()
    assert reports(email) == {
        CLARA: (Report.BOUNCED, "5.1.1", "550 said so"),
        BOB: ("", "", ""),
    }
    assert {one.outcome for one in Delivery.objects.all()} == {DeliveryOutcome.ACCEPTED}
    alert = Alert.objects.get(code="PSR-SYN-070")
    assert (alert.subject_id, alert.facts["address"]) == (email.pk, CLARA)


def test_it_becomes_a_record_at_that_email_whatever_the_filters(company: Company) -> None:
    email = sent(company)
    company.inbox.deliver(told(email.message_id))
    company.read()
    bounce = Email.objects.get(direction_code=False)
    assert (bounce.correlated_activity, bounce.owner) == (email, email.owner)
    place = Place.objects.get()
    assert place.reason == Reason.BOUNCE
    assert decision_of(place) == (
        "Tracked: it reports that an email sent from here did not arrive, or not yet."
    )
    assert "It is a report, and names an email that was sent from here." in trace_of(place)


def test_the_address_is_remembered_until_a_person_clears_it(company: Company) -> None:
    email = sent(company)
    company.inbox.deliver(told(email.message_id, CLARA.upper()))
    company.read()
    (dead,) = dead_addresses_of(company.clara)
    assert (dead.address, dead.status, dead.email) == (CLARA, "5.1.1", email)


@pytest.mark.parametrize(
    ("action", "status"),
    [
        pytest.param("failed", "5.2.2", id="a full mailbox"),
        pytest.param("delayed", "4.4.1", id="a delay"),
    ],
)
def test_other_failures_say_nothing_of_the_address(
    company: Company, action: str, status: str
) -> None:
    company.inbox.deliver(told(sent(company).message_id, action=action, status=status))
    company.read()
    assert not DeadAddress.objects.exists()
    assert Delivery.objects.exclude(report="").count() == 1


@pytest.mark.parametrize(
    ("original", "address"),
    [
        pytest.param("<made-up@example.com>", CLARA, id="an email that was never sent"),
        pytest.param(None, "eve@elsewhere.example", id="somebody to whom it did not go"),
    ],
)
def test_a_forged_report_changes_nothing(
    company: Company, original: str | None, address: str
) -> None:
    email = sent(company)
    company.inbox.deliver(told(original or email.message_id, address))
    company.read()
    assert not Delivery.objects.exclude(report="").exists()
    assert not DeadAddress.objects.exists()
    assert not Alert.objects.filter(code="PSR-SYN-070").exists()


def test_a_report_on_no_email_of_ours_is_ignored_as_any_other(company: Company) -> None:
    sent(company)
    company.inbox.deliver(told("<made-up@example.com>"))
    company.read()
    assert not Email.objects.filter(direction_code=False).exists()
    assert "It is a report, and names no email that was sent from here." in trace_of(
        Place.objects.get()
    )


def test_a_report_on_received_mail_is_none(company: Company) -> None:
    """The id of a received email is known to its sender, who might write a report."""
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.ALL)
    company.inbox.deliver(
        b"From: clara@customer.example\r\nTo: anna@example.com\r\nMessage-ID: <in@x>\r\n\r\nHello"
    )
    company.read()
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    company.inbox.deliver(told("<in@x>"))
    company.read()
    assert Email.objects.filter(direction_code=False).count() == 1


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        pytest.param(["delayed", "failed"], Report.BOUNCED, id="a delay that ends in vain"),
        pytest.param(["failed", "delayed"], Report.BOUNCED, id="a delay that is told too late"),
        pytest.param(["delayed", "delayed"], Report.DELAYED, id="a delay, told twice"),
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_the_worst_that_was_told_stands(
    company: Company, actions: list[str], expected: Report, *, at_once: bool
) -> None:
    email = sent(company)
    for number, action in enumerate(actions):
        company.inbox.deliver(told(email.message_id, action=action, number=number))
        if not at_once:
            company.read()
    company.read()
    assert reports(email)[CLARA][0] == expected
    assert Email.objects.filter(direction_code=False).count() == 2


def test_a_report_that_comes_again_is_no_news(company: Company) -> None:
    email = sent(company)
    for number in range(3):
        company.inbox.deliver(told(email.message_id, number=number))
        company.read()
    assert Alert.objects.get(code="PSR-SYN-070").count == 1


def test_a_report_may_come_before_the_answer_is_written_down(company: Company) -> None:
    email = sent(company)
    Delivery.objects.update(outcome=DeliveryOutcome.WAITING)
    company.inbox.deliver(told(email.message_id))
    company.read()
    delivery = Delivery.objects.get(address=CLARA)
    assert (delivery.outcome, delivery.report) == (DeliveryOutcome.WAITING, Report.BOUNCED)


def test_what_is_older_than_the_start_is_not_heard(company: Company) -> None:
    email = sent(company)
    company.inbox.deliver(told(email.message_id), MORNING.replace(year=2020))
    company.read()
    assert reports(email)[CLARA][0] == ""


@pytest.mark.parametrize("point", [*BOUNCES, "incoming.before-commit", "incoming.after-commit"])
def test_killed_it_is_noted_with_the_record_or_not_at_all(company: Company, point: str) -> None:
    assert set(INCOMING).isdisjoint(BOUNCES)
    email = sent(company)
    company.inbox.deliver(told(email.message_id))
    with crash_points.kill_at(point), pytest.raises(Killed):
        company.read()
    noted = reports(email)[CLARA][0] == Report.BOUNCED
    assert noted == Email.objects.filter(direction_code=False).exists()
    company.read()
    assert reports(email)[CLARA][0] == Report.BOUNCED
    assert Email.objects.filter(direction_code=False).count() == 1
    assert Alert.objects.get(code="PSR-SYN-070").count == 1


def test_a_flood_of_reports_on_one_email_costs_no_more_queries(company: Company) -> None:
    email = sent(company)

    def cost(numbers: range) -> int:
        for number in numbers:
            company.inbox.deliver(told(email.message_id, action="delayed", number=number))
        with CaptureQueriesContext(connection) as queries:
            company.read()
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    cost(range(1))
    assert cost(range(10, 12)) == cost(range(20, 80))
