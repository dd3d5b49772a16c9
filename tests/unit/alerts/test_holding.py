"""The memory of a process whose store is away is bounded and loses no count."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from passerelle.alerts.holding import Held, Holding
from passerelle.alerts.models import SubjectKind
from passerelle.faults.store import DiskFull

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def held(subject: UUID, at: datetime = NOON) -> Held:
    return Held(SubjectKind.MAILBOX, subject, "incoming", DiskFull, {"answer": "full"}, at, at)


def test_the_same_is_counted_from_its_first_time_on() -> None:
    holding, box = Holding(), uuid4()
    holding.hold(held(box))
    holding.hold(held(box, NOON + timedelta(minutes=1)))
    first = holding.first()
    assert first is not None
    assert (first.count, first.opened_on) == (2, NOON)
    assert first.last_seen_on == NOON + timedelta(minutes=1)


def test_is_bounded_but_goes_on_counting_what_it_knows() -> None:
    holding, known = Holding(most=2), uuid4()
    for subject in (known, uuid4(), uuid4(), known):
        holding.hold(held(subject))
    first = holding.first()
    assert len(holding) == 2
    assert first is not None
    assert first.count == 2


def test_counted_while_it_was_stored_stays_with_the_rest() -> None:
    holding, box = Holding(), uuid4()
    holding.hold(held(box))
    storing = holding.first()
    assert storing is not None
    holding.hold(held(box))
    holding.drop(storing)
    rest = holding.first()
    assert rest is not None
    assert rest.count == 1
    holding.drop(rest)
    holding.drop(rest)
    assert len(holding) == 0
