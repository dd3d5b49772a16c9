"""Folders beside the inbox: what is recorded of them, what they cost, what goes wrong with one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MORNING, Letter, MemoryFolder

from passerelle.alerts.models import Alert
from passerelle.crm.models import Account, Email
from passerelle.crm.models.people import FilteringMethod, SystemUser
from passerelle.engine.services import Killed, crash_points
from passerelle.faults.mail.protocols import CommandRefused, ConnectionLost
from passerelle.faults.mail.tracking import FolderGone, FolderRefused, NoFoldersHere
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import IncomingProtocol
from passerelle.sync.crash_points import FOLDERS, TOUCHES
from passerelle.sync.folders import cycle
from passerelle.sync.models import Cycle, Place, Touch, TrackingFolder
from passerelle.sync.models.folders import FolderStanding
from passerelle.sync.services import decision_of, leave_folder
from passerelle.sync.understanding import batches
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]

OLD = MORNING - timedelta(days=400)


@pytest.fixture
def dubois(company: Company) -> Account:
    """A customer of whom Anna keeps a folder, and who writes from nowhere known."""
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    company.inbox.new_folder("Clients/Dubois")
    return Account.objects.create(name="Dubois SA")


def folder_of(company: Company, name: str = "Clients/Dubois") -> MemoryFolder:
    return company.inbox.beside[name]


def row() -> TrackingFolder:
    return TrackingFolder.objects.get()


def regarded() -> list[Account | None]:
    return [email.regarding_account for email in Email.objects.order_by("created_on")]


def open_alerts() -> list[str]:
    return sorted(Alert.objects.filter(closed_on=None).values_list("code", flat=True))


def test_mail_in_the_folder_of_a_record_is_tracked_and_regards_it(
    company: Company, dubois: Account
) -> None:
    company.watch("Clients/Dubois", dubois)
    folder_of(company).deliver(bytes(Letter(1, sender="nobody@known.example")), OLD)
    company.read()
    place = Place.objects.get()
    assert (regarded(), place.folder, Reason(place.reason)) == (
        [dubois],
        "Clients/Dubois",
        Reason.FILED,
    )
    assert decision_of(place) == "Tracked: it lies in a folder that is bound to a record."
    assert (row().tracked, row().standing) == (1, FolderStanding.READ)
    assert Email.objects.get().owner == company.anna.systemuser


def test_a_watched_folder_is_decided_like_the_inbox(company: Company) -> None:
    company.inbox.new_folder("Lists")
    company.watch("Lists")
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.CUSTOMERS)
    for number, sender in enumerate(("clara@customer.example", "stranger@else.example"), 1):
        folder_of(company, "Lists").deliver(bytes(Letter(number, sender=sender)))
    folder_of(company, "Lists").deliver(bytes(Letter(3)), OLD)
    company.read()
    assert [email.message_id for email in Email.objects.all()] == [Letter(1).id]
    assert (row().tracked, row().ignored) == (1, 1)


def test_what_lies_in_a_folder_when_it_is_bound_is_taken_or_left(
    company: Company, dubois: Account
) -> None:
    other = company.inbox.new_folder("Other")
    for folder, number in ((folder_of(company), 1), (other, 2)):
        folder.deliver(bytes(Letter(number)), OLD)
    company.watch("Clients/Dubois", dubois)
    company.watch("Other", dubois, takes_earlier=False)
    other.deliver(bytes(Letter(3)), OLD)  # filed today, however old it is
    company.read()
    ids = set(Email.objects.values_list("message_id", flat=True))
    assert ids == {Letter(1).id, Letter(3).id}


def test_a_rebuilt_folder_brings_back_nothing_that_was_left(
    company: Company, dubois: Account
) -> None:
    folder_of(company).deliver(bytes(Letter(1)), OLD)
    company.watch("Clients/Dubois", dubois, takes_earlier=False)
    folder_of(company).deliver(bytes(Letter(2)))
    company.read()
    folder_of(company).rebuild()
    folder_of(company).deliver(bytes(Letter(3)))
    company.read()
    ids = set(Email.objects.values_list("message_id", flat=True))
    assert ids == {Letter(2).id, Letter(3).id}


def test_ignored_mail_that_is_filed_is_decided_anew(company: Company, dubois: Account) -> None:
    company.watch("Clients/Dubois", dubois)
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    assert not Email.objects.exists()
    company.inbox.messages.clear()
    folder_of(company).deliver(bytes(Letter(1)))
    company.read()
    assert regarded() == [dubois]


def test_tracked_mail_that_is_filed_regards_the_record_where_it_regarded_nothing(
    company: Company, dubois: Account
) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.ALL)
    elsewhere = Account.objects.create(name="Elsewhere")
    company.watch("Clients/Dubois", dubois)
    for number in (1, 2):
        company.inbox.deliver(bytes(Letter(number)))
    company.read()
    Email.objects.filter(message_id=Letter(2).id).update(regarding_account=elsewhere)
    for number in (1, 2):
        folder_of(company).deliver(bytes(Letter(number)))
    company.read()
    assert (regarded(), Email.objects.count()) == ([dubois, elsewhere], 2)


def test_of_two_folders_the_first_wins(company: Company, dubois: Account) -> None:
    other = Account.objects.create(name="Other")
    company.inbox.new_folder("Other")
    company.watch("Clients/Dubois", dubois)
    company.watch("Other", other)
    for name in ("Clients/Dubois", "Other"):
        folder_of(company, name).deliver(bytes(Letter(1)))
    company.read()
    assert regarded() == [dubois]
    assert Place.objects.filter(email=Email.objects.get()).count() == 2


def test_a_later_change_by_hand_stays(company: Company, dubois: Account) -> None:
    company.watch("Clients/Dubois", dubois)
    folder_of(company).deliver(bytes(Letter(1)))
    company.read()
    Email.objects.update(regarding_account=None)
    company.read()
    assert regarded() == [None]


@pytest.mark.parametrize("object_id", ["F1", ""])
def test_a_renamed_folder_is_followed(company: Company, dubois: Account, object_id: str) -> None:
    folder_of(company).object_id = object_id
    company.watch("Clients/Dubois", dubois)
    folder_of(company).deliver(bytes(Letter(1)))
    company.read()
    company.inbox.rename("Clients/Dubois", "Archive/Dubois")
    folder_of(company, "Archive/Dubois").deliver(bytes(Letter(2)))
    company.read()
    assert (row().folder, regarded(), company.inbox.reads) == ("Archive/Dubois", [dubois] * 2, 0)
    assert folder_of(company, "Archive/Dubois").reads == 2
    assert open_alerts() == []


def test_another_folder_under_the_name_is_not_taken_for_it(
    company: Company, dubois: Account
) -> None:
    folder_of(company).object_id = "F1"
    company.watch("Clients/Dubois", dubois)
    company.inbox.rename("Clients/Dubois", "Archive/Dubois")
    company.inbox.new_folder("Clients/Dubois", object_id="F2").deliver(bytes(Letter(1)))
    folder_of(company, "Archive/Dubois").deliver(bytes(Letter(2)))
    company.read()
    assert [email.message_id for email in Email.objects.all()] == [Letter(2).id]
    assert row().folder == "Archive/Dubois"


def test_a_folder_that_is_gone_is_told_and_the_others_are_read(
    company: Company, dubois: Account
) -> None:
    company.inbox.new_folder("Other")
    company.watch("Clients/Dubois", dubois)
    company.watch("Other", dubois)
    gone = company.inbox.beside.pop("Clients/Dubois")
    folder_of(company, "Other").deliver(bytes(Letter(1)))
    company.read()
    assert (open_alerts(), Email.objects.count()) == ([FolderGone.code], 1)
    listings = company.inbox.listings
    company.read()
    assert company.inbox.listings == listings  # it is not looked for everywhere at each cycle
    company.inbox.beside["Clients/Dubois"] = gone
    gone.deliver(bytes(Letter(2)))
    company.read()
    assert (open_alerts(), Email.objects.count()) == ([], 2)


def test_a_refusal_in_a_folder_is_that_folders_alone(company: Company, dubois: Account) -> None:
    company.watch("Clients/Dubois", dubois)
    folder_of(company).deliver(bytes(Letter(1)))
    refusal = CommandRefused(host="imap.example.com", step="FETCH", answer="NO")
    folder_of(company).faults.append(refusal)
    company.inbox.deliver(bytes(Letter(2)))
    company.read()
    assert open_alerts() == [FolderRefused.code]
    assert company.reading().last_uid == 1
    company.read()
    assert (open_alerts(), regarded()) == ([], [dubois])


def test_a_lost_connection_is_the_mailbox_s(company: Company, dubois: Account) -> None:
    company.watch("Clients/Dubois", dubois)
    folder_of(company).deliver(bytes(Letter(1)))
    folder_of(company).faults.append(ConnectionLost(host="imap.example.com", step="FETCH"))
    company.read()
    assert open_alerts() == [ConnectionLost.code]


def test_over_pop3_a_folder_is_told_and_the_mailbox_goes_on(
    company: Company, dubois: Account
) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.ALL)
    company.watch("Clients/Dubois", dubois)
    company.use_pop3()
    company.profile.refresh_from_db()
    assert company.profile.incoming_protocol == IncomingProtocol.POP3
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    assert (open_alerts(), Email.objects.count()) == ([NoFoldersHere.code], 1)


def test_another_server_begins_with_folders_anew_and_doubles_nothing(
    company: Company, dubois: Account
) -> None:
    company.watch("Clients/Dubois", dubois)
    folder_of(company).deliver(bytes(Letter(1)), OLD)
    company.read()
    moved = company.inbox.new_folder("Clients/Dubois", uid_validity=999, object_id="new")
    for number in (1, 2):
        moved.deliver(bytes(Letter(number)), OLD)
    company.point_elsewhere("imap.new.example")
    company.read()
    assert (Email.objects.count(), row().epoch, row().object_id) == (2, 2, "new")


def test_an_earlier_start_reads_a_watched_folder_again(company: Company) -> None:
    company.inbox.new_folder("Lists").deliver(bytes(Letter(1)), OLD)
    company.watch("Lists")
    assert not Email.objects.exists()
    Mailbox.objects.update(process_email_received_after=OLD - timedelta(days=1))
    company.read()
    assert Email.objects.count() == 1


def test_what_one_sent_and_filed_is_the_email_that_was_sent(
    company: Company, dubois: Account
) -> None:
    company.watch("Clients/Dubois", dubois)
    sent = Email.objects.create(
        subject="An offer",
        direction_code=True,
        message_id=Letter(1).id,
        owner=company.anna.systemuser,
        identity=b"of the sent one",
        text_digest=b"x",
        created_on=MORNING,
    )
    folder_of(company).deliver(bytes(Letter(1, sender="anna@example.com", to="c@else.example")))
    company.read()
    assert Email.objects.get() == sent
    assert regarded() == [dubois]


def test_a_folder_that_is_given_up_is_read_no_more(company: Company, dubois: Account) -> None:
    kept = company.watch("Clients/Dubois", dubois)
    folder_of(company).deliver(bytes(Letter(1)))
    company.read()
    assert leave_folder(company.anna, kept.pk, "test")
    assert not leave_folder(company.anna, kept.pk, "test")
    folder_of(company).deliver(bytes(Letter(2)))
    company.read()
    assert (Email.objects.count(), folder_of(company).reads) == (1, 1)


@pytest.mark.parametrize("point", ["folder.known", "folder.listed"])
def test_a_folder_given_up_while_it_is_read_leaves_no_half(
    company: Company, dubois: Account, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    SystemSettings.objects.update(mark_tracked=True)
    kept = company.watch("Clients/Dubois", dubois)
    folder_of(company).deliver(bytes(Letter(1)))

    def given_up(name: str) -> None:
        if name == point:
            leave_folder(company.anna, kept.pk, "test")

    monkeypatch.setattr(cycle, "crash_point", given_up)
    company.read()
    for model in (Email, TrackingFolder, Place, Touch):
        assert not model.objects.exists()
    assert open_alerts() == []


def test_marks_go_into_the_folder_where_the_message_lies(company: Company, dubois: Account) -> None:
    SystemSettings.objects.update(mark_tracked=True)
    folder_of(company).uid_validity = company.inbox.uid_validity  # as two made in one second
    company.inbox.deliver(bytes(Letter(1)))
    company.watch("Clients/Dubois", dubois)
    folder_of(company).deliver(bytes(Letter(2)))
    company.read()
    assert (company.inbox.keywords(), folder_of(company).keywords()) == ([set()], [{"$Tracked"}])


def test_the_time_line_tells_of_folders(company: Company, dubois: Account) -> None:
    company.watch("Clients/Dubois", dubois)
    folder_of(company).deliver(bytes(Letter(1)))
    company.read()
    noted = Cycle.objects.get(listed=1)
    assert (noted.done, noted.mailbox) == (1, company.anna)


# -- what it costs


def cost(company: Company) -> int:
    with CaptureQueriesContext(connection) as queries:
        company.read()
    return len(queries)


def test_without_folders_nothing_more_is_asked(company: Company) -> None:
    company.read()
    before = cost(company)
    company.inbox.new_folder("Lists")
    assert (cost(company), company.inbox.states, company.inbox.listings) == (before, 0, 0)


def test_unchanged_folders_cost_a_command_each_and_no_query(
    company: Company, dubois: Account
) -> None:
    company.watch("Clients/Dubois", dubois)
    company.read()
    one = cost(company)
    for number in range(20):
        company.inbox.new_folder(f"More/{number}")
        company.watch(f"More/{number}", dubois)
    company.read()
    states, listed = company.inbox.states, company.inbox.listings
    assert cost(company) == one
    assert (company.inbox.states - states, company.inbox.listings - listed) == (21, 0)


# -- killed anywhere


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("point", "nth"),
    [
        *((point, nth) for point in FOLDERS for nth in (1, 2)),
        *((point, nth) for point in ("incoming.before-commit", *TOUCHES) for nth in (1, 2)),
        *(("incoming.after-commit", nth) for nth in (1, 2)),
    ],
)
def test_killed_once_the_next_cycle_ends_what_was_begun(
    company: Company, dubois: Account, monkeypatch: pytest.MonkeyPatch, point: str, nth: int
) -> None:
    monkeypatch.setattr(batches, "BATCH_MESSAGES", 2)
    SystemSettings.objects.update(mark_tracked=True)
    company.inbox.new_folder("Other")
    company.watch("Clients/Dubois", dubois)
    company.watch("Other", dubois)
    company.inbox.rename("Other", "Renamed")
    for number in range(5):
        folder_of(company).deliver(bytes(Letter(number)))
        folder_of(company, "Renamed").deliver(bytes(Letter(10 + number)))
    try:
        with crash_points.kill_at(point, nth):
            company.read()
    except Killed:
        pass
    else:
        assert (point, nth) == ("folder.kept", 2)  # only one folder moved
    company.read()
    assert (Email.objects.count(), Place.objects.count()) == (10, 10)
    assert set(regarded()) == {dubois}
    assert not Touch.objects.exists()
    marks = folder_of(company).keywords() + folder_of(company, "Renamed").keywords()
    assert marks == [{"$Tracked"}] * 10
    reads = folder_of(company).reads + folder_of(company, "Renamed").reads
    company.read()
    assert folder_of(company).reads + folder_of(company, "Renamed").reads == reads


def test_every_point_is_passed(company: Company, dubois: Account) -> None:
    company.watch("Clients/Dubois", dubois)
    company.inbox.rename("Clients/Dubois", "Renamed")
    folder_of(company, "Renamed").deliver(bytes(Letter(1)))
    with crash_points.passages() as passed:
        company.read()
    assert set(passed) >= set(FOLDERS)


def test_a_start_that_nobody_fixed_stays_as_the_first_cycle_had_it(company: Company) -> None:
    Mailbox.objects.update(process_email_received_after=None, enabled_on=None)
    company.inbox.new_folder("Lists")
    company.watch("Lists")
    company.read()
    first = (company.reading().starts_on, row().starts_on)
    assert first[0] == first[1]
    with CaptureQueriesContext(connection) as quiet:
        company.read()
    assert (company.reading().starts_on, row().starts_on) == first
    assert not any('UPDATE "mailboxtrackingfolder"' in one["sql"] for one in quiet.captured_queries)


def test_who_fixes_it_later_is_followed(company: Company) -> None:
    Mailbox.objects.update(process_email_received_after=None, enabled_on=None)
    company.read()
    Mailbox.objects.update(process_email_received_after=OLD)
    company.read()
    assert company.reading().starts_on == OLD
