"""What a backup says of itself: the version, the database, counts, and a digest of each part."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from passerelle.faults import noop
from passerelle.faults.upkeep import BackupUnreadable

FORMAT = 1
NAME = "manifest.json"
LARGEST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """One member of the archive: bytes as they lie in it, and their SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Of one backup. `migrations` are the last applied one of each app; `counts` rows a table."""

    version: str
    made_on: str  # ISO 8601, UTC
    database: str  # sqlite or postgresql
    migrations: dict[str, list[str]]
    counts: dict[str, int]
    key_ids: list[str]  # of the passwords in it, not of keys in it
    parts: dict[str, Part]
    format: int = FORMAT
    product: str = field(default="passerelle")

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()


def manifest_of(text: bytes, file: str) -> Manifest:
    """Read one. Raises `BackupUnreadable`."""
    try:
        told: dict[str, Any] = json.loads(text)
        if told["product"] != "passerelle" or told["format"] != FORMAT:
            raise BackupUnreadable(file=file, reason=noop("it has another format"))
        told["parts"] = {name: Part(**part) for name, part in told["parts"].items()}
        found = Manifest(**told)
        dict(found.counts), dict(found.migrations), list(found.key_ids)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupUnreadable(file=file, reason=noop("its manifest is damaged")) from error
    return found
