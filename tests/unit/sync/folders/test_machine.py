"""Anything may happen in any order to an inbox and two watched folders of one mailbox.

Messages arrive, are moved from one to another and deleted, folders are renamed and rebuilt, batches
are of any size, the process is killed anywhere. In the end each message is recorded once, no folder
is lost, and another cycle has nothing to do. No cursor ever goes back, nor beyond what there is.
"""

from contextlib import suppress
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter, MemoryFolder

from passerelle.alerts.models import Alert
from passerelle.crm.models import Account, Email, RawMessage, RawPack
from passerelle.engine.services import Killed, crash_points
from passerelle.mailboxes.models import SystemSettings
from passerelle.sync.crash_points import FOLDERS, INCOMING, TOUCHES
from passerelle.sync.models import Place, Reading, Touch, TrackingFolder
from passerelle.sync.models.folders import FolderStanding
from passerelle.sync.understanding import batches

pytestmark = pytest.mark.thorough

WHOLE_BATCH = batches.BATCH_MESSAGES
INBOX, WATCHED, BOUND = "inbox", "watched", "bound"
anywhere = st.sampled_from([INBOX, WATCHED, BOUND])
beside = st.sampled_from([WATCHED, BOUND])


class Filing(RuleBasedStateMachine):
    """One mailbox with two folders more; each example begins with all of them empty."""

    company: ClassVar[Company]
    has_ids: ClassVar[bool]

    def __init__(self) -> None:
        super().__init__()
        for model in (TrackingFolder, Place, Reading, Email, RawMessage, RawPack, Account):
            model.objects.all().delete()
        self.inbox = self.company.world.folders["anna"] = MemoryFolder()
        self.folders = {INBOX: self.inbox}
        for number, name in enumerate((WATCHED, BOUND), 1):
            object_id = f"F{number}" if self.has_ids else ""
            validity = 1_000 * number  # far apart: rebuilt, neither gets that of the other
            self.folders[name] = self.inbox.new_folder(
                name, object_id=object_id, uid_validity=validity
            )
        self.company.watch(WATCHED)
        self.company.watch(BOUND, Account.objects.create(name="Dubois SA"))
        self.letters = self.names = 0
        self.cursors: dict[object, tuple[tuple[int, int], int]] = {}
        self.changed: set[str] = set()  # folders renamed or rebuilt since they were read

    def teardown(self) -> None:
        try:
            self.settles()
        finally:
            batches.BATCH_MESSAGES = WHOLE_BATCH

    @rule(folder=anywhere, count=st.integers(1, 3))
    def arrive(self, folder: str, count: int) -> None:
        for _ in range(count):
            self.letters += 1
            self.folders[folder].deliver(bytes(Letter(self.letters)))

    @rule(source=anywhere, goal=anywhere, which=st.integers(0, 20))
    def move(self, source: str, goal: str, which: int) -> None:
        """In a mail program, whether or not it was read before."""
        messages = self.folders[source].messages
        if source != goal and messages:
            moved = messages.pop(which % len(messages))
            self.folders[goal].deliver(moved.data, moved.received)

    @rule(folder=anywhere, which=st.integers(0, 20))
    def vanish(self, folder: str, which: int) -> None:
        """A person deletes a message that is recorded."""
        self.reads()
        if messages := self.folders[folder].messages:
            del messages[which % len(messages)]

    @precondition(lambda self: self.has_ids or not self.changed)
    @rule(folder=beside)
    def rename(self, folder: str) -> None:
        """Without an identifier, one thing at a time: renamed and rebuilt it is another folder."""
        self.names += 1
        self.inbox.rename(self.folders[folder].name, f"{folder} {self.names}")
        self.changed.add(folder)

    @precondition(lambda self: self.has_ids or not self.changed)
    @rule(folder=anywhere)
    def rebuild(self, folder: str) -> None:
        self.folders[folder].rebuild()
        self.changed.add(folder)

    @rule(size=st.integers(1, 3))
    def batches_of(self, size: int) -> None:
        batches.BATCH_MESSAGES = size

    @rule(point=st.sampled_from([*INCOMING, *FOLDERS, *TOUCHES]), nth=st.integers(1, 4))
    def killed(self, point: str, nth: int) -> None:
        with suppress(Killed), crash_points.kill_at(point, nth):
            self.reads()

    @rule()
    def reads(self) -> None:
        self.company.read()
        self.changed.clear()

    @rule()
    def settles(self) -> None:
        self.reads()
        recorded = sorted(Email.objects.values_list("message_id", flat=True))
        assert recorded == sorted(Letter(number).id for number in range(1, self.letters + 1))
        assert not Touch.objects.exists()
        assert not Alert.objects.filter(closed_on=None).exists()
        rows = TrackingFolder.objects.order_by("created_on")
        names = [self.folders[name].name for name in (WATCHED, BOUND)]
        assert [row.folder for row in rows] == names
        assert {row.standing for row in rows} == {FolderStanding.READ}
        before = self.work()
        self.company.read()
        assert self.work() == before

    def work(self) -> tuple[int, int, int]:
        reads = sum(folder.reads for folder in self.folders.values())
        return reads, RawMessage.objects.count(), Place.objects.count()

    @invariant()
    def cursors_go_on(self) -> None:
        named = {folder.uid_validity: folder for folder in self.folders.values()}
        for row in (*Reading.objects.all(), *TrackingFolder.objects.all()):
            meaning = (row.epoch, row.uid_validity)
            former, last_uid = self.cursors.get(row.pk, (meaning, 0))
            assert meaning != former or row.last_uid >= last_uid
            self.cursors[row.pk] = meaning, row.last_uid
            if row.uid_validity in named:
                assert row.last_uid < named[row.uid_validity].uid_next

    @invariant()
    def connections_are_closed(self) -> None:
        assert self.inbox.opened == 0


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.hypothesis
@pytest.mark.parametrize("has_ids", [True, False], ids=["with-identifiers", "without"])
def test_any_order_of_events(company: Company, *, has_ids: bool) -> None:
    SystemSettings.objects.update(mark_tracked=True)
    Filing.company, Filing.has_ids = company, has_ids
    run_state_machine_as_test(
        Filing,
        settings=settings(
            max_examples=settings().max_examples // 4,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
