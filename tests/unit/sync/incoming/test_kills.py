"""Killed at every durable step and started again: nothing lost, nothing doubled."""

import random

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import ActivityMimeAttachment, Email, QueueItem, RawMessage
from passerelle.engine.services import Killed, crash_points
from passerelle.mailboxes.models import SystemSettings
from passerelle.sync.crash_points import INCOMING, TOUCHES
from passerelle.sync.models import Place, Touch
from passerelle.sync.understanding import batches

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.thorough]

MESSAGES = 5


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_MESSAGES", 2)


@pytest.fixture
def full_inbox(company: Company, small_batches: None) -> Company:
    """Five messages to a user and a queue, one of them unreadable, all to be marked."""
    SystemSettings.objects.update(mark_tracked=True)
    for number in range(MESSAGES):
        letter = Letter(number, to="anna@example.com, orders@example.com", parts=("x",))
        company.inbox.deliver(bytes(letter))
    company.inbox.deliver(b"\xff no message at all")
    return company


def assert_whole(company: Company, messages: int = MESSAGES) -> None:
    """The store holds what the server does, once, and another run has nothing to do."""
    assert Email.objects.count() == messages
    assert QueueItem.objects.count() == ActivityMimeAttachment.objects.count() == messages
    assert Place.objects.count() == messages + 1
    assert RawMessage.objects.count() == messages + 1
    assert not Touch.objects.exists()
    assert company.inbox.keywords() == [{"$Tracked"}] * messages + [set()]
    before = company.inbox.reads
    company.read()
    assert company.inbox.reads == before


ONCE_A_BATCH = ("incoming.in-transaction", "incoming.before-commit", "incoming.after-commit")


@pytest.mark.parametrize(
    ("point", "nth"),
    [
        *((point, 1) for point in (*INCOMING, *TOUCHES)),
        *((point, nth) for point in ONCE_A_BATCH for nth in (2, 3)),
    ],
)
def test_killed_once_the_next_cycle_ends_what_was_begun(
    full_inbox: Company, point: str, nth: int
) -> None:
    with crash_points.kill_at(point, nth), pytest.raises(Killed):
        full_inbox.read()
    assert full_inbox.inbox.opened == 0
    full_inbox.read()
    assert_whole(full_inbox)


def test_every_point_is_passed_in_a_cycle(full_inbox: Company) -> None:
    with crash_points.passages() as passed:
        full_inbox.read()
    assert set(passed) >= {*INCOMING, *TOUCHES}


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(200))
def test_killed_at_random_again_and_again(full_inbox: Company, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 8)):
        point, nth = chance.choice([*INCOMING, *TOUCHES]), chance.randint(1, 3)
        try:
            with crash_points.kill_at(point, nth):
                full_inbox.read()
        except Killed:
            continue
    full_inbox.read()
    assert_whole(full_inbox)
