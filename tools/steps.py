"""Runs one command of `make check` or `make test`, shown or kept until it fails.

A step never stops its neighbours: all that can be known in one run is told in one run.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTEST = ("python", "-m", "pytest", "-q", "--no-header")


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the checks; its first word is looked for in the environment."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one step ended. `output` is empty when it was shown while it ran."""

    step: Step
    good: bool
    seconds: float
    output: str = ""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a step: caches in .cache, and what was compiled is kept.

    Where a shell forbids that, every process compiles all modules and tests again, which costs
    as much as the unit tests themselves.
    """
    return {
        **os.environ,
        "HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".cache" / "hypothesis"),
        "PYTHONDONTWRITEBYTECODE": "",
        **(extra or {}),
    }


def run_quietly(step: Step) -> Outcome:
    """Run a step and keep what it prints."""
    started = time.monotonic()
    done = subprocess.run(
        _found(step.command),
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    output = done.stdout.decode(errors="replace")
    return Outcome(step, done.returncode == 0, time.monotonic() - started, output)


def run_shown(step: Step, extra: Mapping[str, str] | None = None) -> Outcome:
    """Run a step and let it print as it goes."""
    sys.stdout.flush()
    started = time.monotonic()
    done = subprocess.run(
        _found(step.command),
        cwd=ROOT,
        env=environment(extra),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Outcome(step, done.returncode == 0, time.monotonic() - started)


def report(outcome: Outcome) -> None:
    """One line a step, and what a failed one said."""
    word = "ok" if outcome.good else "FAILED"
    print(f"  {outcome.step.name:<12} {word:<7} {outcome.seconds:5.1f} s", flush=True)
    if not outcome.good and outcome.output:
        print(outcome.output.rstrip(), flush=True)


def failed(outcomes: Iterable[Outcome]) -> list[str]:
    """The names of the steps that failed."""
    return [outcome.step.name for outcome in outcomes if not outcome.good]


def _found(command: Sequence[str]) -> list[str]:
    beside = BIN / command[0]
    return [str(beside) if beside.exists() else command[0], *command[1:]]
