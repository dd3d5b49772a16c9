"""The keys that encrypt stored passwords: listed, rotated, retired.

Rotation puts a new key on top of the file, then encrypts every password anew in small steps; it is
done again after a kill and goes on where it was. A key is retired when nothing uses it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import transaction

from passerelle.configuration import Config, add_key, locked_keys, read_keys, remove_key
from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.engine.services import crash_point
from passerelle.faults.upkeep import KeyInUse, KeyIsCurrent, KeyUnknown
from passerelle.mailboxes.services import password_counts, reencrypt_all

log = structlog.get_logger(__name__)

SUBJECT = Subject("keys")


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One key of the file, or one that only passwords name."""

    id: str
    current: bool
    in_file: bool
    passwords: int


def list_keys(config: Config) -> list[KeyUse]:
    """The current one first; ids that only passwords name, whose key is lost, last."""
    keys = read_keys(config.key_file)
    counts = password_counts()
    current, _ = keys.current
    return [
        KeyUse(key, current=key == current, in_file=key in keys.by_id, passwords=counts.get(key, 0))
        for key in [*keys.by_id, *(key for key in counts if key not in keys.by_id)]
    ]


def rotate_keys(config: Config, by: str, told: Callable[[int], None] | None = None) -> int:
    """Encrypt every password by a new key; how many were. Raises `CredentialsUnreadable`.

    A rotation that was broken off is finished, and no further key is made.
    """
    with locked_keys(config.key_file):
        current, _ = read_keys(config.key_file).current
        unfinished = any(key != current for key in password_counts())
        if not unfinished:
            current = add_key(config.key_file)
            crash_point("keys.added")
            with transaction.atomic():
                crm.note(AuditAction.KEYS_ROTATED, SUBJECT, by, {"key": current})
        done = reencrypt_all(told)
    log.info("keys.rotated", by=by, key=current, passwords=done)
    return done


def retire_key(config: Config, key: str, by: str) -> None:
    """Take a key out of the file. Raises `KeyUnknown`, `KeyIsCurrent` or `KeyInUse`."""
    with locked_keys(config.key_file):
        keys = read_keys(config.key_file)
        if key not in keys.by_id:
            raise KeyUnknown(key=key)
        if key == keys.current[0]:
            raise KeyIsCurrent(key=key)
        if count := password_counts().get(key, 0):
            raise KeyInUse(key=key, count=count)
        with transaction.atomic():
            crm.note(AuditAction.KEY_RETIRED, SUBJECT, by, {"key": key})
            remove_key(config.key_file, key)
    log.info("keys.retired", by=by, key=key)
