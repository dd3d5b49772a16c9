"""An import as work of the engine: dry run or import; killed anywhere, it goes on.

A pass that is long gives its thread back after some minutes and goes on at once, so that no
deadline cuts it.
"""

import time

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.engine.services import Again, Lease, crash_point, fence, register
from passerelle.faults import Fault
from passerelle.importing.crash_points import AFTER_END, BEFORE_END
from passerelle.importing.models import AT_WORK, Import, ImportPiece, ImportState
from passerelle.importing.passing import NoLongerRunning, go_through

log = structlog.get_logger(__name__)

KIND = "import"
DEADLINE_SECONDS = 900.0
TURN_SECONDS = 300.0  # of one turn; far below the deadline, as a batch may be slow


def register_imports() -> None:
    """Have the engine run imports."""
    register(KIND, run, deadline_seconds=DEADLINE_SECONDS, failed=failed)


def run(lease: Lease) -> Again:
    """Whatever is left to do of one import."""
    found = Import.objects.filter(pk=lease.key).first()
    if found is None:
        return Again(None)
    if found.state in AT_WORK:
        ends = time.monotonic() + TURN_SECONDS
        try:
            if not go_through(found, lease, enough=lambda: time.monotonic() > ends):
                return Again(0)
            _end(found, lease)
        except NoLongerRunning:
            log.info("import.stopped", import_id=str(found.pk))
    found.refresh_from_db()
    if found.state in {ImportState.DONE, ImportState.STOPPED}:
        _clean(found, lease)
    return Again(None)


def failed(lease: Lease, fault: Fault) -> None:
    """Tell the pages and open an alert; the work is tried again as the fault allows."""
    Import.objects.filter(pk=lease.key).update(last_code=fault.code, last_facts=fault.facts)
    alerts.record(alerts.SubjectKind.SYSTEM, lease.key, KIND, fault)


def _end(found: Import, lease: Lease) -> None:
    crash_point(BEFORE_END)
    to = {
        ImportState.CHECKING: ImportState.CHECKED,
        ImportState.RUNNING: ImportState.DONE,
    }[ImportState(found.state)]
    ended = timezone.now() if to == ImportState.DONE else None
    with transaction.atomic():
        fence(lease)
        Import.objects.filter(pk=found.pk, state=found.state).update(
            state=to, total=F("position"), finished_on=ended, last_code="", last_facts={}
        )
    alerts.heal(alerts.SubjectKind.SYSTEM, found.pk, KIND)
    log.info("import.ended", import_id=str(found.pk), state=to.value)
    crash_point(AFTER_END)


def _clean(found: Import, lease: Lease) -> None:
    """The file is needed no more; counts and refused rows stay."""
    with transaction.atomic():
        fence(lease)
        ImportPiece.objects.filter(of=found).delete()
