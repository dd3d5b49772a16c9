"""What one look at the installation found: good, or a fault with cause, consequence and remedy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps

from django.utils.translation import gettext as _

from passerelle.alerts.services import render_raised
from passerelle.crm.differences import Differences
from passerelle.faults import Fault, Level


class Outcome(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report, in the reader's language."""

    name: str
    outcome: Outcome
    text: str
    consequence: str = ""
    remedy: str = ""
    code: str = ""


def good(name: str, text: str) -> Finding:
    """Nothing to do."""
    return Finding(name, Outcome.OK, text)


def wrong(name: str, fault: Fault) -> Finding:
    """A fault: an error fails, a warning warns, and information is only told."""
    told = render_raised(fault)
    outcome = {Level.ERROR: Outcome.FAIL, Level.WARNING: Outcome.WARN}.get(fault.level, Outcome.OK)
    return Finding(name, outcome, told.cause, told.consequence, told.remedy, fault.code)


def compared(name: str, found: Differences, fault: type[Fault]) -> Finding:
    """Of a table that is worked out from the records: how many rows it lacks or has too many."""
    if found:
        return wrong(name, fault(lacking=found.lacking, surplus=found.surplus))
    return good(name, _("as the records say"))


Check = Callable[[], Iterator[Finding]]


def finding_faults(name: str, check: Check) -> Check:
    """A check that breaks off by a fault tells it, and the others go on."""

    @wraps(check)
    def guarded() -> Iterator[Finding]:
        try:
            yield from check()
        except Fault as fault:
            yield wrong(name, fault)

    return guarded
