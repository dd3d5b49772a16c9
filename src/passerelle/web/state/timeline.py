"""Cycles of a mailbox, told for a reader: words, figures, and a bar of where the time went.

Numbers only; the template draws the bars as SVG, so that a page needs no script for them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passerelle.faults import fault_of
from passerelle.sync.models import Cycle
from passerelle.sync.models.timeline import Ending

WIDTH = 1000  # of the drawing; the slowest cycle of a page takes all of it
STEPS: Mapping[str, Promise] = {
    "prepare": _("Getting ready"),
    "turn": _("Waiting for its turn, looking up the server"),
    "connect": _("Connecting"),
    "sign-in": _("Signing in"),
    "list": _("Listing"),
    "fetch": _("Fetching"),
    "record": _("Deciding and recording"),
    "send": _("Sending"),
    "file": _("Filing copies"),
    "touch": _("Marking at the server"),
}
TONES = {
    Ending.DONE: "good",
    Ending.GOES_ON: "busy",
    Ending.STOPPED: "warn",
    Ending.INTERRUPTED: "warn",
    Ending.FAULT: "bad",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a cycle, and its part of the bar."""

    name: str
    label: str
    milliseconds: int
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Told:
    """One row of a time line."""

    cycle: Cycle
    tone: str
    cause: str  # of the fault, without the facts that stand in its alert
    steps: tuple[Step, ...]


def told(cycles: Iterable[Cycle]) -> list[Told]:
    """The rows of a page, their bars on one scale."""
    rows = list(cycles)
    longest = max((sum(_steps(cycle).values()) for cycle in rows), default=0)
    return [
        Told(cycle, TONES.get(Ending(cycle.ending), ""), _cause(cycle), _bar(cycle, longest))
        for cycle in rows
    ]


def _steps(cycle: Cycle) -> dict[str, int]:
    """Those that this version knows, in its order."""
    return {name: cycle.steps[name] for name in STEPS if cycle.steps.get(name)}


def _bar(cycle: Cycle, longest: int) -> tuple[Step, ...]:
    bar: list[Step] = []
    x = 0
    for name, took in _steps(cycle).items():
        width = max(1, took * WIDTH // longest)
        bar.append(Step(name, str(STEPS[name]), took, x, width))
        x += width
    return tuple(bar)


def _cause(cycle: Cycle) -> str:
    """A fault whose cause names facts is told by what it means: its alert has the facts."""
    fault = fault_of(cycle.code) if cycle.code else None
    if fault is None:
        return ""
    return next((gettext(text) for text in (fault.cause, fault.consequence) if "{" not in text), "")
