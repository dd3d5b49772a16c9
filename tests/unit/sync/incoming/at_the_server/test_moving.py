"""Moves where the server lacks MOVE: copied, then removed, and killed anywhere in between."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter, MemoryFolder

from passerelle.alerts.models import Alert
from passerelle.crm.models import Email, RawMessage, RawPack
from passerelle.engine.services import Killed, crash_points
from passerelle.faults import Fault
from passerelle.faults.mail.protocols import CommandRefused, ConnectionLost, CopyNotFound
from passerelle.mailboxes.models import SystemSettings
from passerelle.mailboxes.services import update_profile
from passerelle.protocols.interfaces import Moves
from passerelle.sync.crash_points import MOVES_BY_COPY, TOUCHES
from passerelle.sync.incoming import cycle, moving
from passerelle.sync.models import Place, Reading, Touch

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BROKEN = b"\xff no message at all"
FULL = CommandRefused(host="h", step="UID COPY", answer="[OVERQUOTA] full")
POINTS = (*TOUCHES, *MOVES_BY_COPY)


@dataclass
class Copying(MemoryFolder):
    """A server with UIDPLUS and without MOVE."""

    moves: Moves = Moves.BY_COPY
    refusals: list[Fault] = field(default_factory=list)  # of the next copies
    lost: list[Fault] = field(default_factory=list)  # after the next copies
    copied: int = 0  # commands
    largest_copy: int = 0

    def copy(self, uid_validity: int, uids: Sequence[int], folder: str) -> frozenset[int]:
        self.copied += 1
        self.largest_copy = max(self.largest_copy, len(uids))
        if self.refusals:
            raise self.refusals.pop(0)
        told = super().copy(uid_validity, uids, folder)
        if self.lost:
            raise self.lost.pop(0)
        return told


@pytest.fixture
def inbox(company: Company, monkeypatch: pytest.MonkeyPatch) -> Copying:
    """Tracked and undeliverable mail goes into folders, two messages a command."""
    monkeypatch.setattr(moving, "COPIED_AT_ONCE", 2)
    update_profile(company.profile, tracked_folder="Tracked", move_undelivered=True)
    SystemSettings.objects.update(mark_tracked=True)
    folder = Copying()
    company.world.folders["anna"] = folder
    return folder


def letters(count: int) -> list[bytes]:
    return [bytes(Letter(number)) for number in range(1, count + 1)]


def deliver(inbox: Copying, *messages: bytes) -> None:
    for message in messages:
        inbox.deliver(message)


def assert_moved(inbox: Copying, count: int, broken: int) -> None:
    """Each message lies in its folder once, and nothing is owed."""
    assert sorted(inbox.moved.get("Tracked", [])) == sorted(letters(count))
    assert inbox.moved.get("Undeliverable", []) == [BROKEN] * broken
    assert (inbox.messages, Email.objects.count()) == ([], count)
    assert not Touch.objects.exists()


@pytest.mark.parametrize("is_silent", [False, True], ids=["told", "not told"])
def test_each_message_is_moved_once(company: Company, inbox: Copying, *, is_silent: bool) -> None:
    inbox.is_silent = is_silent
    deliver(inbox, *letters(5), BROKEN, BROKEN, BROKEN)
    company.read()
    assert_moved(inbox, 5, 3)
    assert (inbox.copied, inbox.largest_copy) == (5, 2)
    assert not Alert.objects.filter(closed_on=None, activity=cycle.TOUCHES).exists()


@pytest.mark.thorough
@pytest.mark.parametrize("is_silent", [False, True], ids=["told", "not told"])
@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_it_is_done_once(
    company: Company, inbox: Copying, point: str, nth: int, *, is_silent: bool
) -> None:
    inbox.is_silent = is_silent
    deliver(inbox, *letters(5), BROKEN, BROKEN, BROKEN)
    with crash_points.kill_at(point, nth), pytest.raises(Killed):
        company.read()
    company.read()
    assert_moved(inbox, 5, 3)


def test_every_point_is_passed(company: Company, inbox: Copying) -> None:
    deliver(inbox, *letters(1))
    with crash_points.passages() as passed:
        company.read()
    assert set(passed) >= set(POINTS)


def test_an_answer_that_is_lost_is_looked_for_in_the_folder(
    company: Company, inbox: Copying
) -> None:
    inbox.lost = [ConnectionLost(host="h", step="UID COPY")]
    deliver(inbox, *letters(2))
    company.read()
    assert (len(inbox.moved["Tracked"]), len(inbox.messages)) == (2, 2)
    company.read()
    assert_moved(inbox, 2, 0)
    assert inbox.copied == 1


def test_what_is_refused_stays_owed(company: Company, inbox: Copying) -> None:
    inbox.refusals = [FULL, FULL]
    deliver(inbox, *letters(3))
    company.read()
    company.read()
    assert (len(inbox.messages), inbox.moved["Tracked"]) == (3, [])
    alert = Alert.objects.get(closed_on=None)
    assert (alert.code, alert.activity) == (CommandRefused.code, cycle.TOUCHES)
    company.read()
    assert_moved(inbox, 3, 0)
    assert not Alert.objects.filter(closed_on=None, activity=cycle.TOUCHES).exists()


def test_what_has_no_copy_is_not_removed(company: Company, inbox: Copying) -> None:
    inbox.is_false = True
    deliver(inbox, *letters(1))
    company.read()
    assert Alert.objects.get(closed_on=None).code == CopyNotFound.code
    company.read()
    assert (len(inbox.messages), inbox.copied) == (1, 1)  # told once, and left to a person
    assert not Touch.objects.exists()


def test_what_is_gone_is_passed_over(company: Company, inbox: Copying) -> None:
    deliver(inbox, *letters(2))
    with crash_points.kill_at("move.begun"), pytest.raises(Killed):
        company.read()
    del inbox.messages[0]
    company.read()
    assert (inbox.messages, inbox.moved["Tracked"]) == ([], letters(2)[1:])
    assert not Touch.objects.exists()


@pytest.mark.parametrize("point", MOVES_BY_COPY)
def test_a_folder_rebuilt_meanwhile_loses_nothing(
    company: Company, inbox: Copying, point: str
) -> None:
    deliver(inbox, *letters(1))
    with crash_points.kill_at(point), pytest.raises(Killed):
        company.read()
    inbox.rebuild()
    company.read()
    assert [kept.data for kept in inbox.messages] == letters(1)
    assert (Email.objects.count(), Touch.objects.count()) == (1, 0)


def test_a_server_that_learns_move_ends_what_was_begun(company: Company, inbox: Copying) -> None:
    deliver(inbox, *letters(1))
    with crash_points.kill_at("move.copied"), pytest.raises(Killed):
        company.read()
    inbox.moves = Moves.AT_ONCE
    company.read()
    assert_moved(inbox, 1, 0)


@dataclass
class Sorted:
    """What became of one letter beside us."""

    is_deleted: bool = False


class Moving(RuleBasedStateMachine):
    """A server without MOVE that answers, refuses, is cut off; a process that is killed."""

    company: ClassVar[Company]

    def __init__(self) -> None:
        super().__init__()
        for model in (Place, Reading, Email, RawMessage, RawPack):
            model.objects.all().delete()
        self.inbox = Copying()
        self.company.world.folders["anna"] = self.inbox
        self.letters: list[Sorted] = []
        self.broken = 0

    def teardown(self) -> None:
        self.settles()

    @rule(count=st.integers(1, 5))
    def arrive(self, count: int) -> None:
        for _ in range(count):
            self.letters.append(Sorted())
            self.inbox.deliver(bytes(Letter(len(self.letters))))

    @rule(count=st.integers(1, 3))
    def arrive_alike(self, count: int) -> None:
        self.broken += count
        for _ in range(count):
            self.inbox.deliver(BROKEN)

    @rule(which=st.integers(0, 20))
    def vanish(self, which: int) -> None:
        """A person deletes a message, whatever we were about to do with it."""
        own = [kept for kept in self.inbox.messages if kept.data != BROKEN]
        if own and Place.objects.filter(uid=own[which % len(own)].uid).exists():
            kept = own[which % len(own)]
            self.inbox.messages.remove(kept)
            number = next(n for n, _ in enumerate(self.letters, 1) if bytes(Letter(n)) == kept.data)
            self.letters[number - 1].is_deleted = True

    @rule(is_silent=st.booleans())
    def tells(self, *, is_silent: bool) -> None:
        self.inbox.is_silent = is_silent

    @rule(before=st.booleans())
    def cut_off(self, *, before: bool) -> None:
        fault = ConnectionLost(host="h", step="UID COPY")
        (self.inbox.refusals if before else self.inbox.lost).append(fault)
        self.company.read()

    @rule()
    def full(self) -> None:
        self.inbox.refusals.append(FULL)
        self.company.read()

    @rule(point=st.sampled_from(POINTS), nth=st.integers(1, 4))
    def killed(self, point: str, nth: int) -> None:
        with suppress(Killed), crash_points.kill_at(point, nth):
            self.company.read()

    @rule()
    def settles(self) -> None:
        self.inbox.refusals.clear()
        self.inbox.lost.clear()
        self.company.read()
        moved = self.inbox.moved
        assert self.inbox.messages == []
        for number, letter in enumerate(self.letters, 1):
            count = moved.get("Tracked", []).count(bytes(Letter(number)))
            assert count == 1 or (letter.is_deleted and count == 0)
        assert len(moved.get("Tracked", [])) <= len(self.letters)
        assert moved.get("Undeliverable", []) == [BROKEN] * self.broken
        assert not Touch.objects.exists()

    @invariant()
    def nothing_is_lost(self) -> None:
        there = {kept.data for kept in self.inbox.messages} | set(
            self.inbox.moved.get("Tracked", [])
        )
        for number, letter in enumerate(self.letters, 1):
            assert letter.is_deleted or bytes(Letter(number)) in there


@pytest.mark.thorough
@pytest.mark.hypothesis
def test_any_order_of_events(company: Company, inbox: Copying) -> None:
    del inbox  # whose profile and portions are meant
    Moving.company = company
    run_state_machine_as_test(
        Moving,
        settings=settings(
            max_examples=settings().max_examples // 4,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
