"""What is never tracked, as values: the rules of one list, found by what a message shows of itself.

A list is the organization's, or that of one user or queue. Nothing here decides; `never` does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from passerelle.messages import fold


class NeverKind(Enum):
    """By what a rule knows a message; the values are stored."""

    ADDRESS = "address"  # of its sender
    DOMAIN = "domain"  # of its sender, subdomains too
    OWN_DOMAIN = "own-domain"  # sender and all recipients are at domains of this kind
    LIST = "list"  # List-Id (RFC 2919); "" for any list
    AUTOMATIC = "automatic"  # Auto-Submitted (RFC 3834), and what was in use before it
    PRECEDENCE = "precedence"  # one of `PRECEDENCES`; "" for any of them
    SENSITIVITY = "sensitivity"  # RFC 4021; "" for any but the usual
    SUBJECT = "subject"  # what it begins with behind the marks of replies


PRECEDENCES = ("bulk", "list", "junk")
# What machines write: an answer of theirs to a tracked email may be wanted all the same.
MACHINES = frozenset({NeverKind.LIST, NeverKind.AUTOMATIC, NeverKind.PRECEDENCE})


@dataclass(frozen=True, slots=True)
class NeverRule:
    """One rule; `value` is in lower case, but of a subject as it was written."""

    kind: NeverKind
    value: str = ""
    spares_answers: bool = True  # of `MACHINES` only: what answers tracked email is wanted

    @property
    def is_sparing(self) -> bool:
        """Whether what answers tracked email is wanted all the same."""
        return self.spares_answers and self.kind in MACHINES


@dataclass(frozen=True, slots=True)
class NeverList:
    """The rules of one list by kind and value."""

    rules: Mapping[tuple[NeverKind, str], NeverRule] = field(default_factory=dict)
    marks: tuple[str, ...] = ()  # folded beginnings of subjects, the longest first
    has_own_domains: bool = False

    def __bool__(self) -> bool:
        return bool(self.rules)


NOTHING_NEVER = NeverList()


def never_list(rules: Iterable[NeverRule]) -> NeverList:
    """A list of these rules."""
    found = {_key(rule): rule for rule in rules}
    marks = {value for kind, value in found if kind is NeverKind.SUBJECT}
    return NeverList(
        rules=found,
        marks=tuple(sorted(marks, key=lambda mark: (-len(mark), mark))),
        has_own_domains=any(kind is NeverKind.OWN_DOMAIN for kind, _ in found),
    )


def _key(rule: NeverRule) -> tuple[NeverKind, str]:
    return rule.kind, fold(rule.value) if rule.kind is NeverKind.SUBJECT else rule.value
