"""Which of several words on what others see of a user's or queue's email counts, and whose it is.

Decision 0038: an administrator's for this one stands before the organization's; of a user's own and
that, the stricter.
"""

from dataclasses import dataclass
from enum import Enum

from passerelle.crm.models import Queue, SystemUser
from passerelle.crm.models.people import SharedLevel
from passerelle.crm.services.organization import organization


class Word(Enum):
    """Whose word counts."""

    ORGANIZATION = "organization"
    ADMINISTRATOR = "administrator"  # for this one
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Standing:
    """The words that were said, and what they come to."""

    organization: SharedLevel
    administrator: SharedLevel | None  # for this user or queue
    own: SharedLevel | None = None

    @property
    def allowed(self) -> SharedLevel:
        """What counts before the user's own word."""
        return self.organization if self.administrator is None else self.administrator

    @property
    def level(self) -> SharedLevel:
        """What others see."""
        return self.allowed if self.own is None else min(self.allowed, self.own)

    @property
    def word(self) -> Word:
        """Whose word that is; the own one where it is stricter."""
        if self.level < self.allowed:
            return Word.OWN
        return Word.ORGANIZATION if self.administrator is None else Word.ADMINISTRATOR


def standing_of(record: SystemUser | Queue) -> Standing:
    """How it stands with one user or queue now; one query."""
    own = record.own_shared_level if isinstance(record, SystemUser) else None
    return Standing(
        SharedLevel(organization().shared_level), _level(record.shared_level), _level(own)
    )


def _level(value: int | None) -> SharedLevel | None:
    return None if value is None else SharedLevel(value)
