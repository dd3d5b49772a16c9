"""Alerts in memory while the store is away: counted, bounded, in order. Touches no database."""

import threading
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from passerelle.alerts.models import SubjectKind
from passerelle.faults import Facts, Fault

MOST_HELD = 1000  # different alerts; further ones are only printed


@dataclass(frozen=True, slots=True)
class Held:
    """One alert as it will be stored."""

    kind: SubjectKind
    subject_id: UUID
    activity: str
    fault: type[Fault]
    facts: Facts
    opened_on: datetime
    last_seen_on: datetime
    count: int = 1

    @property
    def identity(self) -> tuple[str, UUID, str, str]:
        return self.kind.value, self.subject_id, self.activity, self.fault.code


class Holding:
    """The alerts of this process that wait for the store; used by all its threads."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most = most
        self._held: dict[tuple[str, UUID, str, str], Held] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, new: Held) -> None:
        """Keep it, or count it with the one that is kept already."""
        with self._lock:
            known = self._held.get(new.identity)
            if known is not None:
                new = replace(new, opened_on=known.opened_on, count=known.count + new.count)
            elif len(self._held) >= self._most:
                return
            self._held[new.identity] = new

    def first(self) -> Held | None:
        """The one held longest."""
        with self._lock:
            return next(iter(self._held.values()), None)

    def drop(self, stored: Held) -> None:
        """Forget it, unless it was counted further while it was being stored."""
        with self._lock:
            known = self._held.get(stored.identity)
            if known is None:
                return
            del self._held[stored.identity]
            if known.count > stored.count:
                self._held[stored.identity] = replace(known, count=known.count - stored.count)
