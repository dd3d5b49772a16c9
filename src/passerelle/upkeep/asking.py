"""The two kinds of upkeep's work, and how they are asked for."""

from uuid import UUID

from passerelle.engine.services import ask

BACKUP = "backup"
RETENTION = "retention"
THE_ONE = UUID("5e1f0000-0000-4000-8000-000000000002")  # each kind has one piece of work


def ask_for_upkeep() -> None:
    """Have both looked at now; each says itself when it is due next."""
    ask(BACKUP, THE_ONE)
    ask(RETENTION, THE_ONE)
