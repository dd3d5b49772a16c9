"""What is made for unknown senders, who wishes it, and why none is made. Values only."""

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from uuid import UUID

from passerelle.tracking.creating.names import PersonName


class Creates(IntEnum):
    """What a user or a queue has made (`autocreatecontactonpromote`); the values are stored."""

    AS_ORGANIZATION = -1
    NOTHING = 0
    CONTACT = 1
    LEAD = 2


class NotMade(Enum):
    """Why no record is made for the sender of a tracked message."""

    NOT_WISHED = "not-wished"
    KNOWN = "known"  # it means a record, several, or one that waits for its approval
    AUTOMATIC = "automatic"  # a machine, a list or a delivery report wrote it
    NEVER_TRACKED = "never-tracked"  # it was taken in spite of a list
    NO_REPLY = "no-reply"  # nobody reads that address
    TOO_LONG = "too-long"  # no record has room for it


@dataclass(frozen=True, slots=True)
class Wish:
    """What the organization lets be made: by itself, and whether each may say otherwise."""

    organization: Creates = Creates.NOTHING
    by_choice: bool = False

    @property
    def is_possible(self) -> bool:
        """Whether anything can be made for anybody."""
        return self.by_choice or self.organization > Creates.NOTHING


NOTHING_WISHED = Wish()


@dataclass(frozen=True, slots=True)
class Creation:
    """A record to be made for one address."""

    creates: Creates
    address: str = field(repr=False)
    name: PersonName = field(repr=False)
    owner: UUID | None  # the systemuser that owns it
    by_user: UUID | None = None  # whose option it is; one of both
    by_queue: UUID | None = None


def wished(own: Creates, wish: Wish) -> Creates:
    """What one option comes to under what the organization lets be made."""
    if wish.by_choice and own is not Creates.AS_ORGANIZATION:
        return own
    return wish.organization
