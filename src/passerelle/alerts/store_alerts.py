"""Alerts about our own store: one for all of Passerelle, whoever met the fault.

A full disk or a lost database stops every mailbox; an alert each would bury the one thing to do.
A lost database is back with the next heartbeat. A heartbeat may still fit on a full disk, so that
alert is closed by work that wrote mail, or when no try failed for longer than tries are apart.
"""

from datetime import UTC, datetime, timedelta

from passerelle.alerts.models import SubjectKind
from passerelle.alerts.recording import STORE, SYSTEM, flush_held, heal, record
from passerelle.faults.store import DatabaseGone, DiskFull, StoreAway

QUIET = timedelta(minutes=20)  # above the longest gap between two tries of failed work


def store_failed(fault: StoreAway) -> None:
    """Open or count the alert; held in memory while the store takes nothing."""
    record(SubjectKind.SYSTEM, SYSTEM, STORE, fault)


def store_answered() -> None:
    """A heartbeat was stored: keep what was held, and close what is over by that."""
    flush_held()
    heal(SubjectKind.SYSTEM, SYSTEM, STORE, {DatabaseGone.code})
    before = datetime.now(UTC) - QUIET
    heal(SubjectKind.SYSTEM, SYSTEM, STORE, {DiskFull.code}, last_seen_before=before)


def store_took_mail() -> None:
    """Mail was written down, which needs room."""
    heal(SubjectKind.SYSTEM, SYSTEM, STORE)
