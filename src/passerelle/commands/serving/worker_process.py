"""A worker process of `passerelle run`: due work on threads, and what each heartbeat tells of."""

import ctypes
import gc
import signal
from contextlib import suppress

from passerelle.alerts.services import store_answered, store_failed
from passerelle.configuration import Config
from passerelle.engine.services import Executor
from passerelle.mailboxes.services import host_limits

# A batch of messages is some hundred thousand objects without a cycle: at Python's own threshold
# of 700 the collector would look through them again and again, and find nothing.
COLLECT_AFTER = 50_000

# glibc's malloc.h. Its own thresholds grow with the first large buffer that is given back; from
# then on the next ones lie among small objects and keep the process as large as it ever was.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
LARGE_BYTES = 256 * 1024
ARENAS = 2


def work(config: Config) -> int:
    """Run due work until SIGTERM. One that had to leave a thread behind says so by its status."""
    gc.set_threshold(COLLECT_AFTER)
    _give_memory_back()
    executor = Executor(
        config.threads, limits=host_limits, on_beat=store_answered, on_missed=store_failed
    )
    signal.signal(signal.SIGTERM, lambda *_: executor.stop())
    return 0 if executor.run() else 1


def _give_memory_back() -> None:
    """Have what batches of mail took go back to the system; other C libraries do as they like."""
    with suppress(AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_TRIM_THRESHOLD, LARGE_BYTES)
        mallopt(M_ARENA_MAX, ARENAS)
