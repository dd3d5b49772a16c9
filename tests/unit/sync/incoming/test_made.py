"""Records for unknown senders, from the message in the mailbox to the record and back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.alerts.models import Alert
from passerelle.crm.automatic import records_made, take_back
from passerelle.crm.models import (
    AuditEntry,
    AutomaticRecord,
    Contact,
    Email,
    EmailSearch,
    Lead,
    Queue,
    SystemUser,
)
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.models.people import CreateAutomatically, FilteringMethod
from passerelle.crm.services import update_customer
from passerelle.engine.models import Work
from passerelle.engine.services import Killed, ask, crash_points, run_due
from passerelle.faults.mail.tracking import RecordChangedSince, RecordGoneAlready, RecordUsedSince
from passerelle.mailboxes.services import create_user_with_mailbox, save_tracking_rules
from passerelle.mailboxes.tracking.kind import RECORD_LIMITS, THE_ONE
from passerelle.sync.crash_points import RECORDS
from passerelle.sync.models import Place, TrackingFolder
from passerelle.sync.services import trace_of
from passerelle.tracking import FREEMAIL

pytestmark = [pytest.mark.django_db, pytest.mark.database]

DAN = "Dan Stranger <dan@stranger.example>"


@pytest.fixture
def wanting(company: Company) -> Company:
    """The organization has contacts made."""
    save_tracking_rules({"create_automatically": CreateAutomatically.CONTACT}, by="zoe")
    return company


def read(company: Company, *letters: Letter) -> Email:
    for letter in letters:
        company.inbox.deliver(bytes(letter))
    company.read()
    return Email.objects.get(message_id=letters[-1].id)


def sender_of(email: Email) -> object:
    party = email.parties.get(participation=Participation.SENDER)
    return party.contact or party.lead


def strangers() -> set[str]:
    return set(
        Contact.objects.exclude(email_address1="clara@customer.example").values_list(
            "fullname", flat=True
        )
    )


def test_at_first_nothing_is_made_and_nothing_asked(company: Company) -> None:
    read(company, Letter(1, sender=DAN))
    with CaptureQueriesContext(connection) as off:
        read(company, Letter(2, sender="Eve <eve@stranger.example>"))
    assert not AutomaticRecord.objects.exists()
    assert not any("automaticrecord" in one["sql"] for one in off.captured_queries)


def test_an_unknown_sender_becomes_a_contact_of_the_user(wanting: Company) -> None:
    email = read(wanting, Letter(1, sender=DAN))
    made = Contact.objects.get(email_address1="dan@stranger.example")
    assert (made.first_name, made.last_name, made.owner) == (
        "Dan",
        "Stranger",
        wanting.anna.systemuser,
    )
    assert sender_of(email) == made
    assert email.owner == wanting.anna.systemuser
    row = AutomaticRecord.objects.get()
    assert (row.contact, row.activity_id, row.by_user) == (made, email.pk, made.owner)
    assert EmailSearch.objects.get(email_address="dan@stranger.example").contact == made
    again = read(wanting, Letter(2, sender=DAN))
    assert sender_of(again) == made
    assert Contact.objects.filter(email_address1="dan@stranger.example").count() == 1


def test_the_trace_says_so(wanting: Company) -> None:
    read(wanting, Letter(1, sender=DAN))
    read(wanting, Letter(2, sender="Shop <noreply@shop.example>"))
    told = [" ".join(trace_of(place)) for place in Place.objects.order_by("uid")]
    assert "a contact is made for them" in told[0]
    assert "nobody reads that address" in told[1]


def test_once_for_several_of_one_batch(wanting: Company) -> None:
    letters = [
        Letter(n, sender=DAN.replace("dan@", spelt)) for n, spelt in enumerate(("dan@", "DAN@"), 1)
    ]
    read(wanting, *letters)
    made = Contact.objects.get(fullname="Dan Stranger")
    assert all(sender_of(email) == made for email in Email.objects.all())


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        pytest.param("Clara <clara@customer.example>", "", id="a-contact"),
        pytest.param("Eve <eve@example.com>", "", id="a-colleague-without-a-record"),
        pytest.param(DAN, "Auto-Submitted: auto-replied\n", id="an-automatic-answer"),
        pytest.param(DAN, "List-Id: <news.stranger.example>\n", id="a-mailing-list"),
        pytest.param(DAN, "Precedence: bulk\n", id="bulk-mail"),
        pytest.param("Shop <no-reply@shop.example>", "", id="nobody-to-reply-to"),
        pytest.param("Odd <odd@host_name>", "", id="an-address-that-no-page-takes"),
    ],
)
def test_nothing_is_made_of(wanting: Company, sender: str, more: str) -> None:
    read(wanting, Letter(1, sender=sender, more=more))
    assert not AutomaticRecord.objects.exists()
    assert strangers() == set()


def test_nor_of_a_user_whose_address_nobody_approved(wanting: Company) -> None:
    create_user_with_mailbox("Eve", "eve@elsewhere.example")
    read(wanting, Letter(1, sender="Eve <eve@elsewhere.example>"))
    assert not AutomaticRecord.objects.exists()


def test_a_provider_of_many_says_nothing_of_who_is_a_colleague(wanting: Company) -> None:
    provider = min(FREEMAIL)
    create_user_with_mailbox("Eve", f"eve@{provider}")
    read(wanting, Letter(1, sender=f"Dan <dan@{provider}>"))
    assert strangers() == {"Dan"}


def test_what_is_ignored_makes_nobody(wanting: Company) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    wanting.inbox.deliver(bytes(Letter(1, sender=DAN)))
    wanting.read()
    assert not AutomaticRecord.objects.exists()


@pytest.mark.parametrize(
    ("user", "queue", "first", "lead"),
    [
        pytest.param("CONTACT", "LEAD", "anna", False, id="the-user-took-it"),
        pytest.param("CONTACT", "LEAD", "orders", True, id="the-queue-took-it"),
        pytest.param("NOTHING", "LEAD", "anna", None, id="who-took-it-wants-nothing"),
        pytest.param("AS_ORGANIZATION", "NOTHING", "anna", None, id="as-the-organization-says"),
    ],
)
def test_the_option_counts_of_who_took_it(
    company: Company, user: str, queue: str, first: str, *, lead: bool | None
) -> None:
    save_tracking_rules({"create_by_choice": True}, by="zoe")
    SystemUser.objects.update(create_automatically=CreateAutomatically[user])
    Queue.objects.update(create_automatically=CreateAutomatically[queue])
    letter = Letter(
        1,
        sender='"Dan Stranger (ACME)" <dan@stranger.example>',
        to="anna@example.com, orders@example.com",
    )
    company.world.folders[first].deliver(bytes(letter))
    company.read(company.anna if first == "anna" else company.orders)
    company.inbox.deliver(bytes(letter))
    company.read()  # a duplicate makes nobody
    assert Lead.objects.count() == (lead is True)
    assert strangers() == ({"Dan Stranger"} if lead is False else set())
    if lead:
        made = Lead.objects.get()
        assert (made.company_name, made.owner) == ("ACME", company.anna.systemuser)
        assert AutomaticRecord.objects.get().by_queue == company.orders.queue


def test_a_flood_ends_at_the_limit_with_one_alert(wanting: Company) -> None:
    save_tracking_rules({"created_most": 2}, by="zoe")
    for number in range(1, 6):
        read(wanting, Letter(number, sender=f"S{number} <s{number}@stranger.example>"))
    assert AutomaticRecord.objects.count() == 2
    assert Email.objects.count() == 5
    assert Alert.objects.get(code="PSR-TRK-045").closed_on is None
    AutomaticRecord.objects.update(created_on=timezone.now() - timedelta(hours=25))
    read(wanting, Letter(6, sender="S6 <s6@stranger.example>"))
    assert AutomaticRecord.objects.count() == 3
    assert Alert.objects.get(code="PSR-TRK-045").closed_on is not None


def open_limits() -> int:
    return Alert.objects.filter(code="PSR-TRK-045", closed_on=None).count()


@pytest.fixture
def full(wanting: Company) -> Company:
    """The organization has one contact a day made, and one was."""
    save_tracking_rules({"created_most": 1}, by="zoe")
    read(wanting, Letter(1, sender=DAN))
    assert open_limits() == 1
    return wanting


def look_again() -> None:
    """The hour that an open alert waits is over."""
    ask(RECORD_LIMITS, THE_ONE)
    run_due(kinds=[RECORD_LIMITS])


@pytest.mark.parametrize(
    ("changes", "still_open"),
    [
        pytest.param({"create_automatically": CreateAutomatically.NOTHING}, 0, id="switched-off"),
        pytest.param({"created_most": 2}, 0, id="more-are-made"),
        pytest.param({"create_automatically": CreateAutomatically.LEAD}, 1, id="something-else"),
        pytest.param({"plus_addresses": True}, 1, id="another-rule"),
    ],
)
def test_the_alert_of_the_limit_closes_with_the_rules(
    full: Company, changes: dict[str, object], still_open: int
) -> None:
    save_tracking_rules(changes, by="zoe")
    run_due(kinds=[RECORD_LIMITS])
    assert open_limits() == still_open


def test_and_the_next_day_without_any_email(full: Company) -> None:
    look_again()
    assert open_limits() == 1
    assert Work.objects.get(kind=RECORD_LIMITS).due_on is not None
    AutomaticRecord.objects.update(created_on=timezone.now() - timedelta(hours=25))
    look_again()
    assert open_limits() == 0
    assert Work.objects.get(kind=RECORD_LIMITS).due_on is None


def test_the_cost_does_not_grow_with_the_senders(wanting: Company) -> None:
    def cost(start: int, count: int) -> int:
        for n in range(start, start + count):
            wanting.inbox.deliver(bytes(Letter(n, sender=f"S{n} <s{n}@stranger.example>")))
        with CaptureQueriesContext(connection) as queries:
            wanting.read()
        return sum(
            "automaticrecord" in one["sql"] or '"contact"' in one["sql"]
            for one in queries.captured_queries
        )

    assert cost(1, 1) >= cost(10, 20)
    assert AutomaticRecord.objects.count() == 21


@pytest.mark.parametrize("point", [*RECORDS, "incoming.before-commit", "incoming.after-commit"])
def test_killed_anywhere_it_is_made_once(wanting: Company, point: str) -> None:
    wanting.inbox.deliver(bytes(Letter(1, sender=DAN)))
    with crash_points.kill_at(point), pytest.raises(Killed):
        wanting.read()
    assert AutomaticRecord.objects.count() == Email.objects.count() == Contact.objects.count() - 1
    wanting.read()
    assert sender_of(Email.objects.get()) == Contact.objects.get(fullname="Dan Stranger")


def back(*rows: AutomaticRecord) -> tuple[int, list[type]]:
    done = take_back(records_made(), [row.pk for row in rows], "zoe")
    return done.count, [type(fault) for fault in done.refused]


def test_taken_back_the_address_means_nobody_and_is_not_made_again(wanting: Company) -> None:
    email = read(wanting, Letter(1, sender=DAN))
    row = AutomaticRecord.objects.get()
    assert back(row) == (1, [])
    assert (strangers(), sender_of(email)) == (set(), None)
    assert AuditEntry.objects.filter(action="records.takenback", username="zoe").count() == 1
    again = read(wanting, Letter(2, sender=DAN))
    assert (strangers(), sender_of(again)) == (set(), None)
    assert back(row) == (0, [RecordGoneAlready])


def test_several_at_once_are_one_entry(wanting: Company) -> None:
    read(wanting, *(Letter(n, sender=f"S{n} <s{n}@stranger.example>") for n in (1, 2, 3)))
    assert back(*AutomaticRecord.objects.all()) == (3, [])
    assert AuditEntry.objects.get(action="records.takenback").detail == {"count": 3}


def test_what_was_changed_stays(wanting: Company) -> None:
    read(wanting, Letter(1, sender=DAN))
    update_customer(Contact.objects.get(fullname="Dan Stranger"), telephone1="123")
    assert back(AutomaticRecord.objects.get()) == (0, [RecordChangedSince])
    assert strangers() == {"Dan Stranger"}


def test_what_is_used_stays(wanting: Company) -> None:
    email = read(wanting, Letter(1, sender=DAN))
    Email.objects.filter(pk=email.pk).update(
        regarding_contact=Contact.objects.get(fullname="Dan Stranger")
    )
    assert back(AutomaticRecord.objects.get()) == (0, [RecordUsedSince])


def test_so_does_what_a_watched_folder_is_bound_to(wanting: Company) -> None:
    read(wanting, Letter(1, sender=DAN))
    dan = Contact.objects.get(fullname="Dan Stranger")
    TrackingFolder.objects.create(
        mailbox=wanting.anna, folder="Dan", meaning="regarding", regarding_contact=dan
    )
    assert back(AutomaticRecord.objects.get()) == (0, [RecordUsedSince])
