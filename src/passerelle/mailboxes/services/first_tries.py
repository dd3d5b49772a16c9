"""One try at a time with credentials that this process has not seen accepted yet.

Many mailboxes may share one account. When its password is wrong, each thread that signs in before
the first refusal is kept would be a try of its own, and a few of them lock the account; so the
others wait for the first one, for a moment, and find its refusal. Credentials once accepted are
never waited for. Other processes are not known here: they hold back by the stored refusal.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

# Longer than a sign-in takes, shorter than a dead server: it must not keep threads for the others.
WAIT_SECONDS = 5.0

Try = tuple[str, UUID, int]
"""Host, credential and its version: a new password is another try."""


class FirstTries:
    """Which credentials were accepted, and who tries one of the others now."""

    def __init__(self, wait_seconds: float = WAIT_SECONDS) -> None:
        self._wait_seconds = wait_seconds
        self._guard = threading.Lock()
        self._accepted: set[Try] = set()
        self._trying: dict[Try, threading.Lock] = {}

    @contextmanager
    def alone(self, key: Try) -> Iterator[None]:
        """Run the block alone for this key, unless it was accepted or the wait is over."""
        with self._guard:
            accepted = key in self._accepted
            turn = self._trying.setdefault(key, threading.Lock()) if not accepted else None
        held = turn is not None and turn.acquire(timeout=self._wait_seconds)
        try:
            yield
        finally:
            if turn is not None and held:
                turn.release()

    def accepted(self, key: Try) -> None:
        """The server took these credentials."""
        with self._guard:
            self._accepted.add(key)
            self._trying.pop(key, None)

    def refused(self, key: Try) -> None:
        """The server did not: the next try is alone again."""
        with self._guard:
            self._accepted.discard(key)
