"""Pauses Python's search for cycles while a router's tens of thousands of values are made.

The values hold no cycles and all stay until the end; searching them again and again takes a third
of the whole time. What other threads drop meanwhile is freed as always, except for their cycles,
which wait for the end of the block. Blocks may be nested and may run in several threads.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_blocks = 0
_was_on = False


@contextmanager
def collector_paused() -> Iterator[None]:
    """The last block that ends switches it on again, if it was on."""
    global _blocks, _was_on  # noqa: PLW0603 - the collector is the process's own
    with _lock:
        if not _blocks:
            _was_on = gc.isenabled()
            gc.disable()
        _blocks += 1
    try:
        yield
    finally:
        with _lock:
            _blocks -= 1
            if not _blocks and _was_on:
                gc.enable()
