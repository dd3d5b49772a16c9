"""40,000 mailboxes and 100,000 emails: how long pages take while mail is recorded, and a restart.

`python -m bench.mailboxes [--url URL] [--mailboxes N] [--emails N]`. Each step is a process of its
own, as settings are read once a process. Mail is recorded by a writer that stores emails and their
parties in batches, each committed, without a pause. Pages are asked for as the web server asks
for them, without the network; on SQLite their CPU time holds the database's work, too, and is
what to read on a machine that does other things.

Also measured: asking for the work of all mailboxes from nothing, what a restart has to do (free
the leases of dead workers, claim again), and a bulk action.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.installation import environment

WARM, TURNS = 2, 40
BATCH = 50  # emails a commit, as a cycle has them
PAGES: Mapping[str, str] = {
    "mailboxes": "/mailboxes/",
    "… deep in the list": "/mailboxes/?after={cursor}",
    "… a name": "/mailboxes/?q=person+39",
    "… a word of every address": "/mailboxes/?q=example",
    "… nobody": "/mailboxes/?q=zzz",
    "… pending approval": "/mailboxes/?approval=pending",
    "… test failed": "/mailboxes/?test=failed",
    "… queues": "/mailboxes/?kind=queues",
    "… with alerts": "/mailboxes/?alerts=yes",
    "… waiting after a fault": "/mailboxes/?waiting=yes",
    "… not enabled, server-side, a word": "/mailboxes/?enabled=no&incoming=server-side&q=person",
    "bulk preview of all": "/mailboxes/bulk/?action=approve&every=on",
    "emails": "/emails/",
    "users": "/users/",
}


def main() -> None:
    """Make the installation, measure, print the table."""
    parser = argparse.ArgumentParser(prog="bench.mailboxes")
    parser.add_argument("--url", default="", help="of a PostgreSQL database; SQLite without it")
    parser.add_argument("--mailboxes", type=int, default=40_000)
    parser.add_argument("--emails", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as folder:
        settings = environment(Path(folder), given.url, PASSERELLE_LOG_LEVEL="error")
        command = [sys.executable, "-m", "bench.steps.mailboxes"]
        sizes = [str(given.mailboxes), str(given.emails)]
        subprocess.run([*command, "prepare", *sizes], env=settings, check=True)
        print_table("restart", told([*command, "restart"], settings))
        print_table("quiet", told([*command, "pages"], settings))
        with recording([*command, "record"], settings) as recorded:
            print_table("while mail is recorded", told([*command, "pages"], settings))
        print(f"emails recorded meanwhile: {recorded[0]} a second")


Figures = dict[str, list[tuple[float, float]]]  # wall and CPU seconds of each turn


def told(command: list[str], environment: dict[str, str]) -> Figures:
    """What a step says, as JSON on its last line."""
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    told: Figures = json.loads(done.stdout.splitlines()[-1])
    return told


def print_table(title: str, figures: Figures) -> None:
    """A row a page: medians and the slowest one of twenty, wall and CPU."""
    print(f"| {title} | median | p95 | CPU median | CPU p95 |\n|---|---|---|---|---|")
    for name, turns in figures.items():
        cells = []
        for seconds in zip(*turns, strict=True):
            cells += [f"{one * 1000:.0f} ms" for one in (statistics.median(seconds), _p95(seconds))]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[max(0, -(-len(seconds) * 95 // 100) - 1)]


@contextmanager
def recording(command: list[str], environment: dict[str, str]) -> Iterator[list[int]]:
    """Emails a second are in the list when the block has ended."""
    rate: list[int] = []
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()  # it records now
        started = time.perf_counter()
        yield rate
        process.stdin.close()
        count = int(process.stdout.read().split()[-1])
        rate.append(round(count / (time.perf_counter() - started)))


def timed(call: Callable[[], Any], beside: Callable[[], float] = float) -> tuple[float, float]:
    """Wall and CPU seconds that a call took, with those that `beside` counts elsewhere."""
    started, busy = time.perf_counter(), time.process_time() + beside()
    call()
    return time.perf_counter() - started, time.process_time() + beside() - busy


def measured(
    call: Callable[[], Any], beside: Callable[[], float] = float, *, turns: int = TURNS
) -> list[tuple[float, float]]:
    """Seconds of each turn, after a few that do not count."""
    for _ in range(WARM):
        call()
    return [timed(call, beside) for _ in range(turns)]


if __name__ == "__main__":
    main()
