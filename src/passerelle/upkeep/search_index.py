"""The index of emails as work of the engine: what was stored is found some seconds later."""

import time
from functools import partial
from uuid import UUID

from passerelle.alerts.services import SYSTEM, SubjectKind, heal, record
from passerelle.crm.search import EMAILS_AT_ONCE, index_some
from passerelle.engine.services import Again, Lease, ask, fence, register
from passerelle.faults import Fault

SEARCH_INDEX = "search-index"
THE_ONE = UUID("5e1f0000-0000-4000-8000-000000000003")
DEADLINE_SECONDS = 900.0
GAP_SECONDS = 5.0  # from one look to the next
REST = 4.0  # times as long as was worked, while more waits


def register_search_index() -> None:
    """Tell the engine what this work does."""
    register(SEARCH_INDEX, run, deadline_seconds=DEADLINE_SECONDS, failed=_failed)


def ask_for_search_index() -> None:
    """Have the index looked at now; it says itself when it is due next."""
    ask(SEARCH_INDEX, THE_ONE)


def run(lease: Lease) -> Again:
    """Index some of what waits, and rest: while mail is recorded, recording has the most of us."""
    begun = time.monotonic()
    if index_some(guard=partial(fence, lease)) == EMAILS_AT_ONCE:
        return Again(REST * (time.monotonic() - begun))
    heal(SubjectKind.SYSTEM, SYSTEM, SEARCH_INDEX)
    return Again(GAP_SECONDS)


def _failed(_lease: Lease, fault: Fault) -> None:
    record(SubjectKind.SYSTEM, SYSTEM, SEARCH_INDEX, fault)
