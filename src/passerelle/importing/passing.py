"""One pass over the rows of a table, batch by batch: a dry run, or the import itself.

A batch is one transaction: records, refused rows, counts and position. Killed anywhere, the next
pass reads the file from its beginning, passes over what is done and goes on. When the database
refuses a batch it is halved until the one bad row is alone; that row is refused, and no other.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from zoneinfo import ZoneInfo

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F

from passerelle.engine.services import Lease, crash_point, fence, store_faults
from passerelle.faults.importing import TooManyRows
from passerelle.importing.columns import Parsed, Reading, RowReader
from passerelle.importing.crash_points import AFTER_BATCH, IN_BATCH
from passerelle.importing.kinds.kind import Kind, Outcome
from passerelle.importing.kinds.registry import KINDS
from passerelle.importing.models import Import, ImportState
from passerelle.importing.refusals import NO_KEY, REPEATED, STORE, Refusal
from passerelle.importing.storing import RefusedRow, save_refused, stored_file
from passerelle.tables import DateOrder, Layout, Row, Torn, open_table

log = structlog.get_logger(__name__)

BATCH = 2_000  # rows of one transaction
MOST_ROWS = 2_000_000  # each costs some 60 bytes of memory, to see that none comes twice
_REFUSALS = (DatabaseError, ValueError, OverflowError)  # drivers raise all three for bad values


class NoLongerRunning(Exception):
    """A person stopped the import; nothing more is written."""


@dataclass(slots=True)
class _Batch:
    """Some rows: those that can become records, and those that cannot."""

    rows: list[Parsed] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    size: int = 0


def reader_of(of: Import) -> RowReader:
    """Reads cells as the columns of the import say."""
    columns = {column.field: column for column in KINDS[of.kind].columns}
    taken = tuple(
        (place, of.headings[place], columns[name])
        for place, name in enumerate(of.columns)
        if name in columns
    )
    return RowReader(taken, Reading(DateOrder(of.date_order), ZoneInfo(of.time_zone)))


def layout_of(of: Import) -> Layout:
    """How the text of its file is laid out."""
    return Layout(of.encoding, of.delimiter)


def go_through(of: Import, lease: Lease, *, enough: Callable[[], bool]) -> bool:
    """Do what is left of a pass; False when `enough` said so before its end.

    Raises `NoLongerRunning` and `TooManyRows`.
    """
    kind = KINDS[of.kind]
    rows = open_table(stored_file(of), layout_of(of)).rows
    batches = _batches(rows, kind, reader_of(of), done=of.position)
    for batch in batches:
        _do(of, kind, batch, lease)
        of.position += batch.size
        crash_point(AFTER_BATCH)
        if enough():
            return False
    return True


def _batches(
    rows: Iterator[Row | Torn], kind: Kind, reader: RowReader, *, done: int
) -> Iterator[_Batch]:
    seen: set[int] = set()  # of keys, by their hashes: 10⁻⁷ of a chance for a million rows
    while chunk := list(islice(rows, BATCH)):
        batch = _Batch()
        for row in chunk:
            read = _read(row, kind, reader, seen)
            if row.number <= done:
                continue
            batch.size += 1
            if isinstance(read, Parsed):
                batch.rows.append(read)
            else:
                cells = row.cells if isinstance(row, Row) else [row.text]
                batch.refused.append(RefusedRow(row.number, read, cells))
        if chunk[-1].number > MOST_ROWS:
            raise TooManyRows(limit=MOST_ROWS)
        if batch.size:
            yield batch


def _read(row: Row | Torn, kind: Kind, reader: RowReader, seen: set[int]) -> Parsed | Refusal:
    if isinstance(row, Torn):
        return Refusal(f"damage-{row.damage.value}")
    read = reader.read(row.number, row.cells)
    if isinstance(read, Refusal):
        return read
    key: Hashable | None = kind.key_of(read.values)
    if key is None:
        return Refusal(NO_KEY)
    size = len(seen)
    seen.add(hash(key))
    return read if len(seen) > size else Refusal(REPEATED)


def _do(of: Import, kind: Kind, batch: _Batch, lease: Lease) -> None:
    """Plan and write a batch, in halves where the database refuses it."""
    try:
        _do_once(of, kind, batch, lease)
    except _REFUSALS as error:
        log.warning("import.batch-refused", rows=len(batch.rows), error=type(error).__name__)
        if not batch.rows:
            raise
        if len(batch.rows) == 1:
            _refuse(of, kind, batch, lease, type(error).__name__)
            return
        for half in _halves(batch):
            _do(of, kind, half, lease)


def _refuse(of: Import, kind: Kind, batch: _Batch, lease: Lease, error: str) -> None:
    (row,) = batch.rows
    refused = RefusedRow(row.number, Refusal(STORE, facts={"value": error}), row.cells)
    rest = _Batch(refused=sorted([*batch.refused, refused], key=_number), size=batch.size)
    _do_once(of, kind, rest, lease)


def _halves(batch: _Batch) -> tuple[_Batch, _Batch]:
    """The rows up to the middle one and those behind it, each with the refused ones among them."""
    middle = len(batch.rows) // 2
    last = batch.rows[middle - 1].number
    first = _Batch(batch.rows[:middle], [one for one in batch.refused if one.number <= last])
    second = _Batch(batch.rows[middle:], [one for one in batch.refused if one.number > last])
    first.size = len(first.rows) + len(first.refused)
    second.size = batch.size - first.size
    return first, second


def _number(row: RefusedRow) -> int:
    return row.number


def _do_once(of: Import, kind: Kind, batch: _Batch, lease: Lease) -> None:
    dry = of.state == ImportState.CHECKING
    with store_faults(), transaction.atomic():
        _still(of, lease)
        planned = kind.plan(batch.rows)
        if not dry:
            planned.write()
        refused = _refused(batch, planned.outcomes)
        save_refused(of, refused)
        taken = (one for one in planned.outcomes.values() if isinstance(one, Outcome))
        _count(of, batch.size, Counter(taken), len(refused))
        crash_point(IN_BATCH)


def _refused(batch: _Batch, outcomes: dict[int, Outcome | Refusal]) -> Sequence[RefusedRow]:
    cells = {row.number: row.cells for row in batch.rows}
    planned = [
        RefusedRow(number, outcome, cells[number])
        for number, outcome in outcomes.items()
        if isinstance(outcome, Refusal)
    ]
    return sorted([*batch.refused, *planned], key=_number)


def _still(of: Import, lease: Lease) -> None:
    """First in each transaction: the lease holds, and nobody stopped the import."""
    fence(lease)
    if not Import.objects.filter(pk=of.pk, state=of.state).exists():
        raise NoLongerRunning


def _count(of: Import, size: int, outcomes: Counter[Outcome], refused: int) -> None:
    Import.objects.filter(pk=of.pk).update(
        position=F("position") + size,
        created=F("created") + outcomes[Outcome.CREATED],
        updated=F("updated") + outcomes[Outcome.UPDATED],
        unchanged=F("unchanged") + outcomes[Outcome.UNCHANGED],
        refused=F("refused") + refused,
    )
