"""Upkeep as work of the engine: regular backups and retention. A copy rests."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from django.conf import settings as django_settings
from django.utils import timezone

from passerelle.alerts.services import SYSTEM, SubjectKind, heal, record
from passerelle.configuration import Config
from passerelle.engine.services import Again, Lease, register
from passerelle.faults import Fault
from passerelle.faults.upkeep import BackupsOff
from passerelle.upkeep.asking import BACKUP, RETENTION
from passerelle.upkeep.backup.folder import prune
from passerelle.upkeep.backup.making import make_backup
from passerelle.upkeep.installation import standing
from passerelle.upkeep.retention.work import run_retention
from passerelle.upkeep.settings import upkeep_settings

log = structlog.get_logger(__name__)

BACKUP_DEADLINE_SECONDS = 6 * 3600.0
RETENTION_DEADLINE_SECONDS = 900.0


def register_upkeep() -> None:
    """Tell the engine what the two kinds of work do."""
    register(
        BACKUP,
        run_backup,
        deadline_seconds=BACKUP_DEADLINE_SECONDS,
        failed=partial(_failed, BACKUP),
    )
    register(
        RETENTION,
        run_retention,
        deadline_seconds=RETENTION_DEADLINE_SECONDS,
        failed=partial(_failed, RETENTION),
    )


def run_backup(_lease: Lease, config: Config | None = None) -> Again:
    """Make the backup when it is due, and remove the oldest. Raises `UpkeepFault`."""
    config = config or django_settings.PASSERELLE
    settings = upkeep_settings()
    if not settings.backup_hours or standing().is_copy:
        return Again(None)
    if not config.backup_folder:
        raise BackupsOff
    gap = timedelta(hours=settings.backup_hours)
    if settings.last_backup_on is not None:
        left = (settings.last_backup_on + gap - timezone.now()).total_seconds()
        if left > 0:
            return Again(left)
    folder = Path(config.backup_folder)
    make_backup(folder, config)
    prune(folder, settings.backups_kept)
    heal(SubjectKind.SYSTEM, SYSTEM, BACKUP)
    return Again(gap.total_seconds())


def _failed(activity: str, _lease: Lease, fault: Fault) -> None:
    record(SubjectKind.SYSTEM, SYSTEM, activity, fault)
