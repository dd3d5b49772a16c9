"""One try at a time with credentials that this process has not seen accepted yet.

Many mailboxes may share one account. When its password is wrong, each thread that signs in before
the first refusal is kept would be a try of its own, and a few of them lock the account; so the
others wait for the first one, for a moment, and find its refusal. The threads of a process wait
on a lock, processes on a row. Credentials once accepted are never waited for.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from passerelle.engine.services import database_now
from passerelle.mailboxes.models import FirstTry

# Longer than a sign-in takes, shorter than a dead server: it must not keep threads for the others.
WAIT_SECONDS = 5.0
LOOK_SECONDS = 0.05
KILLED_SECONDS = 60.0  # after which the row of a process that was killed holds nobody

Try = tuple[str, UUID, int]
"""Host, credential and its version: a new password is another try."""


class Turns(Protocol):
    """How the processes take turns."""

    def take(self, key: Try) -> bool:
        """Whether the turn is ours now."""

    def give_back(self, key: Try) -> None:
        """Let the next one."""


class StoredTurns:
    """By a row in the database, which whoever inserts it holds."""

    def take(self, key: Try) -> bool:
        """Insert the row, or inherit that of a process that was killed."""
        host, credential, version = key
        now = database_now()
        until = now + timedelta(seconds=KILLED_SECONDS)
        held = FirstTry.objects.filter(host=host, credential=credential, version=version)
        if held.filter(until__lte=now).update(until=until):
            return True
        row = FirstTry(host=host, credential_id=credential, version=version, until=until)
        FirstTry.objects.bulk_create([row], ignore_conflicts=True)
        return FirstTry.objects.filter(pk=row.pk).exists()

    def give_back(self, key: Try) -> None:
        """Delete the row."""
        host, credential, version = key
        FirstTry.objects.filter(host=host, credential=credential, version=version).delete()


class FirstTries:
    """Which credentials were accepted, and who tries one of the others now."""

    def __init__(self, wait_seconds: float = WAIT_SECONDS, *, turns: Turns | None = None) -> None:
        self._wait_seconds = wait_seconds
        self._turns = turns or StoredTurns()
        self._guard = threading.Lock()
        self._accepted: set[Try] = set()
        self._trying: dict[Try, threading.Lock] = {}

    @contextmanager
    def alone(self, key: Try) -> Iterator[None]:
        """Run the block alone for this key, unless it was accepted or the wait is over."""
        with self._guard:
            accepted = key in self._accepted
            lock = self._trying.setdefault(key, threading.Lock()) if not accepted else None
        ends = time.monotonic() + self._wait_seconds
        held = lock is not None and lock.acquire(timeout=self._wait_seconds)
        turn = held and self._taken(key, ends)
        try:
            yield
        finally:
            if turn:
                self._turns.give_back(key)
            if lock is not None and held:
                lock.release()

    def accepted(self, key: Try) -> None:
        """The server took these credentials."""
        with self._guard:
            self._accepted.add(key)
            self._trying.pop(key, None)

    def refused(self, key: Try) -> None:
        """The server did not: the next try is alone again."""
        with self._guard:
            self._accepted.discard(key)

    def _taken(self, key: Try, ends: float) -> bool:
        while not self._turns.take(key):
            if time.monotonic() >= ends:
                return False
            time.sleep(LOOK_SECONDS)
        return True
