"""Large batches are read by a second process, while this one records what was read before.

Reading messages is a third of the work of a first reading, and Python gives one core to a process.
A worker has one such process at most; whoever finds it taken reads by itself, as does who lost it.
So does everybody with the first batch: the process starts meanwhile.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from fcntl import F_SETPIPE_SZ, fcntl
from threading import Lock
from typing import IO, Self

import structlog

from passerelle.crm import services as crm
from passerelle.sync.understanding.batches import Batch
from passerelle.sync.understanding.content import Understood

log = structlog.get_logger(__name__)

WORTH_IT = 1_000  # messages: about half a second of reading, against the start of a process
PIPE_BYTES = 1 << 20  # each write waits for its turn with the recorder's thread: few of them
_taken = Lock()


@contextmanager
def reading_beside(count: int) -> Iterator[Callable[[Batch], Batch]]:
    """What fills in the contents of a batch, when so many messages are worth a process."""
    worth_it = count >= WORTH_IT and len(os.sched_getaffinity(0)) > 1
    if not worth_it or not _taken.acquire(blocking=False):
        yield _unread
        return
    try:
        with _Reader() as reader:
            yield reader.fill
    finally:
        _taken.release()


def _unread(batch: Batch) -> Batch:
    return batch


class _Reader:
    """The process. The first batch stays unread, and from the moment it is lost, all others."""

    def __init__(self) -> None:
        # Nothing of our settings: it reads what strangers wrote.
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PASSERELLE_")
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "passerelle.sync.understanding.reader_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the recorder meets what it cannot read, and logs it
            env=environment,
        )
        self._starts = True
        self._lost = False
        with suppress(OSError):  # a user may have too many such pipes
            fcntl(_pipe(self._process.stdin), F_SETPIPE_SZ, PIPE_BYTES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        with suppress(OSError), self._process:  # half a request may wait for whoever is dead
            pass

    def fill(self, batch: Batch) -> Batch:
        """The batch with what its messages say. Never raises for what the process does."""
        if self._starts or self._lost or not batch.messages:
            self._starts = False
            return batch
        messages = [raw.data for raw in batch.messages]
        try:
            self._ask(messages)
            frames = tuple(map(crm.compressor(), messages))  # while the other process reads
            return replace(batch, contents=self._answer(), frames=frames)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self._lost = True
            log.warning("reader.lost", pid=self._process.pid, error=type(error).__name__)
            return batch

    def _ask(self, messages: list[bytes]) -> None:
        requests = _pipe(self._process.stdin)
        pickle.dump(messages, requests, pickle.HIGHEST_PROTOCOL)
        requests.flush()

    def _answer(self) -> tuple[Understood | None, ...]:
        return tuple(pickle.load(_pipe(self._process.stdout)))  # noqa: S301 - our own program wrote it


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
