"""`make_backup`: one moment of the database, checked, in one file, while everything goes on.

Killed anywhere, it leaves no file under the name of a backup.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from passerelle import __version__
from passerelle.configuration import Config
from passerelle.engine.services import crash_point, steps_behind, store_faults
from passerelle.faults import Secret
from passerelle.mailboxes.services import system_settings
from passerelle.upkeep.backup.archive import DATABASE, KEYS, Writer, writing
from passerelle.upkeep.backup.folder import target_of, work_folder
from passerelle.upkeep.backup.manifest import Manifest
from passerelle.upkeep.backup.sealing import seal
from passerelle.upkeep.backup.snapshots import snapshots
from passerelle.upkeep.models import UpkeepSettings
from passerelle.upkeep.settings import upkeep_settings

log = structlog.get_logger(__name__)

Told = Callable[[str, int, int], None]  # step, done, of all


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that lies on the disk."""

    file: Path
    size: int
    manifest: Manifest
    with_keys: bool


def make_backup(
    given: Path, config: Config, *, passphrase: Secret | None = None, told: Told | None = None
) -> Made:
    """Back up into a file, or into a folder under a name with the date.

    With a passphrase the key file is sealed into it. The database may be of an older shape.
    Raises `UpkeepFault` or `StoreFault`.
    """
    told = told or _silence
    now = datetime.now(UTC)
    file = target_of(given, now)
    if not steps_behind():
        system_settings()  # the row that says of a restored database that it is a copy
    sealed = seal(config.key_file.read_bytes(), passphrase) if passphrase else None
    with work_folder(file.parent) as folder:
        source = folder / "database"
        made = snapshots()
        counts = made.take(source, lambda done, of: told("snapshot", done, of))
        connection.close()  # nothing of ours stays open while files are written
        crash_point("backup.snapshot-taken")
        with writing(file, folder / "draft") as archive:
            _fill(archive, source, sealed, told)
            manifest = _manifest(made.make, dict(counts), now, archive)
            archive.close_with(manifest)
            crash_point("backup.before-name")
    crash_point("backup.named")
    size = file.stat().st_size
    _remember(file, size, now)
    log.info("backup.made", bytes=size, seconds=round((datetime.now(UTC) - now).total_seconds()))
    return Made(file, size, manifest, sealed is not None)


def _fill(archive: Writer, source: Path, sealed: bytes | None, told: Told) -> None:
    of = source.stat().st_size
    archive.add_file(DATABASE, source, lambda done: told("archive", done, of))
    if sealed is not None:
        archive.add_bytes(KEYS, sealed)


def _manifest(make: str, counts: dict[str, int], now: datetime, archive: Writer) -> Manifest:
    applied: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        applied.setdefault(app, []).append(name)
    return Manifest(
        version=__version__,
        made_on=now.isoformat(timespec="seconds"),
        database=make,
        migrations=applied,
        counts=counts,
        key_ids=_key_ids(),
        parts=dict(archive.parts),
    )


def _key_ids() -> list[str]:
    """Of the keys that encrypt its passwords, by columns that every shape has had."""
    with store_faults(), connection.cursor() as cursor:
        if "credential" not in connection.introspection.table_names(cursor):
            return []
        cursor.execute("SELECT DISTINCT keyid FROM credential WHERE ciphertext IS NOT NULL")
        return sorted(key for (key,) in cursor.fetchall())


def _remember(file: Path, size: int, now: datetime) -> None:
    if steps_behind():
        return
    upkeep_settings()
    with transaction.atomic():
        UpkeepSettings.objects.update(
            last_backup_on=now, last_backup_name=file.name[:255], last_backup_bytes=size
        )


def _silence(_step: str, _done: int, _of: int) -> None:
    """Progress that nobody looks at."""
