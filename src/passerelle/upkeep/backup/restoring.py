"""`restore`: a backup becomes the database of this home, whole or not at all, and as a copy.

A restored installation neither reads nor sends until a person has said that it is the real one:
the original may run on, and what the backup holds as waiting may have been sent since.
"""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import structlog
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from passerelle import __version__
from passerelle.configuration import Config, merge_keys, read_keys
from passerelle.faults import Secret
from passerelle.faults.upkeep import (
    BackupOfNewerVersion,
    BackupOfOtherDatabase,
    NotEmpty,
    ThingsOfOthers,
)
from passerelle.upkeep.backup.archive import DATABASE, KEYS, Reader, reading
from passerelle.upkeep.backup.contents import Contents
from passerelle.upkeep.backup.folder import work_folder
from passerelle.upkeep.backup.making import Told
from passerelle.upkeep.backup.manifest import Manifest
from passerelle.upkeep.backup.sealing import unseal
from passerelle.upkeep.backup.snapshots import Snapshots, snapshots

log = structlog.get_logger(__name__)
TOLD = 10  # things of others, by name


class Replacing(Enum):
    """What may be where the backup is put, and goes."""

    NOTHING = "nothing"
    OURS = "ours"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put where, and what is still missing."""

    manifest: Manifest
    keys_missing: tuple[str, ...]  # passwords of these keys do not open
    removed: Contents


def check_backup(file: Path, *, passphrase: Secret | None = None, told: Told) -> Manifest:
    """Read a backup whole and change nothing. Raises `UpkeepFault`."""
    with reading(file) as archive:
        archive.check(DATABASE, lambda done: told("check", done, 0))
        if passphrase is not None and KEYS in archive.manifest.parts:
            unseal(archive.octets(KEYS), passphrase, str(file))
        return archive.manifest


def restore(
    file: Path,
    config: Config,
    replacing: Replacing,
    *,
    passphrase: Secret | None = None,
    told: Told,
) -> Restored:
    """Put the backup in place. The caller holds the home's lock, and no worker runs.

    Raises `UpkeepFault` or `StoreFault`, and then nothing was changed.
    """
    target = snapshots()
    with reading(file) as archive:
        manifest = archive.manifest
        _require_fitting(manifest, target.make)
        removed = _removed(target, replacing)
        keys = _keys(archive, passphrase, file)
        with work_folder(config.home) as folder:
            source = folder / "database"
            archive.extract(DATABASE, source, lambda done: told("unpack", done, 0))
            connection.close()
            if keys is not None:
                merge_keys(config.key_file, keys)  # before the rows that need them
            told("restore", 0, 0)
            target.put(source, counts=manifest.counts, removed=removed)
    connection.close()
    log.info("backup.restored", made_on=manifest.made_on, version=manifest.version)
    return Restored(manifest, _missing(manifest, config), removed)


def _removed(target: Snapshots, replacing: Replacing) -> Contents:
    """What has to go. Raises `NotEmpty` or `ThingsOfOthers` where it may not."""
    found = target.contents()
    place = str(connection.settings_dict["NAME"])
    if found and replacing is Replacing.NOTHING:
        raise NotEmpty(place=place)
    if found.foreign and replacing is Replacing.OURS:
        named = ", ".join(str(one) for one in found.foreign[:TOLD])
        raise ThingsOfOthers(place=place, count=len(found.foreign), things=named)
    return found


def _require_fitting(manifest: Manifest, make: str) -> None:
    if manifest.database != make:
        raise BackupOfOtherDatabase(made_of=manifest.database, ours=make)
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    ours = {app for app, _ in known or {}}
    for app, names in manifest.migrations.items():
        if app in ours and any((app, name) not in (known or {}) for name in names):
            raise BackupOfNewerVersion(made_by=manifest.version, ours=__version__)


def _keys(archive: Reader, passphrase: Secret | None, file: Path) -> bytes | None:
    if passphrase is None or KEYS not in archive.manifest.parts:
        return None
    return unseal(archive.octets(KEYS), passphrase, str(file))


def _missing(manifest: Manifest, config: Config) -> tuple[str, ...]:
    known = read_keys(config.key_file).by_id if config.key_file.exists() else {}
    return tuple(key for key in manifest.key_ids if key not in known)
