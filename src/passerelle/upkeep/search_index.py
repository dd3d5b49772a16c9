"""The index of emails as work of the engine: what was stored is found some seconds later."""

from uuid import UUID

from django.db import transaction

from passerelle.alerts.services import SYSTEM, SubjectKind, heal, record
from passerelle.crm.search import index_some
from passerelle.engine.services import Again, Lease, ask, fence, register
from passerelle.faults import Fault

SEARCH_INDEX = "search-index"
THE_ONE = UUID("5e1f0000-0000-4000-8000-000000000003")
DEADLINE_SECONDS = 900.0
ENOUGH_SECONDS = 60.0  # left of the deadline to begin with further emails
GAP_SECONDS = 5.0  # from one look to the next


def register_search_index() -> None:
    """Tell the engine what this work does."""
    register(SEARCH_INDEX, run, deadline_seconds=DEADLINE_SECONDS, failed=_failed)


def ask_for_search_index() -> None:
    """Have the index looked at now; it says itself when it is due next."""
    ask(SEARCH_INDEX, THE_ONE)


def run(lease: Lease) -> Again:
    """Index what waits, in short transactions; due again in some seconds."""
    while _some(lease):
        if lease.seconds_left() < ENOUGH_SECONDS:
            return Again(0.0)
    heal(SubjectKind.SYSTEM, SYSTEM, SEARCH_INDEX)
    return Again(GAP_SECONDS)


def _some(lease: Lease) -> int:
    with transaction.atomic():
        fence(lease)
        return index_some()


def _failed(_lease: Lease, fault: Fault) -> None:
    record(SubjectKind.SYSTEM, SYSTEM, SEARCH_INDEX, fault)
