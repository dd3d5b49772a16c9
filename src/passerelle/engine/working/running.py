"""Run one lease and write down how it ended; run all that is due in this thread.

One of the three places that catch everything: whatever a registered function raises, the work is
kept and due again, and everything else goes on.
"""

import random
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

import structlog
from django.db import close_old_connections, connection

from passerelle.engine.kinds import kind_named
from passerelle.engine.leases.claiming import claim
from passerelle.engine.leases.fencing import assert_no_transaction, finish, give_up, put_off
from passerelle.engine.leases.lease import Lease
from passerelle.engine.pacing import seconds_until_moment
from passerelle.engine.retry import gap
from passerelle.engine.store import store_fault_of
from passerelle.engine.working.workers import discharge, enlist, remove_dead
from passerelle.faults import Fault, Retry
from passerelle.faults.store import LeaseLost, WorkBroken

log = structlog.get_logger(__name__)
T = TypeVar("T")


def run_lease(lease: Lease) -> None:
    """Do the leased work and end the lease.

    Raises `StoreFault` when the store is too broken to write the end down; the caller calls
    `end_failed` when the store is back.
    """
    kind = kind_named(lease.kind)
    assert_no_transaction()
    outcome = _caught(lease, lambda: kind.run(lease))
    try:
        if isinstance(outcome, Fault):
            end_failed(lease, outcome)
        else:
            finish(lease, outcome.after_seconds)
    except LeaseLost:
        log.info("work.lease_lost", kind=lease.kind, key=str(lease.key), epoch=lease.epoch)


def end_failed(lease: Lease, fault: Fault) -> None:
    """Tell whoever raises alerts, then end the lease with the gap that the fault allows.

    What waits for its turn at a server has not failed: nobody is told, and no gap grows.
    """
    if isinstance(fault, LeaseLost):
        raise fault  # nobody's failure, and nothing is ours to end
    if fault.retry is Retry.IN_TURN:
        put_off(lease, seconds_until_moment(str(fault.facts.get("host", ""))))
        return
    log.info("work.failed", kind=lease.kind, key=str(lease.key), code=fault.code)
    if not connection.in_atomic_block:
        close_old_connections()  # one that the fault broke
    failed = kind_named(lease.kind).failed
    if failed is not None:
        _caught(lease, lambda: failed(lease, fault))
    give_up(lease, fault.code, gap(fault.retry, lease.attempts + 1, random.random()))  # noqa: S311


def _caught(lease: Lease, call: Callable[[], T]) -> T | Fault:
    """What the area's function returned, or whatever it raised as a fault."""
    try:
        return call()
    except Fault as fault:
        return fault
    except Exception as error:
        store_fault = store_fault_of(error)
        if store_fault is not None:
            return store_fault
        log.exception("work.broken", kind=lease.kind, key=str(lease.key))
        return WorkBroken(work=lease.name, error=type(error).__name__)


def run_due(*, limit: int | None = None, kinds: Collection[str] | None = None) -> int:
    """Run what is due, one after another in this thread, until nothing is; how many were run.

    Without `kinds`, all that are registered.
    """
    done = 0
    remove_dead()
    with passing_worker() as worker_id:
        while limit is None or done < limit:
            leases = claim(worker_id, 1, kinds=kinds)
            if not leases:
                break
            run_lease(leases[0])
            done += 1
    return done


@contextmanager
def passing_worker() -> Iterator[UUID]:
    """A worker for the time of the block, whatever ends it; its leases are given back."""
    worker_id = enlist()
    try:
        yield worker_id
    finally:
        discharge(worker_id)
