"""Named points between durable steps, where tests kill the process. Nothing in normal life.

In a process of its own: PASSERELLE_CRASH_AT=name or name:nth ends it there like a power cut, with
no clean-up. In a test's own process: `kill_at(name)` raises `Killed` there instead.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLE = "PASSERELLE_CRASH_AT"
KILLED_STATUS = 137  # what a shell reports after SIGKILL


class Killed(BaseException):
    """The process is dead, for the purposes of a test. No `except Exception` sees it."""


class _Plan:
    """Where to die, and how many passages are still allowed before."""

    def __init__(self, name: str, nth: int, *, really: bool) -> None:
        self.name = name
        self.left = nth
        self.really = really

    def passes(self, name: str) -> None:
        if name != self.name:
            return
        self.left -= 1
        if self.left:
            return
        if self.really:
            os._exit(KILLED_STATUS)
        raise Killed(name)


def _planned_by_environment() -> _Plan | None:
    name, _, nth = os.environ.get(VARIABLE, "").partition(":")
    return _Plan(name, int(nth or 1), really=True) if name else None


_plans: list[_Plan] = [plan for plan in [_planned_by_environment()] if plan]
_recorders: list[list[str]] = []


def crash_point(name: str) -> None:
    """A durable step ended or is about to begin here."""
    for recorder in _recorders:
        recorder.append(name)
    for plan in _plans:
        plan.passes(name)


@contextmanager
def kill_at(name: str, nth: int = 1) -> Iterator[None]:
    """Within the block, the nth passage through the point raises `Killed`."""
    plan = _Plan(name, nth, really=False)
    _plans.append(plan)
    try:
        yield
    finally:
        _plans.remove(plan)


@contextmanager
def passages() -> Iterator[list[str]]:
    """The names of all points that are passed within the block, in order, with repeats."""
    recorder: list[str] = []
    _recorders.append(recorder)
    try:
        yield recorder
    finally:
        _recorders.remove(recorder)
