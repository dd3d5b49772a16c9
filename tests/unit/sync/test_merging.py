"""A merge as work of the engine: killed at each point, in many chunks, it ends the same."""

import pytest
from django.core.exceptions import ValidationError
from tests.unit.crm.merging.conftest import email_of

from passerelle.alerts.models import Alert
from passerelle.crm.merging import moving
from passerelle.crm.models import ActivityParty, Contact, Email, RecordMerge
from passerelle.crm.services import create_contact
from passerelle.engine.models import Work, Worker
from passerelle.engine.services import Killed, Lease, crash_points, run_due
from passerelle.faults.store import DiskFull
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import create_user_with_mailbox
from passerelle.sync import merging
from passerelle.sync.crash_points import MERGES
from passerelle.sync.incoming import cycle
from passerelle.sync.models import TrackingFolder
from passerelle.sync.models.folders import FolderMeaning
from passerelle.sync.outgoing import copies, kind
from passerelle.sync.services import MERGE, start_merge

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MANY = 7


@pytest.fixture
def master(db: None) -> Contact:
    return create_contact("Carla", "Duval")


@pytest.fixture
def other(db: None, monkeypatch: pytest.MonkeyPatch) -> Contact:
    """With seven emails, moved in chunks of three rows."""
    monkeypatch.setattr(moving, "ROWS_AT_ONCE", 3)
    found = create_contact("Carla", "Roux")
    for _number in range(MANY):
        email_of(found)
    return found


def bury() -> None:
    """The killed worker is noticed at once."""
    Work.objects.update(worker=None)
    Worker.objects.all().delete()


def assert_moved(merge: RecordMerge, master: Contact) -> None:
    merge.refresh_from_db()
    assert (merge.moved, merge.total, merge.last_code) == (2 * MANY, 2 * MANY, "")
    assert merge.moved_on is not None
    assert ActivityParty.objects.filter(contact=master).count() == MANY
    assert Email.objects.filter(regarding_contact=master).count() == MANY


@pytest.mark.thorough
@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("point", MERGES)
def test_killed_anywhere_it_ends_the_same(
    point: str, nth: int, master: Contact, other: Contact
) -> None:
    merge = start_merge(master, other, "ann")
    try:
        with crash_points.kill_at(point, nth):
            run_due(kinds=[MERGE])
    except Killed:
        bury()
    run_due(kinds=[MERGE])
    assert_moved(merge, master)


def test_every_point_is_passed(master: Contact, other: Contact) -> None:
    start_merge(master, other, "ann")
    with crash_points.passages() as passed:
        run_due(kinds=[MERGE])
    assert set(passed) == set(MERGES)


def test_it_looks_once_more_when_nothing_older_can_be_written(
    master: Contact, other: Contact
) -> None:
    """No work that writes parties or what emails regard may be cut off later than that."""
    merge = start_merge(master, other, "ann")
    run_due(kinds=[MERGE])
    late = email_of(other)
    work = Work.objects.get(kind=MERGE)
    assert work.due_on is not None
    RecordMerge.objects.update(moved_on=work.due_on - 2 * moving.SETTLES_AFTER)
    Work.objects.update(due_on=work.last_finished_on)
    run_due(kinds=[MERGE])
    merge.refresh_from_db()
    late.refresh_from_db()
    assert late.regarding_contact == master
    assert merge.settled_on is not None
    assert Work.objects.get(kind=MERGE).due_on is None
    longest = max(cycle.DEADLINE_SECONDS, kind.DEADLINE_SECONDS, copies.DEADLINE_SECONDS)
    assert moving.SETTLES_AFTER.total_seconds() > longest


def test_a_long_one_gives_its_thread_back(
    master: Contact, other: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "TURN_SECONDS", -1.0)
    merge = start_merge(master, other, "ann")
    run_due(limit=1, kinds=[MERGE])
    merge.refresh_from_db()
    assert merge.moved == 3
    run_due(kinds=[MERGE])
    assert_moved(merge, master)


def test_the_folder_of_a_mailbox_follows_the_record(master: Contact, other: Contact) -> None:
    create_user_with_mailbox("Ann", "ann@company.example")
    folder = TrackingFolder.objects.create(
        mailbox=Mailbox.objects.get(), folder="Clients/Roux", meaning=FolderMeaning.REGARDING,
        regarding_contact=other, created_by="ann",
    )  # fmt: skip
    start_merge(master, other, "ann")
    run_due(kinds=[MERGE])
    folder.refresh_from_db()
    assert folder.regarding == master


def test_what_is_refused_leaves_no_work(master: Contact, other: Contact) -> None:
    Contact.objects.filter(pk=master.pk).update(email_address1="no address")
    with pytest.raises(ValidationError):
        start_merge(Contact.objects.get(pk=master.pk), other, "ann")
    assert not Work.objects.exists()


def test_a_fault_is_told_and_tried_again(master: Contact, other: Contact) -> None:
    merge = start_merge(master, other, "ann")
    ours = Work.objects.get(key=merge.pk)
    lease = Lease(ours.pk, ours.kind, ours.key, 0, ours.pk, 0, 0.0)
    merging.failed(lease, DiskFull(answer="full"))
    merge.refresh_from_db()
    assert merge.last_code == DiskFull.code
    assert Alert.objects.exists()
    run_due(kinds=[MERGE])
    assert_moved(merge, master)
