"""What a run tells of itself while it goes: how long each step took, and how much was done.

In memory alone: the engine keeps nothing of it. Whoever does the work writes it down, or does not.
"""

import time
from collections import Counter, defaultdict
from datetime import UTC, datetime


class Tally:
    """The steps of one run in milliseconds, and its counts."""

    def __init__(self) -> None:
        self.began_on = datetime.now(UTC)
        self._began = self._lapped = time.monotonic()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._counts: Counter[str] = Counter()

    def lap(self, step: str) -> None:
        """What went by since the last lap was spent on this step."""
        now = time.monotonic()
        self._seconds[step] += now - self._lapped
        self._lapped = now

    def add(self, **counts: int) -> None:
        """So many more of each."""
        self._counts.update(counts)

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    @property
    def milliseconds(self) -> int:
        """From the lease until now."""
        return round((time.monotonic() - self._began) * 1000)

    def steps(self) -> dict[str, int]:
        """Milliseconds of each step that took one at least, in their order."""
        rounded = {step: round(seconds * 1000) for step, seconds in self._seconds.items()}
        return {step: took for step, took in rounded.items() if took}
