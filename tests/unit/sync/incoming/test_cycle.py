"""One cycle through the engine: what is recorded, what is not, and where the cursor stands."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MORNING, Letter

from passerelle.alerts.models import Alert
from passerelle.crm.models import ActivityMimeAttachment, Email, RawMessage
from passerelle.crm.models.people import FilteringMethod, SystemUser
from passerelle.crm.services import attachment_bytes, raw_bytes
from passerelle.engine.models import Work
from passerelle.faults.mail.cycles import CursorStuck
from passerelle.faults.mail.protocols import ConnectionLost
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.models import TestRun as Run  # pytest would collect a Test…
from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.mailboxes.services import save_tracking_rules
from passerelle.sync.incoming import reading
from passerelle.sync.models import Place, Reading, Touch
from passerelle.sync.models.incoming import Outcome
from passerelle.sync.services import decision_of, new_epoch_preview, trace_of
from passerelle.sync.understanding import batches
from passerelle.tracking import Filter, Reason, TrackingSettings, case_of_text, replay

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def reasons() -> list[Reason]:
    return [Reason(place.reason) for place in Place.objects.order_by("decided_on")]


def test_a_message_becomes_a_record_with_its_parties_and_bytes(company: Company) -> None:
    letter = Letter(parts=("a;b",))
    company.inbox.deliver(bytes(letter))
    company.read()
    email = Email.objects.get()
    assert (email.subject, email.description.strip()) == ("An order", "Please send ten.")
    assert email.owner == company.anna.systemuser
    parties = [(party.contact, party.systemuser) for party in email.parties.all()]
    assert parties == [(company.clara, None), (None, company.anna.systemuser)]
    assert {party.created_on for party in email.parties.all()} == {email.created_on}
    assert email.raw is not None
    assert raw_bytes(email.raw) == bytes(letter)
    assert attachment_bytes(ActivityMimeAttachment.objects.get()).strip() == b"a;b"
    assert decision_of(Place.objects.get()) == "Tracked: Anna takes all mail."
    assert trace_of(Place.objects.get())


def test_a_second_cycle_has_nothing_to_do(company: Company) -> None:
    company.inbox.deliver(bytes(Letter()))
    company.read()
    company.read()
    assert (company.inbox.reads, Email.objects.count(), RawMessage.objects.count()) == (1, 1, 1)
    assert company.inbox.opened == 0


def test_an_answer_in_the_same_batch_is_correlated(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.inbox.deliver(bytes(Letter(2, more=f"In-Reply-To: {Letter(1).id}\n")))
    company.read()
    first, second = Email.objects.order_by("created_on")
    assert second.correlated_activity == first


def test_a_decision_can_be_made_again_from_its_place(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.inbox.deliver(bytes(Letter(1)))  # the same: no rule would settle it otherwise
    company.read()
    taken, twice = Place.objects.order_by("decided_on")
    case = case_of_text(taken.facts["case"])
    assert case is not None
    assert replay(case, TrackingSettings()) is Reason.ACCEPT_ALL
    assert replay(case, TrackingSettings(forced_filter=Filter.NONE)) is Reason.NO_FILTER_WANTS
    assert "case" not in twice.facts


def test_an_ignored_message_leaves_its_place_and_nothing_of_its_text(company: Company) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    company.inbox.deliver(bytes(Letter(text="private words")))
    company.read()
    place = Place.objects.get()
    assert (place.outcome, place.message_id) == (Outcome.IGNORED, Letter().id)
    assert place.sender == "clara@customer.example"
    assert not RawMessage.objects.exists()
    assert "private" not in str(place.facts)


ISSUED = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("claimed", "reason"),
    [
        pytest.param(ISSUED, Reason.TEST_MESSAGE, id="an id that a test issued is a test"),
        pytest.param("f" * 32, Reason.ACCEPT_ALL, id="an id that nobody issued hides nothing"),
        pytest.param(ISSUED[:-1], Reason.ACCEPT_ALL, id="a part of an id hides nothing"),
        pytest.param(ISSUED.upper(), Reason.ACCEPT_ALL, id="another spelling hides nothing"),
        pytest.param(ISSUED + " x", Reason.ACCEPT_ALL, id="more than an id hides nothing"),
        pytest.param("", Reason.ACCEPT_ALL, id="an empty header hides nothing"),
        pytest.param("é" * 300, Reason.ACCEPT_ALL, id="a nonsense header hides nothing"),
    ],
)
def test_only_our_own_test_messages_are_ignored(
    company: Company, claimed: str, reason: Reason
) -> None:
    Run.objects.create(mailbox=company.anna, requested_by="admin", test_id=ISSUED)
    company.inbox.deliver(bytes(Letter(1, more=f"X-Passerelle-Test: {claimed}\n")))
    company.read()
    assert reasons() == [reason]


def test_claimed_test_ids_cost_one_query_a_batch(company: Company) -> None:
    def cost(claims: int) -> int:
        for number in range(3):
            more = "X-Passerelle-Test: abcdefgh\n" if number < claims else ""
            company.inbox.deliver(bytes(Letter(10 * claims + number, more=more)))
        with CaptureQueriesContext(connection) as queries:
            company.read()
        return len(queries)

    without = cost(0)
    assert (cost(1), cost(3)) == (without + 1, without + 1)


def test_what_is_older_than_the_start_is_left_alone(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)), MORNING - timedelta(days=1))
    company.inbox.deliver(bytes(Letter(2)))
    company.read()
    assert [email.message_id for email in Email.objects.all()] == [Letter(2).id]
    assert company.reading().last_uid == 2


def test_an_earlier_start_reads_what_was_left_alone(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)), MORNING - timedelta(days=1))
    company.inbox.deliver(bytes(Letter(2)))
    company.read()
    Mailbox.objects.update(process_email_received_after=MORNING - timedelta(days=2))
    company.read()
    assert Email.objects.count() == Place.objects.count() == 2


def test_pop3_reads_each_message_once(company: Company) -> None:
    company.use_pop3()
    company.inbox.deliver(bytes(Letter(1)))
    company.inbox.deliver(bytes(Letter(2, date=MORNING - timedelta(days=9))))
    company.read()
    company.inbox.deliver(bytes(Letter(3)))
    company.read()
    assert (company.inbox.reads, Email.objects.count()) == (3, 2)
    assert Reason.TOO_OLD in reasons()


def test_pop3_asks_for_the_headers_of_what_is_too_old_once(company: Company) -> None:
    company.use_pop3()
    for number in range(3):
        old = f"Received: from mx; {MORNING - timedelta(days=9):%a, %d %b %Y %H:%M:%S} +0000\n"
        company.inbox.deliver(bytes(Letter(number, more=old)))
    company.inbox.deliver(bytes(Letter(3)))
    company.read()
    assert (company.inbox.tops, company.inbox.reads) == (4, 1)
    assert reasons() == [Reason.TOO_OLD] * 3 + [Reason.ACCEPT_ALL]
    assert decision_of(Place.objects.order_by("decided_on")[0])
    company.inbox.deliver(bytes(Letter(4)))
    company.read()
    assert (company.inbox.tops, company.inbox.reads) == (5, 2)
    Mailbox.objects.update(process_email_received_after=MORNING - timedelta(days=20))
    company.read()
    assert (Email.objects.count(), Place.objects.count()) == (5, 5)


def test_what_pop3_leaves_out_is_kept_in_parts(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 2)
    company.use_pop3()
    for number in range(5):
        old = f"Received: from mx; {MORNING - timedelta(days=9):%a, %d %b %Y %H:%M:%S} +0000\n"
        company.inbox.deliver(bytes(Letter(number, more=old)))
    company.read()
    company.read()
    assert (company.inbox.tops, Place.objects.count()) == (5, 5)


def test_pop3_forgets_ids_that_left_and_looks_again_when_they_return(company: Company) -> None:
    company.use_pop3()
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    away, company.inbox.messages = company.inbox.messages, []
    company.read()
    assert Place.objects.get().gone_on is not None
    company.inbox.messages = away
    company.read()
    assert (Email.objects.count(), reasons()[-1]) == (1, Reason.DUPLICATE)


def test_a_rebuilt_folder_doubles_nothing(company: Company) -> None:
    for number in range(3):
        company.inbox.deliver(bytes(Letter(number)))
    company.read()
    company.inbox.messages.pop(0)
    company.inbox.deliver(bytes(Letter(9)))
    company.inbox.rebuild()
    company.read()
    assert Email.objects.count() == 4
    assert reasons()[3:] == [Reason.DUPLICATE, Reason.DUPLICATE, Reason.ACCEPT_ALL]


def test_another_server_begins_an_epoch_and_records_only_what_is_newer(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    before = company.reading()
    company.inbox.messages.clear()
    company.inbox.deliver(bytes(Letter(50)))  # copied: its receipt is of today, its Date is not
    company.inbox.deliver(bytes(Letter(1)))
    assert before.cycle_started_on is not None
    listed_on = before.cycle_started_on.replace(microsecond=0)
    fresh = Letter(51, date=listed_on + timedelta(days=1))
    company.inbox.deliver(bytes(fresh))
    company.point_elsewhere("imap2.example.com")
    company.read()
    after = company.reading()
    assert (after.epoch, after.starts_on, after.too_old) == (2, listed_on, 2)
    assert {email.message_id for email in Email.objects.all()} == {Letter(1).id, fresh.id}


def test_what_arrived_while_the_last_cycle_read_is_recorded_by_a_new_epoch(
    company: Company,
) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    began = company.reading().cycle_started_on
    assert began is not None
    ended = began + timedelta(minutes=10)
    Reading.objects.update(cycle_finished_on=ended)  # it had much to read
    late = Letter(2, date=ended - timedelta(minutes=5))
    company.inbox.deliver(bytes(late), ended - timedelta(minutes=5))
    company.point_elsewhere("imap2.example.com")
    company.read()
    assert Email.objects.filter(message_id=late.id).exists()


def test_a_folder_restored_from_its_backup_shows_its_new_mail(company: Company) -> None:
    """UIDNEXT falls back under the same UIDVALIDITY: UIDs name other messages from there on."""
    for number in range(1, 4):
        company.inbox.deliver(bytes(Letter(number)))
    company.read()
    del company.inbox.messages[1:]
    company.inbox.uid_next = 2
    new = Letter(9)
    company.inbox.deliver(bytes(new))  # takes UID 2, which we recorded as another message
    for _ in range(4):
        company.read()
    assert Email.objects.filter(message_id=new.id).exists()
    assert Email.objects.count() == 4


def test_the_preview_of_an_epoch_counts_what_is_there(company: Company) -> None:
    company.read()
    company.inbox.deliver(bytes(Letter(1)), MORNING)
    company.inbox.deliver(bytes(Letter(2)))
    open_source = lambda mailbox: company.world.folders["anna"]  # noqa: E731, ARG005
    assert new_epoch_preview(company.fresh(company.anna), open_source) is None
    company.point_elsewhere("imap2.example.com")
    preview = new_epoch_preview(company.fresh(company.anna), open_source)
    assert preview is not None
    assert (preview.there, preview.wanted) == (2, 1)


def test_a_forged_message_id_swallows_nothing(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    company.inbox.deliver(bytes(Letter(1, text="Send your password to me instead.")))
    company.inbox.deliver(bytes(Letter(1, sender="Eve <eve@evil.example>", text="Third.")))
    company.read()
    assert sorted(Email.objects.values_list("version", flat=True)) == [1, 1, 2]


def test_the_same_message_with_more_parts_completes_the_first(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.inbox.deliver(bytes(Letter(1, parts=("x",))))  # in the same batch
    company.read()
    company.inbox.deliver(bytes(Letter(1, parts=("x", "y"))))  # in a later one
    company.read()
    email = Email.objects.get()
    assert email.attachment_count == email.attachments.count() == 2
    assert email.raw is not None
    assert raw_bytes(email.raw) == bytes(Letter(1, parts=("x", "y")))
    assert attachment_bytes(email.attachments.get(number=2)).strip() == b"y"


def test_a_second_mailbox_adds_only_its_place(company: Company) -> None:
    letter = Letter(to="anna@example.com, orders@example.com")
    company.inbox.deliver(bytes(letter))
    company.orders_inbox.deliver(bytes(letter))
    company.read()
    company.read(company.orders)
    email = Email.objects.get()
    assert (email.places.count(), email.queue_items.count()) == (2, 1)


def test_a_queue_gets_an_item_of_what_is_tracked_already_where_that_is_switched_on(
    company: Company,
) -> None:
    save_tracking_rules({"items_for_tracked": True}, by="zoe")
    letter, addressed = Letter(1), Letter(2, to="anna@example.com, orders@example.com")
    for one in (letter, addressed):
        company.inbox.deliver(bytes(one))
        company.orders_inbox.deliver(bytes(one))
    company.read()
    company.orders_inbox.deliver(bytes(Letter(1, parts=("x",))))  # completes it, in the same batch
    company.read(company.orders)
    assert [email.queue_items.count() for email in Email.objects.all()] == [1, 1]
    assert reasons()[-1] is Reason.COMPLETED


def test_the_rules_of_the_organization_hold_from_the_next_cycle(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    save_tracking_rules({"forced_filter": FilteringMethod.NONE}, by="zoe")
    company.inbox.deliver(bytes(Letter(2)))
    company.read()
    assert reasons() == [Reason.ACCEPT_ALL, Reason.NO_FILTER_WANTS]


def test_what_vanished_before_it_was_read_is_passed_by(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.inbox.lost_before_reading = {company.inbox.deliver(bytes(Letter(2)))}
    company.read()
    assert (Email.objects.count(), company.reading().last_uid) == (1, 2)


def test_new_mail_that_never_shows_is_told_and_heals(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    company.inbox.is_hiding = True
    for number in range(2, 5):
        company.inbox.deliver(bytes(Letter(number)))
        company.read()
    assert Alert.objects.get(closed_on=None).code == CursorStuck.code
    company.inbox.is_hiding = False
    company.read()
    assert not Alert.objects.filter(closed_on=None).exists()
    assert Email.objects.count() == 4


def test_a_fault_opens_one_alert_and_success_closes_it(company: Company) -> None:
    company.inbox.faults = [ConnectionLost(host="imap.example.com", step="listing")] * 2
    company.read()
    company.read()
    alert = Alert.objects.get(closed_on=None)
    assert (alert.code, alert.count, alert.subject_id) == (
        ConnectionLost.code,
        2,
        company.anna.pk,
    )
    company.read()
    assert not Alert.objects.filter(closed_on=None).exists()


def test_nothing_is_read_while_the_router_processes_email(company: Company) -> None:
    SystemSettings.objects.update(process_email_using=ProcessEmailUsing.EMAIL_ROUTER)
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    assert company.inbox.reads == 0
    assert Work.objects.get(kind="incoming", key=company.anna.pk).due_on is None


def test_tracked_messages_are_marked_at_the_server(company: Company) -> None:
    SystemSettings.objects.update(mark_tracked=True)
    company.inbox.deliver(bytes(Letter(1)))
    Run.objects.create(mailbox=company.anna, requested_by="admin", test_id=ISSUED)
    company.inbox.deliver(bytes(Letter(2, more=f"X-Passerelle-Test: {ISSUED}\n")))
    company.read()
    assert company.inbox.keywords() == [{"$Tracked"}, set()]
    assert not Touch.objects.exists()


def test_a_batch_costs_a_constant_number_of_queries(company: Company) -> None:
    def cost(numbers: range) -> int:
        for number in numbers:
            more = f"In-Reply-To: <{number - 1}@customer.example>\n"
            company.inbox.deliver(bytes(Letter(number, more=more, parts=("x",))))
        with CaptureQueriesContext(connection) as queries:
            company.read()
        # executemany counts as one: a prepared statement a table
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    costs = [cost(range(1)), cost(range(10, 30)), cost(range(100, 200))]
    assert len(set(costs)) == 1
    assert costs[0] < 75


def test_batches_end_at_their_size(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_MESSAGES", 2)
    monkeypatch.setattr(batches, "BATCH_BYTES", 3_000)
    company.inbox.deliver(bytes(Letter(0, text="x" * 5_000)))
    for number in range(1, 6):
        company.inbox.deliver(bytes(Letter(number)))
    company.read()
    assert (Email.objects.count(), company.reading().last_uid) == (6, 6)
