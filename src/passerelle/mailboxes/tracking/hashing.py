"""Emails from before smart matching was switched on get what it compares, by and by.

Killed anywhere, the next run goes on from the row that says how far it got. Switched off
meanwhile, it rests; switched on again, or changed, it begins anew, and what is there already is
written as it is to be compared now.
"""

import time
from functools import partial

import structlog

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SYSTEM, SubjectKind
from passerelle.crm import services as crm
from passerelle.engine.services import Again, Lease, crash_point, fence, register
from passerelle.faults import Fault
from passerelle.mailboxes.tracking.kind import ALL_KEPT, EMAIL_HASHES, SOME_KEPT
from passerelle.mailboxes.tracking.matching import matching_unless_off

log = structlog.get_logger(__name__)

DEADLINE_SECONDS = 300.0
REST = 4.0  # times as long as was worked: recording has the most of us


def register_hashing() -> None:
    """Tell the engine what this work does."""
    register(EMAIL_HASHES, run, deadline_seconds=DEADLINE_SECONDS, failed=_failed)


def run(lease: Lease) -> Again:
    """The next of them, then a rest while more are left."""
    if matching_unless_off() is None:
        return Again(None)
    begun = time.monotonic()
    if crm.hash_some(matching_unless_off, guard=partial(fence, lease)):
        crash_point(SOME_KEPT)
        return Again(REST * (time.monotonic() - begun))
    crash_point(ALL_KEPT)
    alerts.heal(SubjectKind.SYSTEM, SYSTEM, EMAIL_HASHES)
    done = crm.hashing()
    log.info("matching.caught-up", emails=done.emails if done else 0)
    return Again(None)


def _failed(_lease: Lease, fault: Fault) -> None:
    alerts.record(SubjectKind.SYSTEM, SYSTEM, EMAIL_HASHES, fault)
