"""The steps of a person: bring a file, say which column is which, dry run, start, stop.

Reading happens before a transaction begins. One import runs at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.engine.services import ask
from passerelle.faults.importing import (
    ColumnsMissing,
    ImportFileEmpty,
    ImportFileTooLarge,
    ImportNotOpen,
    ImportRuns,
)
from passerelle.importing.kinds.registry import KINDS
from passerelle.importing.models import (
    AT_WORK,
    Import,
    ImportKind,
    ImportState,
    RefusedRows,
    SavedColumns,
)
from passerelle.importing.recognising import columns_of, label_of, order_of
from passerelle.importing.storing import pieces_of, save_file, stored_file
from passerelle.importing.work import KIND
from passerelle.messages import clean_line
from passerelle.tables import DateOrder, Layout, as_stream, open_table, recognise, signature

log = structlog.get_logger(__name__)

LARGEST_BYTES = 512 * 1024 * 1024
DRAFTS_KEPT = timedelta(days=7)
REFUSED_KEPT = timedelta(days=90)
NAME_CHARS = 255


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person may say of a table; `columns` has a field, or "", for each heading."""

    columns: Sequence[str]
    date_order: DateOrder
    time_zone: str


def begin(
    kind: ImportKind, file: BinaryIO, name: str, by: str, layout: Layout | None = None
) -> Import:
    """Read the headings of a table and store it; `file` is read from its beginning, three times.

    Raises `ImportFileEmpty`, `ImportFileTooLarge`, or a fault of the table.
    """
    size, lines = _measure(file)
    file.seek(0)
    layout = layout or recognise(pieces_of(file))
    found = Import(
        kind=kind,
        file_name=clean_line(name, NAME_CHARS) or "?",
        size=size,
        created_by=by,
        total=max(lines - 1, 0),
    )
    file.seek(0)
    _read_headings(found, as_stream(pieces_of(file)), layout)
    file.seek(0)
    with transaction.atomic():
        _remove_old()
        found.save(force_insert=True)
        save_file(found, file)
    log.info("import.begun", import_id=str(found.pk), kind=kind.value, by=by, size=size)
    return found


def read_again(found: Import, layout: Layout) -> Import:
    """Read the headings anew in another encoding or with another delimiter.

    Raises `ImportNotOpen`, or a fault of the table.
    """
    with transaction.atomic():
        stored = _open(found)
        stored.state = ImportState.DRAFT
        _read_headings(stored, stored_file(stored), layout)
        stored.save()
    return stored


def choose(found: Import, choices: Choices) -> Import:
    """Say which column is which; kept for the next table with these headings.

    Raises `ImportNotOpen`, or `ColumnsMissing` where a record could not be found or made.
    """
    kind = KINDS[found.kind]
    fields = {column.field for column in kind.columns}
    chosen = [name if name in fields else "" for name in choices.columns]
    missing = [group for group in kind.needed if not set(group) & set(chosen)]
    if missing:
        raise ColumnsMissing(columns=" / ".join(label_of(kind, one) for one in missing[0]))
    with transaction.atomic():
        stored = _open(found)
        stored.state = ImportState.DRAFT  # what was counted was of other columns
        stored.columns = chosen
        stored.date_order = choices.date_order.value
        stored.time_zone = ZoneInfo(choices.time_zone).key
        stored.save()
        SavedColumns.objects.update_or_create(
            kind=stored.kind,
            signature=signature(stored.headings),
            defaults={
                "columns": chosen,
                "date_order": stored.date_order,
                "time_zone": stored.time_zone,
            },
        )
    return stored


def check(found: Import, by: str) -> Import:
    """Have the engine go through the table and count, writing nothing. Raises `ImportNotOpen`."""
    with transaction.atomic():
        stored = _open(found)
        _begin_pass(stored, ImportState.CHECKING, by)
        ask(KIND, stored.pk)
    return stored


