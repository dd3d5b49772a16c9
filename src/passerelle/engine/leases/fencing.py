"""Keeps a worker that lost its lease from writing, and ends leases.

A stopped or slow process may wake after its lease. Every transaction of a cycle calls `fence`
first: it locks the row of the work until the commit, so nobody takes the work over in between.
Completions check the same epoch. Decision 0005.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Case, DateTimeField, Expression, F, Q, QuerySet, Value, When
from django.db.models.functions import Now

from passerelle.engine.clock import in_seconds
from passerelle.engine.leases.lease import Lease
from passerelle.engine.models import Work
from passerelle.engine.store import store_faults
from passerelle.faults.store import LeaseLost
from passerelle.statements import Answer, Statement, run_together

_HELD = "SELECT 1 FROM enginework WHERE workid = %s AND workerid = %s AND epoch = %s"


def fence(lease: Lease) -> None:
    """Call first in each transaction of a cycle. Raises `LeaseLost`."""
    fenced(lease, ())


def fenced(lease: Lease, statements: Sequence[Statement]) -> list[Answer]:
    """`fence`, and these statements behind it in the same journey; their answers.

    With `LeaseLost` they were run all the same, and the transaction takes them back.
    """
    if not connection.in_atomic_block:
        raise TypeError("fence() guards a transaction and none is open")
    with store_faults():
        held, *answers = run_together([_lock(lease), *statements])
    if not held.rows:
        raise LeaseLost(work=lease.name)
    return answers


def finish(lease: Lease, after_seconds: float | None) -> None:
    """End a lease whose work was done. Raises `LeaseLost`."""
    _end(lease, after_seconds, attempts=Value(0), last_code=Value(""))


def give_up(lease: Lease, code: str, after_seconds: float | None) -> None:
    """End a lease whose work failed with the fault of that code. Raises `LeaseLost`."""
    _end(lease, after_seconds, attempts=F("attempts") + 1, last_code=Value(code))


def put_off(lease: Lease, after_seconds: float) -> None:
    """End a lease under which nothing was begun; how the last run ended stands.

    Raises `LeaseLost`.
    """
    _end(lease, after_seconds)


def assert_no_transaction() -> None:
    """No network inside a transaction: adapters' callers may assert it. Tests' own do not count."""
    blocks = connection.atomic_blocks if connection.in_atomic_block else []
    assert all(getattr(block, "_from_testcase", False) for block in blocks), (
        "a transaction is open where the network may be used"
    )


def _end(lease: Lease, after_seconds: float | None, **columns: Expression | F) -> None:
    due: Expression = (
        Value(None, output_field=DateTimeField())
        if after_seconds is None
        else in_seconds(after_seconds)
    )
    # Asked for meanwhile: the earlier of the two times holds, and no time at all is the latest.
    asked_first = Q(asked_on__isnull=False)
    if after_seconds is not None:
        asked_first &= Q(asked_on__lt=due)
    with store_faults(), transaction.atomic():
        ended = _held(lease).update(
            worker=None,
            leased_on=None,
            asked_on=None,
            due_on=Case(When(asked_first, then=F("asked_on")), default=due),
            last_finished_on=Now(),
            **columns,
        )
    if not ended:
        raise LeaseLost(work=lease.name)


def _lock(lease: Lease) -> Statement:
    """`_held`, locked, as written out: it stands before every email, and Django makes it anew."""
    keys: list[UUID | str | int] = [lease.work_id, lease.worker_id]
    if not connection.features.has_native_uuid_field:
        keys = [lease.work_id.hex, lease.worker_id.hex]
    locking = connection.features.has_select_for_update
    lock = connection.ops.for_update_sql(no_key=True) if locking else ""
    return Statement(f"{_HELD} {lock}", [*keys, lease.epoch])


def _held(lease: Lease) -> QuerySet[Work]:
    return Work.objects.filter(pk=lease.work_id, epoch=lease.epoch, worker_id=lease.worker_id)
