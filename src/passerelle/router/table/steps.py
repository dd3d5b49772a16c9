"""The way without readable files: what is left of them is kept, given as a table, brought back.

A table that is taken becomes a draft like any other. What could be read of refused files stays
until a draft begins, at most a week, and only the latest of each person.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.router.files.format import RouterFormat
from passerelle.router.files.names import Names, load_names, parse_names
from passerelle.router.files.values import Box, RouterFile, RouterSet
from passerelle.router.migrating.directory import directory
from passerelle.router.migrating.steps import drafted, refuse_while_running
from passerelle.router.models import Migration, SalvagedFiles
from passerelle.router.storing.collecting import collector_paused
from passerelle.router.storing.drafts import drop_salvaged
from passerelle.router.storing.packing import pack, unpack
from passerelle.router.table.columns import OWN_WORDS
from passerelle.router.table.filling import table_lines
from passerelle.router.table.reading import RefusedTable, read_table
from passerelle.router.table.salvaging import salvage

log = structlog.get_logger(__name__)


@collector_paused()
def keep_salvaged(
    routers: Sequence[Mapping[Box, RouterFile]], names: bytes | None, by: str
) -> SalvagedFiles:
    """Keep what refused files still say, for the table that the person may take."""
    sets = salvage(routers, _names(names))
    kept = SalvagedFiles(created_by=by, content=pack(sets), names=names)
    with transaction.atomic():
        drop_salvaged(by)
        kept.save(force_insert=True)
    log.info("migration.salvaged", providers=sum(len(one.providers) for one in sets))
    return kept


def salvaged_files(key: UUID) -> SalvagedFiles | None:
    return SalvagedFiles.objects.filter(pk=key).first()


def table_of(kept: SalvagedFiles | None) -> Iterator[str]:
    """The table line by line, half filled; of nothing, its headings and two rows that show it."""
    if kept is None:
        return _table((), _names(None))
    names = bytes(kept.names) if kept.names is not None else None
    return _table(unpack(bytes(kept.content)), _names(names))


def table_of_files(
    routers: Sequence[Mapping[Box, RouterFile]], names: Path | None
) -> Iterator[str]:
    """The same of files that lie there, whether they can be taken or not. Nothing is kept."""
    table = load_names(names)
    return _table(salvage(routers, table), table)


@collector_paused()
def begin_by_table(stream: BinaryIO, by: str) -> Migration | RefusedTable:
    """Make a draft of the table; refused, nothing is kept. The stream must be seekable.

    Raises `MigrationRuns`, `RecipientColumnsMissing`, `TableWithoutProfiles`, the faults of tables.
    """
    refuse_while_running()
    found = read_table(stream, directory(), timezone.get_current_timezone())
    if isinstance(found, RefusedTable):
        log.info("migration.table-refused", by=by, refused=found.refused_count)
        return found
    return drafted([found], None, OWN_WORDS, by)


def _table(sets: Sequence[RouterSet], names: Names) -> Iterator[str]:
    return table_lines(sets, RouterFormat(names), directory())


def _names(table: bytes | None) -> Names:
    return load_names(None) if table is None else parse_names(table)
