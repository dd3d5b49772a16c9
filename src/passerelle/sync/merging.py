"""The merge of two records as work of the engine: chunk by chunk, each committed by itself.

What is moved is known to `crm.merging`. Killed anywhere, it goes on with what is left.
"""

import time
from collections.abc import Collection

import structlog
from django.db import transaction

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm.merging import begin_merge, move_some, seconds_to_settle
from passerelle.crm.models import RecordMerge
from passerelle.crm.services import Regarded
from passerelle.engine.services import Again, Lease, ask, crash_point, fence
from passerelle.faults import Fault
from passerelle.sync.crash_points import MERGE_AFTER_CHUNK, MERGE_FINISHED, MERGE_IN_CHUNK

log = structlog.get_logger(__name__)

KIND = "merge"
DEADLINE_SECONDS = 900.0
TURN_SECONDS = 300.0  # of one turn; far below the deadline, as a chunk may be slow


def start_merge(
    master: Regarded,
    other: Regarded,
    by: str,
    *,
    take: Collection[str] | None = None,
    mark: str | None = None,
) -> RecordMerge:
    """`begin_merge`, and the rest as soon as a worker can. Raises what that does."""
    with transaction.atomic():
        merge = begin_merge(master, other, by, take=take, mark=mark)
        ask(KIND, merge.pk)
    return merge


def run(lease: Lease) -> Again:
    """Whatever is left to do of one merge; once more when nothing older can still be written."""
    ends = time.monotonic() + TURN_SECONDS
    while _move_some(lease):
        crash_point(MERGE_AFTER_CHUNK)
        if time.monotonic() > ends:
            return Again(0)
    alerts.heal(SubjectKind.SYSTEM, lease.key, KIND)
    crash_point(MERGE_FINISHED)
    return Again(seconds_to_settle(lease.key))


def failed(lease: Lease, fault: Fault) -> None:
    """Tell the page and open an alert; the work is tried again as the fault allows."""
    RecordMerge.objects.filter(pk=lease.key).update(last_code=fault.code, last_facts=fault.facts)
    alerts.record(SubjectKind.SYSTEM, lease.key, KIND, fault)


def _move_some(lease: Lease) -> bool:
    with transaction.atomic():
        fence(lease)
        more = move_some(lease.key)
        crash_point(MERGE_IN_CHUNK)
    return more
