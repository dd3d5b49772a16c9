"""Wall time, CPU and proportional memory of a process and all its children."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SAMPLE_SECONDS = 0.25


@dataclass(slots=True)
class Figure:
    """What one run took."""

    wall: float = 0.0  # seconds
    cpu: float = 0.0  # seconds, user and system, of all processes
    pss: list[int] = field(default_factory=list)  # bytes, one sample after the other

    @property
    def peak_pss(self) -> int:
        return max(self.pss, default=0)


def watch(command: Sequence[str]) -> Figure:
    """Run a command to its end. Raises when it fails."""
    figure = Figure()
    before = os.times()
    started = time.perf_counter()
    with (
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process,
        sampled(process.pid, figure),
    ):
        _, errors = process.communicate()
    figure.wall = time.perf_counter() - started
    after = os.times()
    figure.cpu = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    if process.returncode:
        raise RuntimeError(f"{command[0]}: {errors.decode(errors='replace')[-500:]}")
    return figure


@contextmanager
def sampled(pid: int, figure: Figure) -> Iterator[None]:
    """Sample the memory of a process tree while the block runs."""
    stop = threading.Event()

    def sample() -> None:
        while not stop.wait(SAMPLE_SECONDS):
            figure.pss.append(sum(_pss(one) for one in tree(pid)))

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for one in found:
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            for task in tasks:
                found.extend(int(child) for child in (task / "children").read_text().split())
        except OSError:
            continue
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of a process tree so far."""
    ticks = 0
    for one in tree(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def postmaster(cluster: Path) -> int:
    """The process of the PostgreSQL that runs on this cluster; all its others are children."""
    return int((cluster / "postmaster.pid").read_text().split()[0])


def scheduled_seconds(pid: int) -> float:
    """CPU of one process so far, to the microsecond; none where the kernel does not tell."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


def _pss(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    for line in text.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