def start(found: Import, by: str) -> Import:
    """Have the engine import a table that was checked. Raises `ImportNotOpen`, `ImportRuns`."""
    try:
        with transaction.atomic():
            stored = _open(found)
            if stored.state != ImportState.CHECKED:
                raise ImportNotOpen
            _begin_pass(stored, ImportState.RUNNING, by)
            ask(KIND, stored.pk)
            detail = {"kind": stored.kind, "file": stored.file_name, "count": stored.total}
            crm.note(AuditAction.IMPORT_STARTED, crm.Subject("import", stored.pk), by, detail)
    except IntegrityError as error:  # the constraint: another one runs
        raise ImportRuns from error
    log.info("import.started", import_id=str(stored.pk), by=by, rows=stored.total)
    return stored


def stop(found: Import, by: str) -> None:
    """Throw an import away that has written nothing; stop one that runs, which keeps its rows.

    Raises `ImportNotOpen` when it has ended already.
    """
    with transaction.atomic():
        stored = Import.objects.select_for_update().filter(pk=found.pk).first()
        if stored is None or stored.state in {ImportState.DONE, ImportState.STOPPED}:
            raise ImportNotOpen
        if stored.state == ImportState.RUNNING:
            stored.state, stored.finished_on = ImportState.STOPPED, timezone.now()
            stored.save(update_fields=["state", "finished_on"])
            ask(KIND, stored.pk)  # removes the file
        else:
            stored.delete()
        alerts.heal(alerts.SubjectKind.SYSTEM, found.pk, KIND)
    log.info("import.thrown-away", import_id=str(found.pk), by=by)


def _measure(file: BinaryIO) -> tuple[int, int]:
    """Bytes and lines. Raises `ImportFileEmpty` or `ImportFileTooLarge`."""
    file.seek(0)
    size = lines = 0
    for piece in pieces_of(file):
        size += len(piece)
        lines += piece.count(b"\n")
        if size > LARGEST_BYTES:
            raise ImportFileTooLarge(limit=LARGEST_BYTES // (1024 * 1024))
    if not size:
        raise ImportFileEmpty
    return size, lines


def _read_headings(found: Import, stream: BinaryIO, layout: Layout) -> None:
    """Put what the table says of itself, and what was chosen for these headings before."""
    table = open_table(stream, layout)
    kind = ImportKind(found.kind)
    found.encoding, found.delimiter = layout.encoding, layout.delimiter
    found.headings = [clean_line(heading, NAME_CHARS) for heading in table.headings]
    saved = SavedColumns.objects.filter(kind=kind, signature=signature(found.headings)).first()
    if saved is not None:
        found.columns, found.date_order = saved.columns, saved.date_order
        found.time_zone = saved.time_zone
        return
    found.columns = columns_of(kind, found.headings)
    found.date_order = order_of(table, found.columns, kind, layout).value
    found.time_zone = found.time_zone or settings.TIME_ZONE


def _begin_pass(stored: Import, state: ImportState, by: str) -> None:
    """Counts and refused rows are those of the last pass."""
    RefusedRows.objects.filter(of=stored).delete()
    stored.state, stored.started_by, stored.started_on = state, by, timezone.now()
    stored.position = stored.created = stored.updated = stored.unchanged = stored.refused = 0
    stored.last_code, stored.last_facts = "", {}
    stored.save()


def _open(found: Import) -> Import:
    """An import that can still be changed, locked. Raises `ImportNotOpen`."""
    stored = Import.objects.select_for_update().filter(pk=found.pk).first()
    if stored is None or stored.state not in {ImportState.DRAFT, ImportState.CHECKED}:
        raise ImportNotOpen
    return stored


def _remove_old() -> None:
    """Tables that nobody started, and refused rows that nobody brought again."""
    now = timezone.now()
    waiting = Import.objects.exclude(state__in=[*AT_WORK, ImportState.DONE, ImportState.STOPPED])
    waiting.filter(created_on__lt=now - DRAFTS_KEPT).delete()
    RefusedRows.objects.filter(of__finished_on__lt=now - REFUSED_KEPT).delete()
