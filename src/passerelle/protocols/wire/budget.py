"""Bounds the bytes of large messages that one process holds at once.

It only counts: it neither allocates nor frees. Whoever is refused takes the message's headers
instead, so a flood of large mail costs bodies for now and never the process.
"""

import threading
import time


class Budget:
    """A number of bytes that threads take and give back."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._free = total
        self._changed = threading.Condition()

    @property
    def free(self) -> int:
        """How many bytes nobody holds now."""
        with self._changed:
            return self._free

    def take(self, amount: int, *, seconds: float) -> bool:
        """Take that many bytes, waiting for others to give back; False when time is up."""
        if amount > self.total:
            return False  # waiting would never help
        ends = time.monotonic() + seconds
        with self._changed:
            while self._free < amount:
                left = ends - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    return False
            self._free -= amount
            return True

    def give_back(self, amount: int) -> None:
        """Return what was taken."""
        with self._changed:
            self._free += amount
            self._changed.notify_all()


IN_FLIGHT = Budget(320_000_000)  # two of the largest messages that are read whole
LARGE_BYTES = 8_000_000  # smaller messages are bounded by their batch and ask nobody
WAIT_SECONDS = 30.0
