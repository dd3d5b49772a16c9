"""Many mailboxes read for the first time by one worker process, then by two: CPU a message.

`python -m bench.workers [--mailboxes N] [--messages M] [--database sqlite|postgresql]`. Dovecot on
the same cores. Everything runs and is at rest before the mailboxes are asked for, so that starting
up is in no figure; the CPU is that until all words are in the index, which goes on behind. To
reach: two workers record as many messages a second of their CPU as one does, to nine tenths. Two
processes that work at once share the machine's caches, and where its cores are threads of one, its
units, too; so the same is measured for a piece of Python that shares nothing but the machine: no
program can do better than that, on a machine that does nothing else.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.system.servers import dovecot
from tests.system.servers.postgresql import Postgresql, postgresql
from tests.system.servers.product import Run

from bench.cycle import RECORDED, ask
from bench.installation import environment
from bench.mail import fill_mailbox
from bench.measure import Figure, cpu_seconds, postmaster, sampled
from bench.steps.tls import PASSWORD, name_of

MAILBOXES, MESSAGES = 40, 100
LONGEST = 1_200.0  # seconds until a run counts as failed
QUIET = 5.0  # seconds that a started product is left alone
UNREAD = "SELECT count(*) FROM enginework WHERE kind = 'incoming' AND lastfinishedon IS NULL"
ENLISTED = "SELECT count(*) FROM engineworker"
TO_INDEX = "SELECT count(*) FROM emailtoindex"
# As much of what Passerelle does as shares nothing: some objects, some text, some dictionaries.
ALONE = (
    "import time\n"
    "for turn in range({turns}):\n"
    "    words = [str(number) for number in range(20_000)]\n"
    "    found = {{word: word.encode() for word in words}}\n"
    "print(time.process_time())"
)
TURNS = 400


@dataclass(slots=True)
class WorkersFigure:
    """What one run took. Times in seconds, memory in bytes."""

    messages: int
    workers: int
    wall: float = 0.0  # until all is recorded
    ours: float = 0.0  # CPU of `passerelle run`, the web server included, until all is indexed
    rest: float = 0.0  # CPU a second before, when nothing is due
    imap: float = 0.0
    database: float = 0.0
    peak_pss: int = 0

    @property
    def messages_a_cpu(self) -> float:
        """Messages a second of our CPU."""
        return self.messages / self.ours


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(prog="bench.workers")
    parser.add_argument("--mailboxes", type=int, default=MAILBOXES)
    parser.add_argument("--messages", type=int, default=MESSAGES, help="of each mailbox")
    parser.add_argument("--database", default="", choices=["", "sqlite", "postgresql"])
    given = parser.parse_args()
    report_alone()
    for name in (given.database,) if given.database else ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as folder:
            figures = run(
                Path(folder),
                mailboxes=given.mailboxes,
                messages=given.messages,
                on_postgresql=name == "postgresql",
            )
            report(name, figures)


def run(
    folder: Path,
    *,
    mailboxes: int = MAILBOXES,
    messages: int = MESSAGES,
    on_postgresql: bool = False,
) -> list[WorkersFigure]:
    """The same mail by one worker, then by two, each into a store of its own."""
    users = {name_of(number): PASSWORD for number in range(mailboxes)}
    with dovecot.laid_out(users) as imap:
        for number in range(mailboxes):
            fill_mailbox(imap, name_of(number), messages, seed=number)
        with dovecot.serving(imap) as process:
            figures = []
            for workers in (1, 2):
                with _database(wanted=on_postgresql) as database:
                    figure = WorkersFigure(mailboxes * messages, workers)
                    one = _One(folder / str(workers), imap, process.pid, database)
                    one.measure(figure, mailboxes)
                figures.append(figure)
            return figures


@contextmanager
def _database(*, wanted: bool) -> Iterator[Postgresql | None]:
    if not wanted:
        yield None
        return
    with postgresql() as server:
        yield server


class _One:
    """One run of the product, into an empty store."""

    def __init__(
        self, home: Path, imap: dovecot.Dovecot, imap_pid: int, database: Postgresql | None
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._home, self._imap, self._imap_pid = home, imap, imap_pid
        self._database = database
        self._url = database.url if database else ""

    def measure(self, figure: WorkersFigure, mailboxes: int) -> None:
        """Start, ask for all mailboxes, wait until each was read."""
        self._step("prepare", str(mailboxes), str(self._imap.ports["imap"]))
        settings = {"PASSERELLE_WORKERS": str(figure.workers), **self._settings()}
        product = Run(self._home, log=self._home / "log", **settings)
        try:
            _until(lambda: self._ask(ENLISTED) == figure.workers)
            pids = self._pids(product)
            figure.rest = _cpu_at_rest(pids[0])
            memory = Figure()
            with sampled(product.process.pid, memory):
                before, begun = [cpu_seconds(pid) for pid in pids], time.monotonic()
                self._step("begin")
                _until(lambda: self._ask(UNREAD) == 0 and self._ask(RECORDED) == figure.messages)
                figure.wall = time.monotonic() - begun
                _until(lambda: self._ask(TO_INDEX) == 0)
                after = [cpu_seconds(pid) for pid in pids]
            figure.peak_pss = memory.peak_pss
            took = [end - start for start, end in zip(before, after, strict=True)]
            figure.ours, figure.imap, figure.database = (*took, 0.0)[:3]
        finally:
            product.process.terminate()
            product.process.wait(30)
            product.close()

    def _pids(self, product: Run) -> list[int]:
        pids = [product.process.pid, self._imap_pid]
        if self._database is not None:
            pids.append(postmaster(self._database.folder / "data"))
        return pids

    def _settings(self) -> dict[str, str]:
        return {
            "PASSERELLE_DATABASE_URL": self._url,
            "PASSERELLE_LOG_LEVEL": "warning",
            "PASSERELLE_ALLOW_LOOPBACK_SERVERS": "true",
        }

    def _step(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "bench.steps.workers", *arguments]
        settings = environment(self._home, **self._settings())
        subprocess.run(command, env=settings, check=True, stdout=subprocess.DEVNULL)

    def _ask(self, question: str) -> int:
        count: int = ask(self._home, self._url, question)[0]
        return count


def _cpu_at_rest(pid: int) -> float:
    """Seconds a second."""
    before = cpu_seconds(pid)
    time.sleep(QUIET)
    return (cpu_seconds(pid) - before) / QUIET


def _until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + LONGEST
    while not condition():
        if time.monotonic() > ends:
            raise RuntimeError("the mailboxes are not read in time")
        time.sleep(0.1)


def beside_itself(turns: int = TURNS) -> float:
    """How much of its work a second of CPU a process does while another one does the same."""
    command = [sys.executable, "-c", ALONE.format(turns=turns)]
    alone = float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    pair = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    together = [float(one.communicate()[0]) for one in pair]
    return 2 * alone / sum(together)


def report_alone() -> None:
    """Print what the machine itself takes from two at once."""
    share = beside_itself()
    print(f"two pieces of Python at once: {share:.2f} of the work in a second of CPU", flush=True)


def report(name: str, figures: list[WorkersFigure]) -> None:
    """Print a row a run, and what two do of what one does."""
    print(f"| {name} | wall | messages/s | CPU | … of CPU | Dovecot | database | PSS | at rest |")
    print("|---|---|---|---|---|---|---|---|---|")
    for one in figures:
        print(
            f"| {one.workers} | {one.wall:.1f} s | {one.messages / one.wall:.0f} "
            f"| {one.ours:.1f} s | {one.messages_a_cpu:.0f} "
            f"| {one.imap:.1f} s | {one.database:.1f} s | {one.peak_pss / 1e6:.0f} MB "
            f"| {one.rest * 1000:.0f} ms a second |"
        )
    one, two = figures
    print(f"two to one: {two.messages_a_cpu / one.messages_a_cpu:.2f}", flush=True)


if __name__ == "__main__":
    main()
