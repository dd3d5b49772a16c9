"""`make check`: format, lint, types, import contracts, the rules of the house and unit tests.

In under 90 seconds on two cores; mypy, the slowest, runs beside the others.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tools.steps import PYTEST, Outcome, Step, failed, report, run_quietly, run_shown

TYPES = Step("types", ["mypy"])
QUICK = [
    Step("format", ["ruff", "format", "--check", "--quiet", "."]),
    Step("lint", ["ruff", "check", "--quiet", "."]),
    Step("imports", ["lint-imports", "--cache-dir", ".cache/import-linter"]),
    Step("texts", ["python", "-m", "tools.texts", "check"]),
]
# Rules with their tables, and what is stored and asked in a query or a few, are checked. Left to
# `make test` are pages, walks over every page and every crash point (`thorough`), and whole cycles
# over servers in memory (`cycles`): they take longer than all the others. Fixtures and parameters
# set these two marks (`MARKED_BY` in tests/conftest.py).
# The rules of the house are checked, too: a function that is too long is mended in a minute here,
# and costs a whole run of everything when CI is the first to find it.
HOUSE = [f"tests/docs/test_{name}.py" for name in ("architecture", "hygiene", "logs", "made_pages")]
PAGES = ("access", "directory", "mail", "mailboxes", "migrating", "running")
UNIT_TESTS = Step(
    "unit tests",
    [
        *PYTEST, "tests/unit", *HOUSE, *(f"--ignore=tests/unit/web/{part}" for part in PAGES),
        "-n", "auto", "--hypothesis-profile=few", "-m", "not (soak or thorough or cycles)",
    ],
)  # fmt: skip


def static_checks() -> list[Outcome]:
    """Everything that is checked without running the product."""
    return _checks(with_tests=False)


def _checks(*, with_tests: bool) -> list[Outcome]:
    with ThreadPoolExecutor(1) as beside:
        types = beside.submit(run_quietly, TYPES)
        outcomes = []
        for step in QUICK:
            outcomes.append(run_quietly(step))
            report(outcomes[-1])
        if with_tests:
            outcomes.append(run_shown(UNIT_TESTS))
            report(outcomes[-1])
        outcomes.append(types.result())
        report(outcomes[-1])
    return outcomes


def main() -> int:
    started = time.monotonic()
    bad = failed(_checks(with_tests=True))
    seconds = time.monotonic() - started
    if bad:
        print(f"make check: failed in {seconds:.0f} s: {', '.join(bad)}")
        return 1
    print(f"make check: all good in {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
