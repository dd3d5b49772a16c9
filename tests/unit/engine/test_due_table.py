"""Several workers ask, claim, stop, die, wake and write in any order: the due table holds.

Never two current leases of one work, a stale one cannot commit, and asked work always runs.
"""

from uuid import UUID

import pytest
from django.db import transaction
from django.db.models.functions import Now
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.unit.engine.conftest import KIND, Chore

from passerelle.engine.asking import ask, rest
from passerelle.engine.clock import in_seconds
from passerelle.engine.leases.claiming import claim
from passerelle.engine.leases.fencing import fence, finish, give_up
from passerelle.engine.leases.lease import Lease
from passerelle.engine.models import Work, Worker
from passerelle.engine.working.workers import LEASE_SECONDS, beat, discharge, enlist, remove_dead
from passerelle.faults.store import LeaseLost

KEYS = [UUID(int=number) for number in range(1, 4)]
LANE_LIMIT = 2
gaps = st.sampled_from([None, 0.0, 3600.0])
keys = st.sampled_from(KEYS)
picks = st.integers(0, 10)


class DueTable(RuleBasedStateMachine):
    """What the table should allow is told by what happened, never read from the table."""

    def __init__(self) -> None:
        super().__init__()
        Work.objects.all().delete()
        Worker.objects.all().delete()
        self.workers: list[UUID] = []
        self.silent: set[UUID] = set()
        self.leases: list[Lease] = []
        self.current: dict[UUID, Lease] = {}
        self.wished: set[UUID] = set()

    @precondition(lambda self: len(self.workers) < 3)
    @rule()
    def comes(self) -> None:
        self.workers.append(enlist())

    @rule(key=keys)
    def is_asked_for(self, key: UUID) -> None:
        ask(KIND, key, lane="profile", lane_limit=LANE_LIMIT)
        self.wished.add(key)

    @rule(key=keys)
    def is_left_alone(self, key: UUID) -> None:
        rest(KIND, key)
        self.wished.discard(key)

    @precondition(lambda self: self.workers)
    @rule(pick=picks, free=st.integers(1, 3))
    def claims(self, pick: int, free: int) -> None:
        for lease in claim(self.worker(pick), free):
            assert lease.key not in self.current, "it was leased to somebody else"
            self.current[lease.key] = lease
            self.leases.append(lease)
            self.wished.discard(lease.key)

    @precondition(lambda self: self.workers)
    @rule(pick=picks)
    def stands_still(self, pick: int) -> None:
        worker = self.worker(pick)
        self.silent.add(worker)
        Worker.objects.filter(pk=worker).update(heartbeat_on=in_seconds(-LEASE_SECONDS - 1))

    @precondition(lambda self: self.workers)
    @rule(pick=picks)
    def wakes(self, pick: int) -> None:
        worker = self.worker(pick)
        assert beat(worker)  # nobody buried it, or it would not be among ours
        self.silent.discard(worker)

    @rule()
    def the_silent_are_buried(self) -> None:
        assert remove_dead() == len(self.silent)
        for worker in self.silent:
            self.is_gone(worker)
            assert not beat(worker)
        self.silent.clear()

    @precondition(lambda self: self.workers)
    @rule(pick=picks)
    def leaves(self, pick: int) -> None:
        worker = self.worker(pick)
        discharge(worker)
        self.silent.discard(worker)
        self.is_gone(worker)

    @precondition(lambda self: self.leases)
    @rule(pick=picks, after=gaps, failed=st.booleans())
    def ends(self, pick: int, after: float | None, failed: bool) -> None:
        lease = self.leases[pick % len(self.leases)]
        try:
            if failed:
                give_up(lease, "PSR-NET-001", after)
            else:
                finish(lease, after)
        except LeaseLost:
            assert self.current.get(lease.key) != lease, "the holder could not end it"
        else:
            assert self.current.pop(lease.key) == lease, "a stale worker ended it"

    @invariant()
    def only_the_current_leases_can_commit(self) -> None:
        assert len(self.current) <= LANE_LIMIT
        for lease in self.leases:
            assert commits(lease) == (self.current.get(lease.key) == lease)

    def teardown(self) -> None:
        """However it stands: when the others are gone, all that was asked for runs."""
        for worker in list(self.workers):
            discharge(worker)
        Work.objects.filter(due_on__isnull=False).update(due_on=Now())  # a day later
        last = enlist()
        while leases := claim(last, 1):
            for lease in leases:
                self.wished.discard(lease.key)
                finish(lease, None)
        assert not self.wished
        discharge(last)

    def worker(self, pick: int) -> UUID:
        return self.workers[pick % len(self.workers)]

    def is_gone(self, worker: UUID) -> None:
        self.workers.remove(worker)
        held = [lease for lease in self.current.values() if lease.worker_id == worker]
        for lease in held:
            del self.current[lease.key]


def commits(lease: Lease) -> bool:
    try:
        with transaction.atomic():
            fence(lease)
    except LeaseLost:
        return False
    return True


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.hypothesis
def test_the_due_table_holds(chore: Chore) -> None:
    run_state_machine_as_test(
        DueTable,
        settings=settings(
            max_examples=settings().max_examples * 3 // 5,
            stateful_step_count=30,
            deadline=None,
            # Shrinking such a failure takes minutes; the history as it was found is clear enough.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
