"""What can go wrong: code, cause, consequence, remedy. The bottom of the house."""

from passerelle.faults.fault import (
    Fact,
    Facts,
    Fault,
    Level,
    Retry,
    as_shown,
    catalogue,
    fault_of,
    in_words,
    noop,
    shared_cause,
)
from passerelle.faults.secret import Secret

__all__ = [
    "Fact",
    "Facts",
    "Fault",
    "Level",
    "Retry",
    "Secret",
    "as_shown",
    "catalogue",
    "fault_of",
    "in_words",
    "noop",
    "shared_cause",
]
