"""A bulk action as a value: which one, with what, and how that is stored and read again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from passerelle.mailboxes.models.bulk import BulkKind
from passerelle.mailboxes.models.choices import DeliveryMethod


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done. A method that is None stays as it is; a profile may be none at all."""

    kind: BulkKind
    incoming: DeliveryMethod | None = None  # of METHODS and DEFAULTS
    outgoing: DeliveryMethod | None = None
    profile: UUID | None = None  # of PROFILE and DEFAULTS
    start: datetime | None = None  # of START
    test: bool = False  # of DEFAULTS: test and enable afterwards

    def stored(self) -> dict[str, Any]:
        """The parameters as JSON keeps them."""
        return {
            "incoming": None if self.incoming is None else int(self.incoming),
            "outgoing": None if self.outgoing is None else int(self.outgoing),
            "profile": str(self.profile) if self.profile else None,
            "start": self.start.isoformat() if self.start else None,
            "test": self.test,
        }


def change_of(kind: str, stored: Mapping[str, Any]) -> Change:
    """What `stored` kept."""
    return Change(
        BulkKind(kind),
        incoming=_method(stored.get("incoming")),
        outgoing=_method(stored.get("outgoing")),
        profile=UUID(stored["profile"]) if stored.get("profile") else None,
        start=datetime.fromisoformat(stored["start"]) if stored.get("start") else None,
        test=bool(stored.get("test")),
    )


def _method(value: int | None) -> DeliveryMethod | None:
    return None if value is None else DeliveryMethod(value)
