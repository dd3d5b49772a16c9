"""`make test`: packages, checks, every test on SQLite, and those of the database on PostgreSQL.

`--soak` runs the tests marked so instead, in their full counts, and those that make up their own
examples with a thousand random ones each.

A browser on a busy machine may be late for its test. Where nothing failed but a few tests of the
browser, they run once more, alone: who fails again has failed, and all are named as unsteady, which
is a defect to mend, of the test or of the product.

The last line printed is pytest's own. A step that failed earlier fails a test of that last run, too
(tests/docs/test_earlier_steps.py), so that the line never says better than it is.
"""

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.system.servers.postgresql import postgresql

from tools.check import static_checks
from tools.packages import provide, provide_beside
from tools.steps import PYTEST, ROOT, Outcome, Step, failed, run_shown

PARALLEL = ["-n", "2", "--dist", "loadgroup"]  # servers and the browser take their share of cores
LAST_FAILED = ROOT / ".cache" / "pytest" / "v" / "cache" / "lastfailed"  # pytest's own list
MOST_UNSTEADY = 3  # more at once do not fail by chance
# What a power cut would cost is tested on servers of the tests' own.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which tests, and how many examples of each that makes up its own."""

    marks: str
    options: Sequence[str]


ALL = Choice("not soak", ["--hypothesis-profile=whole"])
SOAK = Choice("(soak or hypothesis)", ["--hypothesis-profile=soak", "--timeout=3600"])


def main(words: Sequence[str]) -> int:
    if list(words) not in ([], ["--soak"]):
        print(__doc__)
        return 2
    choice = SOAK if words else ALL
    if not all([provide(), provide_beside()]):
        print("Not everything can run here; each test that cannot says why.", flush=True)
    outcomes = [] if choice is SOAK else static_checks()
    LAST_FAILED.unlink(missing_ok=True)  # of an earlier run
    outcomes.append(_pytest("tests on SQLite", choice, outcomes))
    unsteady = [] if outcomes[-1].good else second_chance(_last_failed())
    if unsteady:
        outcomes[-1] = _again(unsteady, choice, outcomes[:-1])
        print(f"UNSTEADY, they failed at first: {', '.join(unsteady)}", flush=True)
    if _postgresql_is_there():
        with postgresql(settings=FAST) as server:
            of_the_database = replace(choice, marks=f"database and {choice.marks}")
            outcomes.append(_pytest("tests on PostgreSQL", of_the_database, outcomes, server.url))
    return 1 if failed(outcomes) else 0


def _pytest(
    name: str, choice: Choice, before: Sequence[Outcome], database_url: str = ""
) -> Outcome:
    print(f"\n{name}", flush=True)
    earlier = {
        "PASSERELLE_FAILED_STEPS": ", ".join(failed(before)),
        "PASSERELLE_DATABASE_URL": database_url,
    }
    command = [*PYTEST, *PARALLEL, *choice.options, "-m", choice.marks]
    return run_shown(Step(name, command), earlier)


def second_chance(tests: Sequence[str]) -> list[str]:
    """Which of the failed tests run again: all if they are few and the browser's, else none."""
    late = all(test.startswith("tests/browser/") for test in tests)
    return list(tests) if late and len(tests) <= MOST_UNSTEADY else []


def _last_failed() -> list[str]:
    return list(json.loads(LAST_FAILED.read_text())) if LAST_FAILED.exists() else []


def _again(tests: Sequence[str], choice: Choice, before: Sequence[Outcome]) -> Outcome:
    alone = replace(choice, options=[*choice.options, "-n", "0", *tests])
    return _pytest("tests on SQLite, those of the browser a second time", alone, before)


def _postgresql_is_there() -> bool:
    packaged = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    return any(packaged) or shutil.which("postgres") is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
