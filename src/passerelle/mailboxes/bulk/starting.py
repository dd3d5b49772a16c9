"""Starts a bulk action: fixes which mailboxes it is about, and asks the engine to do it.

What was previewed is what is done: when the filter leaves another number by then, nothing starts
and a person looks again.
"""

from dataclasses import replace
from datetime import timedelta

import structlog
from django.db import connection, transaction
from django.db.models import UUIDField, Value
from django.utils import timezone

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.engine.services import ask
from passerelle.faults.mailboxes import BulkChanged, BulkEmpty, BulkOver
from passerelle.mailboxes.bulk.changes import Change
from passerelle.mailboxes.bulk.choosing import Selection
from passerelle.mailboxes.models import BulkAction, BulkItem
from passerelle.mailboxes.models.bulk import BulkKind, BulkState
from passerelle.mailboxes.models.choices import DeliveryMethod
from passerelle.mailboxes.services.processing import current_settings

log = structlog.get_logger(__name__)

KIND = "bulk"
KEPT = timedelta(days=90)
AUDITED = {
    BulkKind.APPROVE: AuditAction.MAILBOXES_APPROVED,
    BulkKind.REJECT: AuditAction.MAILBOXES_REJECTED,
    BulkKind.TEST: AuditAction.TEST_REQUESTED,
}


def settled(change: Change) -> Change:
    """The change with the default settings of now, where it is about these."""
    if change.kind != BulkKind.DEFAULTS:
        return change
    settings = current_settings()
    return replace(
        change,
        profile=settings.default_profile_id,
        incoming=DeliveryMethod(settings.default_incoming),
        outgoing=DeliveryMethod(settings.default_outgoing),
    )


def start(
    selection: Selection, change: Change, by: str, *, expected: int | None = None
) -> BulkAction:
    """Have it done. Raises `BulkEmpty`, or `BulkChanged` when `expected` is no longer so."""
    change = settled(change)
    wanted = selection.wanted
    bulk = BulkAction(
        kind=change.kind,
        parameters=change.stored(),
        wanted=None if wanted is None else wanted.stored(),
        started_by=by,
        started_on=timezone.now(),
    )
    with transaction.atomic():
        BulkAction.objects.filter(finished_on__lt=timezone.now() - KEPT).delete()
        bulk.save(force_insert=True)
        bulk.total = _fix(bulk, selection)
        if not bulk.total:
            raise BulkEmpty
        if expected is not None and expected != bulk.total:
            raise BulkChanged(before=expected, now=bulk.total)
        bulk.save(update_fields=["total"])
        _note(bulk, change, by)
        ask(KIND, bulk.pk)
    log.info("bulk.started", bulk=str(bulk.pk), kind=bulk.kind, by=by, total=bulk.total)
    return bulk


def stop(bulk: BulkAction, by: str) -> None:
    """Do no further chunk; what is done stays. Raises `BulkOver`."""
    running = BulkAction.objects.filter(pk=bulk.pk, state=BulkState.RUNNING)
    if not running.update(state=BulkState.STOPPED, finished_on=timezone.now()):
        raise BulkOver
    log.info("bulk.stopped", bulk=str(bulk.pk), by=by)


def _fix(bulk: BulkAction, selection: Selection) -> int:
    """One statement writes the rows, so that they are those of one moment; how many they are."""
    if selection.wanted is None and not selection.keys:
        return 0
    chosen = selection.mailboxes().annotate(bulk=Value(bulk.pk, output_field=UUIDField()))
    rows = chosen.order_by("pk").values_list("bulk", "pk")
    statement, values = rows.query.sql_with_params()
    table = connection.ops.quote_name(BulkItem._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (bulkid, mailboxid) {statement}",
            values,
        )
        return int(cursor.rowcount)


def _note(bulk: BulkAction, change: Change, by: str) -> None:
    parameters = {
        name: value
        for name, value in change.stored().items()
        if value is not None and value is not False  # 0 is a method: none
    }
    detail = {"count": bulk.total, "bulk": bulk.kind, **parameters}
    action = AUDITED.get(change.kind, AuditAction.MAILBOX_CHANGED)
    crm.note(action, Subject("mailbox"), by, detail)
