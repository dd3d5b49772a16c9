"""How long this disk takes to keep what was written, and a disk that takes longer.

mbsync waits for the disk at each message, Passerelle at each batch: their ratio is the disk's.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

TURNS = 200
MESSAGE = b"x" * 25_000  # as large as those that are measured with


def fsync_seconds(folder: Path) -> float:
    """The median of a new file of one message, written and kept."""
    taken = []
    with tempfile.TemporaryDirectory(dir=folder) as where:
        for turn in range(TURNS):
            with (Path(where) / str(turn)).open("wb", buffering=0) as file:
                file.write(MESSAGE)
                begun = time.perf_counter()
                os.fsync(file.fileno())
                taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def slower(milliseconds: float) -> list[str]:
    """What stands before a command to have each of its fsyncs take so much longer; strace does it.

    Nothing else of the command is stopped. What a database server keeps is not slowed.
    """
    if not milliseconds:
        return []
    calls = "fsync,fdatasync"
    delay = f"inject={calls}:delay_exit={round(milliseconds * 1000)}"
    # As a grandchild (-D), so that signals reach the command itself.
    options = ["-D", "-f", "--seccomp-bpf", "-qq", "-o", os.devnull, "-e", f"trace={calls}"]
    return ["strace", *options, "-e", delay]
