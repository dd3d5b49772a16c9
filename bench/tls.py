"""Many mailboxes over TLS, each looked into every few minutes, few with new mail: what it takes.

`python -m bench.tls [--mailboxes N] [--minutes M] [--poll SECONDS]`. Dovecot and PostgreSQL as
their packages bring them, on the same cores; their CPU is counted apart from ours. It is measured
from when each mailbox has been read once, so starting up and the first reading are not in it.
Arrival is when a message lies in its Maildir, recorded when it was decided, some milliseconds
before its commit; half the interval between two looks is in the median by nature.
"""

import argparse
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import psycopg
from tests.system.servers import dovecot
from tests.system.servers.postgresql import Postgresql, postgresql
from tests.system.servers.product import Run

from bench.installation import environment
from bench.measure import Figure, cpu_seconds, postmaster, sampled
from bench.steps.tls import PASSWORD, name_of

MAILBOXES = 2_000
MINUTES = 15.0
POLL_SECONDS = 300
NEW_SHARE = 0.01  # of the mailboxes get a message between two looks
WORDS = "the order arrived in two parts and the invoice shows three of them " * 40
LONGEST_START = 1_200.0  # seconds until each mailbox was read once
WANTED = 40_000
THREADS_A_WORKER = 8
LATE = "kind = 'incoming' AND laststartedon < now() - make_interval(secs => %s)"


@dataclass(slots=True)
class TlsFigure:
    """What was measured. Times in seconds, memory in bytes."""

    mailboxes: int
    poll: int
    seconds: float = 0.0
    ours: float = 0.0  # CPU of `passerelle run`, the web server included
    imap: float = 0.0
    database: float = 0.0
    sign_ins: int = 0
    cycle: float = 0.0  # from the start to the end of a look, on average
    arrivals: list[float] = field(default_factory=list)
    late: set[str] = field(default_factory=set)  # mailboxes not looked into for two intervals
    peak_pss: int = 0
    processes: int = 0  # workers and web server

    @property
    def cpu_a_look(self) -> float:
        return self.ours / self.sign_ins if self.sign_ins else 0.0


def run(
    folder: Path,
    *,
    mailboxes: int = MAILBOXES,
    minutes: float = MINUTES,
    poll: int = POLL_SECONDS,
) -> TlsFigure:
    """Make everything, measure, end everything."""
    folder.mkdir(parents=True, exist_ok=True)
    users = {name_of(number): PASSWORD for number in range(mailboxes)}
    with (
        dovecot.laid_out(users) as imap,
        dovecot.serving(imap) as imap_process,
        postgresql() as database,
    ):
        settings = {
            "PASSERELLE_DATABASE_URL": database.url,
            "PASSERELLE_LOG_LEVEL": "warning",
            "PASSERELLE_ALLOW_LOOPBACK_SERVERS": "true",
        }
        arguments = (mailboxes, imap.ports["imaps"], imap.certificates.authority, poll)
        _prepare(folder, settings, *map(str, arguments))
        product = Run(folder, log=folder / "log", **settings)
        pids = (product.process.pid, imap_process.pid, postmaster(database.folder / "data"))
        measuring = _Measuring(imap, database, pids, TlsFigure(mailboxes, poll))
        try:
            measuring.wait_for_first_looks()
            return measuring.measure(60 * minutes)
        finally:
            product.process.terminate()
            product.process.wait(30)
            product.close()


def _prepare(folder: Path, settings: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "bench.steps.tls", *arguments]
    given = environment(folder, **settings)
    subprocess.run(command, env=given, check=True, stdout=subprocess.DEVNULL)


