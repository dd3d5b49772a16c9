"""The kinds of work and the functions that do them, registered by the areas above.

The engine knows nothing else about work. Registration happens in `AppConfig.ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from passerelle.engine.leases.lease import Again, Lease
from passerelle.faults import Fault

Run = Callable[[Lease], Again]
Failed = Callable[[Lease, Fault], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work."""

    name: str
    run: Run
    deadline_seconds: float
    failed: Failed | None = None


_KINDS: dict[str, Kind] = {}


def register(kind: str, run: Run, *, deadline_seconds: float, failed: Failed | None = None) -> None:
    """Say what does this kind of work. `failed` hears of every fault of it, to raise an alert."""
    if kind in _KINDS:
        raise TypeError(f"work of the kind {kind} is registered already")
    _KINDS[kind] = Kind(kind, run, deadline_seconds, failed)


def forget(kind: str) -> None:
    """Take a kind back; due work of it stays in the table."""
    del _KINDS[kind]


def kind_named(name: str) -> Kind:
    """The registered kind; a KeyError is an error of ours."""
    return _KINDS[name]


def known_kinds() -> list[str]:
    """What this process can run; work of other kinds is left to processes that can."""
    return sorted(_KINDS)
