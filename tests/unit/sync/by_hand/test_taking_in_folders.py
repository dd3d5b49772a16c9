"""An ignored message in a watched folder is taken like one of the inbox, by its own UIDs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MORNING, Letter, MemoryFolder

from passerelle.crm.models import Account, Email, RawMessage, SystemUser
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.models.people import FilteringMethod, Role
from passerelle.crm.services import create_sign_in
from passerelle.engine.services import Killed, crash_points, run_due
from passerelle.faults.mail.tracking import FolderNotRead, MessageGone, NothingToTake, PlaceNotRead
from passerelle.mailboxes.models import SystemSettings
from passerelle.mailboxes.services import save_tracking_rules
from passerelle.sync.crash_points import TAKES
from passerelle.sync.models import Place, TakeRequest, Touch, TrackingFolder
from passerelle.sync.models.incoming import Outcome
from passerelle.sync.services import ask_to_take, leave_folder, read_sent, takings_of, untrack
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def lists(company: Company) -> MemoryFolder:
    """A watched folder whose UIDVALIDITY is that of the inbox, and a UID that both have."""
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    folder = company.inbox.new_folder("Lists", uid_validity=company.inbox.uid_validity)
    company.inbox.deliver(bytes(Letter(1)))
    folder.deliver(bytes(Letter(2)))
    company.watch("Lists")
    return folder


@pytest.fixture
def ignored(lists: MemoryFolder) -> Place:
    return Place.objects.get(folder="Lists")


def fresh(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def code_of(place: Place) -> str:
    return TakeRequest.objects.get(pk=place.pk).code


def ids() -> list[str]:
    return sorted(Email.objects.values_list("message_id", flat=True))


def row() -> TrackingFolder:
    return TrackingFolder.objects.get()


def test_the_next_cycle_takes_the_message_of_that_folder(
    company: Company, lists: MemoryFolder, ignored: Place
) -> None:
    inbox = company.inbox.reads
    ask_to_take(ignored, "anna")
    run_due()  # the mailbox was woken
    place = fresh(ignored)
    assert ids() == [Letter(2).id]  # and not the one that has the same UID in the inbox
    assert (place.email, place.reason) == (Email.objects.get(), Reason.TAKEN_BY_HAND)
    assert not TakeRequest.objects.exists()
    reads = lists.reads
    company.read()
    assert (company.inbox.reads, lists.reads) == (inbox, reads)


def test_one_of_each_is_taken_from_its_own_folder(company: Company, ignored: Place) -> None:
    for place in Place.objects.all():
        ask_to_take(place, "anna")
    company.read()
    assert ids() == [Letter(1).id, Letter(2).id]
    assert not TakeRequest.objects.exists()


def test_its_keyword_is_set_in_that_folder_and_the_message_stays(
    company: Company, lists: MemoryFolder, ignored: Place
) -> None:
    SystemSettings.objects.update(mark_tracked=True)
    ask_to_take(ignored, "anna")
    company.read()
    assert (lists.keywords(), company.inbox.keywords()) == ([{"$Tracked"}], [set()])
    assert not Touch.objects.exists()


def test_new_mail_of_the_folder_is_read_in_the_same_cycle(
    company: Company, lists: MemoryFolder, ignored: Place
) -> None:
    ask_to_take(ignored, "anna")
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.ALL)
    lists.deliver(bytes(Letter(3)))
    company.read()
    assert ids() == [Letter(2).id, Letter(3).id]


def test_what_was_untracked_in_the_folder_of_a_record_comes_back_with_it(company: Company) -> None:
    dubois = Account.objects.create(name="Dubois SA")
    company.inbox.new_folder("Dubois").deliver(bytes(Letter(1)))
    company.watch("Dubois", dubois)
    untrack(Email.objects.get(), "anna")
    ask_to_take(Place.objects.get(), "anna")
    company.read()
    assert Email.objects.get().regarding_account == dubois


@pytest.mark.parametrize("object_id", ["F1", ""])
def test_a_renamed_folder_is_followed_to_the_message(
    company: Company, lists: MemoryFolder, ignored: Place, object_id: str
) -> None:
    lists.object_id = object_id
    company.read()
    ask_to_take(ignored, "anna")
    company.inbox.rename("Lists", "Archive")
    company.read()
    assert (ids(), fresh(ignored).folder) == ([Letter(2).id], "Archive")


def test_what_another_folder_left_under_the_new_name_is_not_taken_for_it(
    company: Company, lists: MemoryFolder, ignored: Place
) -> None:
    Place.objects.filter(folder="INBOX").update(folder="Archive")  # as once read there
    company.inbox.rename("Lists", "Archive")
    company.read()
    assert Place.objects.get(folder="Archive", gone_on=None).pk == ignored.pk


def test_in_a_rebuilt_folder_no_other_message_is_taken_for_it(
    company: Company, lists: MemoryFolder, ignored: Place
) -> None:
    ask_to_take(ignored, "anna")
    lists.messages[0].data = bytes(Letter(7))
    lists.rebuild()
    company.read()
    assert (code_of(ignored), ids()) == (PlaceNotRead.code, [])


def test_expunged_meanwhile_is_told(company: Company, lists: MemoryFolder, ignored: Place) -> None:
    ask_to_take(ignored, "anna")
    lists.messages.clear()
    company.read()
    assert code_of(ignored) == MessageGone.code


def test_a_folder_that_is_gone_ends_the_wish_and_asking_says_so(
    company: Company, ignored: Place
) -> None:
    ask_to_take(ignored, "anna")
    del company.inbox.beside["Lists"]
    company.read()
    assert code_of(ignored) == FolderNotRead.code
    with pytest.raises(FolderNotRead):
        ask_to_take(ignored, "anna")


def test_a_folder_that_is_given_up_ends_the_wish(company: Company, ignored: Place) -> None:
    ask_to_take(ignored, "anna")
    assert leave_folder(company.anna, row().pk, "anna")
    company.read()
    assert (code_of(ignored), fresh(ignored).outcome) == (FolderNotRead.code, Outcome.IGNORED)


def test_over_pop3_there_is_no_folder_to_take_it_from(company: Company, ignored: Place) -> None:
    ask_to_take(ignored, "anna")
    company.use_pop3()
    company.read()
    assert code_of(ignored) == FolderNotRead.code


def test_behind_another_server_it_is_another_message(company: Company, ignored: Place) -> None:
    ask_to_take(ignored, "anna")
    company.point_elsewhere("imap.new.example")
    company.read()
    assert (code_of(ignored), ids()) == (PlaceNotRead.code, [])
    with pytest.raises(PlaceNotRead):
        ask_to_take(ignored, "anna")


@pytest.mark.parametrize("point", [*TAKES, "incoming.in-transaction", "folder.listed"])
def test_killed_anywhere_it_becomes_one_record(
    company: Company, ignored: Place, point: str
) -> None:
    SystemSettings.objects.update(mark_tracked=True)
    ask_to_take(ignored, "anna")
    with crash_points.kill_at(point), pytest.raises(Killed):
        company.read()
    company.read()
    assert fresh(ignored).email == Email.objects.get()
    assert RawMessage.objects.count() == 1
    assert not TakeRequest.objects.exists()
    assert not Touch.objects.exists()


def test_killed_where_a_rename_is_kept_it_becomes_one_record(
    company: Company, ignored: Place
) -> None:
    ask_to_take(ignored, "anna")
    company.inbox.rename("Lists", "Archive")
    with crash_points.kill_at("folder.kept"), pytest.raises(Killed):
        company.read()
    company.read()
    assert fresh(ignored).email == Email.objects.get()


def test_it_is_offered_while_the_folder_is_read(company: Company, ignored: Place) -> None:
    zoe = create_sign_in("zoe", Role.ADMINISTRATOR)
    places = list(Place.objects.order_by("folder"))

    def offered() -> list[bool]:
        takings = takings_of(zoe, places)
        return [takings[place.pk].is_offered for place in places]

    assert offered() == [True, True]
    with CaptureQueriesContext(connection) as queries:
        offered()
    assert len(queries) == 2  # what is asked for, and which folders are read
    leave_folder(company.anna, row().pk, "anna")
    assert offered() == [True, False]


def test_nobody_asking_costs_no_look_at_the_folder(company: Company, lists: MemoryFolder) -> None:
    company.read()
    with CaptureQueriesContext(connection) as queries:
        company.read()
    asked = [query for query in queries if "mailtakerequest" in query["sql"]]
    assert len(asked) == 2  # for the inbox, and for all folders


@pytest.fixture
def sent(company: Company) -> Place:
    """What Anna sent to a stranger, which nobody wanted."""
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.CUSTOMERS)
    save_tracking_rules({"track_sent": True}, "admin")
    folder = company.inbox.new_folder("Sent")
    read_sent(company.anna, "anna")
    TrackingFolder.objects.update(starts_on=MORNING)
    run_due()
    folder.deliver(bytes(Letter(1, sender="anna@example.com", to="x@else.example")))
    company.read()
    place = Place.objects.get()
    assert place.reason == Reason.SENT_TO_NOBODY_KNOWN
    return place


def test_what_was_sent_to_a_stranger_becomes_an_outgoing_email(
    company: Company, sent: Place
) -> None:
    ask_to_take(sent, "anna")
    company.read()
    email = Email.objects.get()
    assert (email.direction_code, email.statuscode) == (True, EmailStatus.SENT)
    assert fresh(sent).email == email


def test_where_sent_folders_are_read_no_more_nobody_waits(company: Company, sent: Place) -> None:
    ask_to_take(sent, "anna")
    save_tracking_rules({"track_sent": False}, "admin")
    company.read()
    assert code_of(sent) == FolderNotRead.code
    with pytest.raises(FolderNotRead):
        ask_to_take(sent, "anna")


def test_what_another_sent_is_no_email_of_the_owner_s(company: Company, sent: Place) -> None:
    Place.objects.update(reason=int(Reason.SENT_BY_ANOTHER))
    with pytest.raises(NothingToTake):
        ask_to_take(sent, "anna")
