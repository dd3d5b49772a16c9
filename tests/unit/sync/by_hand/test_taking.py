"""An ignored message that a person wants tracked is read where it lies, and recorded once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.sync.conftest import Company
from tests.unit.sync.incoming.meaning.test_forwarding import Collector, forwarded, letter
from tests.unit.sync.memory import MORNING, Letter

from passerelle.crm.models import Email, RawMessage, SystemUser, UntrackedEmail
from passerelle.crm.models.people import FilteringMethod
from passerelle.engine.services import Killed, crash_points, run_due
from passerelle.faults.mail.cycles import MessageRefusedByStore
from passerelle.faults.mail.protocols import ConnectionLost
from passerelle.faults.mail.tracking import MessageGone, PlaceNotRead, TakeFailed
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.sync.by_hand.taking import MOST_TRIES
from passerelle.sync.crash_points import TAKES
from passerelle.sync.models import Place, Quarantine, TakeRequest, Touch
from passerelle.sync.models.incoming import Outcome
from passerelle.sync.services import ask_to_take, untrack
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def ignored(company: Company) -> Place:
    """A message to Anna, who takes no mail by itself."""
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    company.inbox.deliver(bytes(Letter(1, parts=("x",))))
    company.read()
    return Place.objects.get()


def fresh(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def code_of(place: Place) -> str:
    return TakeRequest.objects.get(pk=place.pk).code


def test_the_next_cycle_takes_it_at_its_place(company: Company, ignored: Place) -> None:
    ask_to_take(ignored, "anna")
    run_due()  # the mailbox was woken
    email = Email.objects.get()
    place = fresh(ignored)
    assert (place.email, place.outcome) == (email, Outcome.TRACKED)
    assert (place.reason, place.uid) == (Reason.TAKEN_BY_HAND, 1)
    assert (email.subject, email.attachment_count) == ("An order", 1)
    assert not TakeRequest.objects.exists()
    assert not place.clues.exists()
    before = company.inbox.reads
    company.read()
    assert company.inbox.reads == before


def test_of_pop3_it_is_read_by_its_uidl(company: Company) -> None:
    company.use_pop3()
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    ask_to_take(Place.objects.get(), "anna")
    company.read()
    assert Place.objects.get().email == Email.objects.get()


def test_a_keyword_that_is_owed_for_it_is_set_in_the_same_cycle(
    company: Company, ignored: Place
) -> None:
    SystemSettings.objects.update(mark_tracked=True)
    ask_to_take(ignored, "anna")
    company.read()
    assert company.inbox.keywords() == [{"$Tracked"}]


def test_what_came_before_the_start_may_be_taken(company: Company) -> None:
    company.read()
    Mailbox.objects.update(process_email_received_after=MORNING.replace(year=2027))
    company.inbox.deliver(bytes(Letter(1)))
    company.use_pop3()
    company.read()
    place = Place.objects.get()
    assert place.reason == Reason.TOO_OLD
    ask_to_take(place, "anna")
    company.read()
    assert fresh(place).reason == Reason.TAKEN_BY_HAND


def test_what_is_stored_by_now_is_no_second_record(company: Company, ignored: Place) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.ALL)
    company.orders_inbox.deliver(bytes(Letter(1, to="anna@example.com", parts=("x",))))
    company.read(company.orders)
    ask_to_take(ignored, "anna")
    company.read()
    place = fresh(ignored)
    assert (place.reason, place.email) == (Reason.DUPLICATE, Email.objects.get())
    assert not TakeRequest.objects.exists()


def test_expunged_meanwhile_is_told_and_the_mail_goes_on(company: Company, ignored: Place) -> None:
    ask_to_take(ignored, "anna")
    company.inbox.messages.clear()
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.ALL)
    company.inbox.deliver(bytes(Letter(2)))
    company.read()
    assert code_of(ignored) == MessageGone.code
    assert fresh(ignored).outcome == Outcome.IGNORED
    assert Email.objects.count() == 1


def test_in_a_rebuilt_folder_no_other_message_is_taken_for_it(
    company: Company, ignored: Place
) -> None:
    ask_to_take(ignored, "anna")
    company.inbox.messages[0].data = bytes(Letter(7))
    company.inbox.rebuild()
    company.read()
    assert code_of(ignored) == PlaceNotRead.code
    assert not Email.objects.exists()


def test_a_message_at_which_cycles_die_is_given_up(company: Company, ignored: Place) -> None:
    ask_to_take(ignored, "anna")
    for _ in range(MOST_TRIES):
        with crash_points.kill_at("take.tried"), pytest.raises(Killed):
            company.read()
    company.read()
    assert code_of(ignored) == TakeFailed.code
    ask_to_take(ignored, "anna")  # well again
    company.read()
    assert Email.objects.count() == 1


def test_a_server_that_is_away_is_asked_again(company: Company, ignored: Place) -> None:
    ask_to_take(ignored, "anna")
    company.inbox.faults = [ConnectionLost(host="imap.example.com", step="listing")] * 5
    for _ in range(6):
        company.read()
    assert Email.objects.count() == 1


@pytest.mark.parametrize("point", [*TAKES, "incoming.in-transaction", "incoming.before-commit"])
def test_killed_anywhere_it_becomes_one_record(
    company: Company, ignored: Place, point: str
) -> None:
    ask_to_take(ignored, "anna")
    with crash_points.kill_at(point), pytest.raises(Killed):
        company.read()
    company.read()
    assert fresh(ignored).email == Email.objects.get()
    assert RawMessage.objects.count() == 1
    assert not TakeRequest.objects.exists()


def test_every_point_is_passed(company: Company, ignored: Place) -> None:
    ask_to_take(ignored, "anna")
    with crash_points.passages() as passed:
        company.read()
    assert set(passed) >= set(TAKES)


def test_one_that_the_database_refuses_goes_to_quarantine(
    company: Company, ignored: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> object:
        raise ValueError

    monkeypatch.setattr("passerelle.sync.incoming.rows._email", refuse)
    ask_to_take(ignored, "anna")
    company.read()
    assert fresh(ignored).outcome == Outcome.QUARANTINED
    assert Quarantine.objects.get().code == MessageRefusedByStore.code
    assert not TakeRequest.objects.exists()


def test_a_message_that_cannot_be_read_whole_is_taken_by_its_headers(
    company: Company, ignored: Place
) -> None:
    company.inbox.largest = 10
    ask_to_take(ignored, "anna")
    company.read()
    assert Email.objects.get().subject == "An order"


def test_in_a_forward_mailbox_it_is_the_attached_one(company: Company) -> None:
    collector = Collector(company)
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    collector.receives(forwarded(letter(1), letter(2)))
    place = Place.objects.get(part="2")
    ask_to_take(place, "anna")
    company.read(collector.mailbox)
    assert collector.emails() == ["Order 2"]
    email = Email.objects.get()
    assert (fresh(place).email, email.owner) == (email, company.anna.systemuser)
    assert not Touch.objects.exists()  # its neighbour is no record, so nothing is removed


def test_what_was_untracked_is_tracked_again_by_hand(company: Company, ignored: Place) -> None:
    for _ in range(2):
        ask_to_take(ignored, "anna")
        company.read()
        email = Email.objects.get()
        assert not UntrackedEmail.objects.exists()
        untrack(email, "anna")
        assert fresh(ignored).reason == Reason.UNTRACKED_BY_HAND
    assert UntrackedEmail.objects.count() == 1


def test_nobody_asking_costs_one_query(company: Company) -> None:
    company.read()
    with CaptureQueriesContext(connection) as queries:
        company.read()
    asked = [query for query in queries if "mailtakerequest" in query["sql"]]
    assert len(asked) == 1
