"""What can go wrong, as types: each says its cause, its consequence and its remedy.

    Fault
    ├── network, TLS and server answers     protocols.py
    ├── credentials and mailboxes           mailboxes.py, profiles.py
    ├── waves of mailboxes                  waves.py
    ├── messages and their tracking         messages.py
    ├── the router's files                  router.py
    ├── tables and their import             importing.py
    ├── the cycles that read and send       cycles.py
    ├── what belongs together               tracking.py
    ├── the mail of Passerelle itself       relay.py
    ├── notices of alerts                   notices.py
    ├── our own store                       store.py
    ├── the installation while it runs      monitoring.py
    ├── backups, copies, keys, upgrades     upkeep.py
    └── settings                            settings.py

Texts are message ids marked by `noop`; they are translated where a reader's language is known,
and an alert stores the code and the facts only. A fault never carries a secret or a message body.
"""

import re
import string
from collections.abc import Callable
from enum import Enum, IntEnum
from typing import Any, ClassVar

from passerelle.faults.secret import Secret

Fact = str | int | float | bool
Facts = dict[str, Fact]
# Facts that may be words of ours, marked by `noop` where the fault is raised.
WORDS = frozenset({"expected", "reason", "step"})


def noop(text: str) -> str:
    """Mark a text for translation without translating it here (gettext's N_)."""
    return text


def in_words(facts: Facts, translate: Callable[[str], str]) -> Facts:
    """The facts with our words among them translated; names and answers of others stay."""
    return {
        name: translate(value) if name in WORDS and isinstance(value, str) and value else value
        for name, value in facts.items()
    }


class Retry(Enum):
    """What the engine may do after a fault; it asks nothing else."""

    SOON = "soon"
    IN_TURN = "in-turn"  # nothing failed: its server is left alone for a moment
    AFTER_CHANGE = "after-change"
    NEVER = "never"


class Level(IntEnum):
    """The level of an alert: Dataverse's `tracelog.level`."""

    INFORMATION = 1
    WARNING = 2
    ERROR = 3


class Fault(Exception):
    """Something that went wrong, with what it means and what to do.

    A subclass sets the five class attributes; the names in its texts' braces are its facts, and
    the constructor refuses a missing one, an unknown one, or one that is a secret.
    """

    code: ClassVar[str]
    cause: ClassVar[str]
    consequence: ClassVar[str]
    remedy: ClassVar[str]
    retry: ClassVar[Retry] = Retry.SOON
    level: ClassVar[Level] = Level.ERROR
    fact_names: ClassVar[frozenset[str]] = frozenset()
    one_cause: ClassVar[str] = ""  # of a branch that is told as one; else each has its code

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            return  # a branch of the tree, never raised itself
        known = _CATALOGUE.setdefault(cls.code, cls)
        if known is not cls and known.__qualname__ != cls.__qualname__:
            raise TypeError(f"{cls.code} is {known.__name__}'s already")
        texts = (cls.cause, cls.consequence, cls.remedy)
        cls.fact_names = frozenset(
            name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name
        )

    def __init__(self, **facts: Fact) -> None:
        if facts.keys() != self.fact_names:
            expected = ", ".join(sorted(self.fact_names)) or "none"
            raise TypeError(f"{type(self).__name__} takes the facts: {expected}")
        given: dict[str, object] = dict(facts)
        if any(isinstance(value, Secret) for value in given.values()):
            raise TypeError(f"{type(self).__name__}: a fact is a secret")
        self.facts: Facts = {
            name: as_shown(value[:FACT_LENGTH]) if isinstance(value, str) else value
            for name, value in facts.items()
        }
        super().__init__(self.code)

    def __str__(self) -> str:
        return f"{self.code}: {self.cause.format(**self.facts)}"


_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
FACT_LENGTH = 500  # characters; a server's answer quoted in a fact is cut here


def as_shown(text: str) -> str:
    """A text of somebody else as every store and console takes it; a server may say anything.

    NUL, which PostgreSQL refuses, escape sequences, line ends, and what turns text around.
    """
    return _UNSHOWN.sub("\ufffd", text)


_CATALOGUE: dict[str, type[Fault]] = {}


# Facts that name one thing which many mailboxes have in common: a server, an account of it.
SHARED = ("host", "account", "profile")


def shared_cause(code: str, facts: Facts) -> str:
    """What alerts of one cause have in common, as a text; "" where each has a cause of its own.

    A dead server is one cause, however many mailboxes it has, whether it broke a connection or
    took none. What only a person can close (`Retry.NEVER`) is looked at one by one.
    """
    fault = _CATALOGUE.get(code)
    if fault is None or fault.retry is Retry.NEVER:
        return ""
    named = [f"{name}={facts[name]}" for name in SHARED if name in fault.fact_names & facts.keys()]
    return "|".join((fault.one_cause or code, *named)) if named else ""


def catalogue() -> dict[str, type[Fault]]:
    """Every fault that is defined, by its code."""
    return dict(_CATALOGUE)


def fault_of(code: str) -> type[Fault] | None:
    """The fault with that code, or None when this version does not know it."""
    return _CATALOGUE.get(code)
