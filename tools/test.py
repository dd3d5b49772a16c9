"""`make test`: packages, checks, every test on SQLite, and those of the database on PostgreSQL.

`--soak` runs the tests marked so instead, in their full counts. The last line printed is pytest's
own. A step that failed earlier fails a test of that last run, too
(tests/docs/test_earlier_steps.py), so that the line never says better than it is.
"""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.system.servers.postgresql import postgresql

from tools.check import static_checks
from tools.packages import provide
from tools.steps import Outcome, Step, failed, run_shown

PYTEST = ["python", "-m", "pytest", "-q", "--no-header"]
PARALLEL = ["-n", "2", "--dist", "loadgroup"]  # servers and the browser take their share of cores
# What a power cut would cost is tested on servers of the tests' own.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def main(words: Sequence[str]) -> int:
    if list(words) not in ([], ["--soak"]):
        print(__doc__)
        return 2
    mark = "soak" if words else "not soak"
    if not provide():
        print("Not everything can run here; each test that cannot says why.", flush=True)
    outcomes = [] if words else static_checks()
    outcomes.append(_pytest("tests on SQLite", mark, outcomes))
    if _postgresql_is_there():
        with postgresql(settings=FAST) as server:
            chosen = f"database and {mark}"
            outcomes.append(_pytest("tests on PostgreSQL", chosen, outcomes, server.url))
    return 1 if failed(outcomes) else 0


def _pytest(name: str, mark: str, before: Sequence[Outcome], database_url: str = "") -> Outcome:
    print(f"\n{name}", flush=True)
    earlier = {
        "PASSERELLE_FAILED_STEPS": ", ".join(failed(before)),
        "PASSERELLE_DATABASE_URL": database_url,
    }
    return run_shown(Step(name, [*PYTEST, *PARALLEL, "-m", mark]), earlier)


def _postgresql_is_there() -> bool:
    packaged = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    return any(packaged) or shutil.which("postgres") is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
