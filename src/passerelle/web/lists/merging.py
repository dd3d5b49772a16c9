"""How far a merge is, as a page shows it."""

from dataclasses import dataclass

from passerelle.alerts.services import RenderedAlert, render_fault
from passerelle.crm.models import RecordMerge

NEARLY = 99  # where very many rows are moved, they are counted only so far


@dataclass(frozen=True, slots=True)
class Merging:
    """A merge whose rows are being moved."""

    moved: int
    percent: int
    fault: RenderedAlert | None  # why it waits


def progress_of(merge: RecordMerge | None) -> Merging | None:
    """None where nothing is being moved."""
    if merge is None:
        return None
    percent = min(NEARLY, merge.moved * 100 // merge.total) if merge.total else 0
    fault = render_fault(merge.last_code, merge.last_facts) if merge.last_code else None
    return Merging(merge.moved, percent, fault)
