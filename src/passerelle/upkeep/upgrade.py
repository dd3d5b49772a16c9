"""An upgrade with a rehearsal: the migrations run on a copy first, and what they do is told.

The rehearsal touches nothing of the installation. The upgrade itself makes a backup, migrates,
and holds the result against what was there before.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import structlog
from django.db import DatabaseError, connection

from passerelle.configuration import Config
from passerelle.engine.services import steps_behind, workers_alive
from passerelle.faults.upkeep import RehearsalFailed, UpgradeFailed, WorkersRun
from passerelle.upkeep.backup.folder import work_folder
from passerelle.upkeep.backup.making import Made, Told, make_backup
from passerelle.upkeep.backup.snapshots import snapshots
from passerelle.upkeep.migrating import Report, migrate_here

log = structlog.get_logger(__name__)

ANSWER_CHARS = 400
BACKUPS = "backups"  # in the home folder, where no other folder is set
FAILURES = (DatabaseError, ValueError, LookupError, TypeError)


def rehearse(config: Config, told: Told) -> Report:
    """Migrate a copy of the database, and tell what it did. Raises `RehearsalFailed`."""
    with work_folder(config.home) as folder:
        source, made = folder / "database", snapshots()
        made.take(source, lambda done, of: told("snapshot", done, of))
        connection.close()
        with made.rehearsal(source, folder) as environment:
            told("migrate", 0, 0)
            done = subprocess.run(
                [sys.executable, "-m", "passerelle.upkeep.migrating"],
                env=os.environ | dict(environment),
                capture_output=True,
                text=True,
                check=False,
            )
    if done.returncode:
        words = " ".join(done.stderr.split())
        raise RehearsalFailed(answer=words[-ANSWER_CHARS:] or str(done.returncode))
    report = Report(**json.loads(done.stdout.splitlines()[-1]))
    log.info("upgrade.rehearsed", steps=len(report.steps), seconds=round(report.seconds, 1))
    return report


def upgrade(
    config: Config, told: Told, backed_up: Callable[[Made], None]
) -> tuple[Report, Made] | None:
    """Back up, migrate, check; None when there is nothing to do. The caller holds the home's lock.

    Raises `WorkersRun` while any works, `UpgradeFailed` when the database could not be migrated.
    """
    if not steps_behind():
        return None
    if alive := workers_alive():
        raise WorkersRun(count=alive)
    made = make_backup(_folder(config), config, told=told)
    backed_up(made)
    told("migrate", 0, 0)
    try:
        report = migrate_here()
    except FAILURES as error:
        answer = " ".join(str(error).split())[:ANSWER_CHARS]
        raise UpgradeFailed(answer=answer, file=str(made.file)) from error
    log.info("upgrade.done", steps=len(report.steps), seconds=round(report.seconds, 1))
    return report, made


def _folder(config: Config) -> Path:
    folder = Path(config.backup_folder) if config.backup_folder else config.home / BACKUPS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