class _Measuring:
    """One measurement; `pids` are of Passerelle, Dovecot, PostgreSQL."""

    def __init__(
        self,
        imap: dovecot.Dovecot,
        database: Postgresql,
        pids: tuple[int, int, int],
        figure: TlsFigure,
    ) -> None:
        self._imap = imap
        self._url = database.url
        self._pids = pids
        self._figure = figure
        self._chance = random.Random(7)
        self._delivered: dict[str, float] = {}

    def wait_for_first_looks(self) -> None:
        """Each mailbox was read once."""
        unread = (
            "SELECT count(*) FROM enginework WHERE kind = 'incoming' AND lastfinishedon IS NULL"
        )
        self._until(lambda: self._ask(unread)[0][0] == 0, LONGEST_START)

    def measure(self, seconds: float) -> TlsFigure:
        """Deliver at the rate that is meant, and read the counters before and after."""
        figure, memory = self._figure, Figure()
        logins, begun = self._logins(), time.monotonic()
        before = [cpu_seconds(pid) for pid in self._pids]
        with sampled(self._pids[0], memory):
            self._deliver_for(seconds)
        after = [cpu_seconds(pid) for pid in self._pids]
        figure.seconds = time.monotonic() - begun
        figure.ours, figure.imap, figure.database = (
            end - start for start, end in zip(before, after, strict=True)
        )
        figure.sign_ins = self._logins() - logins
        figure.peak_pss = memory.peak_pss
        duration = "avg(extract(epoch FROM lastfinishedon - laststartedon))"
        idle = "kind = 'incoming' AND workerid IS NULL"
        figure.cycle = float(self._ask(f"SELECT {duration} FROM enginework WHERE {idle}")[0][0])
        figure.processes = self._ask("SELECT count(*) FROM engineworker")[0][0] + 1
        self._until(lambda: len(self._recorded()) == len(self._delivered), 3.0 * figure.poll)
        figure.arrivals = [
            decided.timestamp() - self._delivered[message_id]
            for message_id, decided in self._recorded()
        ]
        return figure

    def _deliver_for(self, seconds: float) -> None:
        figure = self._figure
        rate = figure.mailboxes * NEW_SHARE / figure.poll
        ends = time.monotonic() + seconds
        looks_every = min(figure.poll / 5, 10.0)
        next_look, next_mail = time.monotonic(), time.monotonic()
        while (now := time.monotonic()) < ends:
            if now >= next_mail:
                self._deliver()
                next_mail = now + self._chance.expovariate(rate)
            if now >= next_look:
                late = self._ask(f"SELECT key FROM enginework WHERE {LATE}", 2 * figure.poll)
                figure.late.update(str(key) for (key,) in late)
                next_look = now + looks_every
            time.sleep(max(0.0, min(next_mail, next_look, ends) - time.monotonic()))

    def _deliver(self) -> None:
        name = name_of(self._chance.randrange(self._figure.mailboxes))
        message_id = f"<tls-{len(self._delivered)}@customers.example>"
        head = (
            "From: Customer <customer@customers.example>",
            f"To: {name}@bench.example",
            f"Date: {format_datetime(datetime.now(UTC))}",
            f"Message-ID: {message_id}",
            f"Subject: Order {len(self._delivered)}",
        )
        self._imap.deliver(name, "\r\n".join([*head, "", WORDS, ""]).encode())
        self._delivered[message_id] = time.time()

    def _recorded(self) -> list[tuple[str, datetime]]:
        return [(row[0], row[1]) for row in self._ask("SELECT messageid, decidedon FROM mailplace")]

    def _logins(self) -> int:
        with (self._imap.home / "log").open(errors="replace") as log:
            return sum("Login: user=" in line for line in log)

    def _ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._url) as connection:
            return connection.execute(question.encode(), values or None).fetchall()

    def _until(self, condition: Callable[[], bool], seconds: float) -> None:
        ends = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > ends:
                raise RuntimeError("the mailboxes are not read in time")
            time.sleep(1.0)


def report(one: TlsFigure) -> None:
    """Print what was measured, and what is computed of it."""
    arrivals = sorted(one.arrivals)
    median = statistics.median(arrivals) if arrivals else math.nan
    p95 = arrivals[math.ceil(len(arrivals) * 0.95) - 1] if arrivals else math.nan
    late = str(len(one.late)) if one.seconds > 2 * one.poll else "– (measured too short)"
    print(f"| {one.mailboxes} mailboxes over TLS, every {one.poll} s, {one.seconds:.0f} s | |")
    print("|---|---|")
    for name, value in (
        ("sign-ins a second", f"{one.sign_ins / one.seconds:.1f}"),
        ("CPU of Passerelle", _share(one.ours, one.seconds)),
        ("CPU of Dovecot", _share(one.imap, one.seconds)),
        ("CPU of PostgreSQL", _share(one.database, one.seconds)),
        ("CPU of Passerelle a look", f"{one.cpu_a_look * 1000:.1f} ms"),
        ("a look, on average", f"{one.cycle * 1000:.0f} ms"),
        (f"arrival to record, {len(arrivals)} messages: median", f"{median:.0f} s"),
        ("p95", f"{p95:.0f} s"),
        ("mailboxes not looked into for two intervals", late),
        ("peak memory of all processes (PSS)", f"{one.peak_pss / 1e6:.0f} MB"),
    ):
        print(f"| {name} | {value} |")
    for line in need(one, WANTED):
        print(line, flush=True)


def need(one: TlsFigure, mailboxes: int) -> list[str]:
    """What so many mailboxes would need at the same interval, computed from what was measured.

    An upper bound: what Passerelle takes at rest is counted as if it grew with the looks.
    """
    looks = mailboxes / one.poll
    cores, threads = one.cpu_a_look * looks, one.cycle * looks
    workers = max(math.ceil(cores), math.ceil(threads / THREADS_A_WORKER), 1)
    memory = one.peak_pss / max(one.processes, 1) * (workers + 1)
    scale = looks * one.seconds / one.sign_ins if one.sign_ins else math.nan
    return [
        f"computed for {mailboxes} mailboxes every {one.poll} s: {looks:.0f} sign-ins a second,",
        f"  at most {cores:.1f} cores of ours, {threads:.0f} looks at the same time,",
        f"  which are {workers} workers with about {memory / 1e6:.0f} MB;",
        f"  {one.imap / one.seconds * scale:.1f} cores of Dovecot,",
        f"  {one.database / one.seconds * scale:.1f} cores of PostgreSQL",
    ]


def _share(cpu: float, seconds: float) -> str:
    return f"{cpu:.0f} s, {cpu / seconds * 100:.0f} % of a core"


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(prog="bench.tls")
    parser.add_argument("--mailboxes", type=int, default=MAILBOXES)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--poll", type=int, default=POLL_SECONDS, help="seconds, at least 5")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as folder:
        home = Path(folder)
        figure = run(home, mailboxes=given.mailboxes, minutes=given.minutes, poll=given.poll)
        report(figure)


if __name__ == "__main__":
    main()
