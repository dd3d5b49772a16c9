"""`passerelle import KIND FILE …`: the page's steps in one go. Calls the services; has no rules."""

import getpass
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from passerelle.commands.console.exits import Exit
from passerelle.commands.console.output import print_json, print_rows, say, wants_json
from passerelle.commands.working import run_here_unless_workers_do
from passerelle.engine.services import require_up_to_date
from passerelle.importing import services as importing
from passerelle.importing.services import (
    AT_WORK,
    Choices,
    Import,
    ImportKind,
    ImportState,
)
from passerelle.tables import DateOrder

LOOK_SECONDS = 0.2

What = Annotated[ImportKind, typer.Argument(help=_("What the rows are."))]
Files = Annotated[
    list[Path], typer.Argument(exists=True, dir_okay=False, help=_("CSV files, one after another."))
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column", help=_("Which heading is which field: HEADING=FIELD; FIELD may be empty.")
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Count only, and write nothing."))]
RefusedTo = Annotated[
    Path | None, typer.Option("--refused", help=_("Write the refused rows into this new file."))
]
Order = Annotated[
    DateOrder | None, typer.Option("--dates", help=_("How dates are written in the file."))
]
Zone = Annotated[str | None, typer.Option("--time-zone", help=_("Whose time the dates are."))]


def import_table(
    context: typer.Context,
    kind: What,
    files: Files,
    *,
    columns: Columns = None,
    dates: Order = None,
    time_zone: Zone = None,
    dry_run: DryRun = False,
    refused: RefusedTo = None,
) -> None:
    """Dry run and import of each file; failed when a row was refused or a file was."""
    require_up_to_date()
    as_json = wants_json(context)
    whole = True
    lines: list[Iterator[str]] = []
    for file in files:
        found = _begun(kind, file, columns or [], dates, time_zone)
        importing.check(found, _person())
        found = _followed(found, as_json=as_json)
        if not dry_run and found.state == ImportState.CHECKED:
            importing.start(found, _person())
            found = _followed(found, as_json=as_json)
        _tell(found, as_json=as_json)
        whole = whole and not found.refused and found.state not in AT_WORK
        lines.append(importing.refused_table(found))
    if refused is not None:
        _write(refused, lines)
    if not whole:
        raise typer.Exit(Exit.FAILED)


def _begun(
    kind: ImportKind, file: Path, columns: list[str], dates: DateOrder | None, zone: str | None
) -> Import:
    with file.open("rb") as stream:
        found = importing.begin(kind, stream, file.name, _person())
    given = dict(_pairs(columns))
    known = {field for field, _label in importing.fields_of(kind)} | {""}
    for heading, field in given.items():
        if heading not in found.headings:
            raise typer.BadParameter(_("The file has no column {name}.").format(name=heading))
        if field not in known:
            text = _("{name} is no field of these records; they are: {names}")
            raise typer.BadParameter(text.format(name=field, names=", ".join(sorted(known - {""}))))
    chosen = [
        given.get(heading, field)
        for heading, field in zip(found.headings, found.columns, strict=True)
    ]
    return importing.choose(
        found,
        Choices(chosen, dates or DateOrder(found.date_order), zone or found.time_zone),
    )


def _pairs(columns: list[str]) -> Iterator[tuple[str, str]]:
    for column in columns:
        heading, equals, field = column.rpartition("=")
        if not equals:
            raise typer.BadParameter(
                _("Write a column as HEADING=FIELD: {text}").format(text=column)
            )
        yield heading, field


def _followed(found: Import, *, as_json: bool) -> Import:
    """Say how far it is until the pass ends, or fails in a way that waits for a person."""
    said = -1
    with run_here_unless_workers_do(importing.KIND):
        while True:
            now = importing.progress(found)
            if now.percent != said:
                said = now.percent
                _say_progress(now, as_json=as_json)
            if now.state not in AT_WORK or now.failure:
                break
            time.sleep(LOOK_SECONDS)
    now = importing.progress(found)
    if now.failure and not as_json:
        say(now.failure)
    found.refresh_from_db()
    return found


def _say_progress(now: importing.Progress, *, as_json: bool) -> None:
    if as_json:
        print_json({"percent": now.percent, "rows": now.position, "total": now.total})
    else:
        text = _("{percent} %: {position} of {total} rows")
        say(text.format(percent=now.percent, position=now.position, total=now.total))


def _tell(found: Import, *, as_json: bool) -> None:
    counts = {
        "created": found.created,
        "updated": found.updated,
        "unchanged": found.unchanged,
        "refused": found.refused,
    }
    refusals = importing.refused(found)
    if as_json:
        rows = [{"row": one.number, "reason": one.reason} for one in refusals]
        print_json({"file": found.file_name, "state": found.state, **counts, "reasons": rows})
        return
    headings = [_("Created"), _("Changed"), _("Unchanged"), _("Refused")]
    say(f"{found.file_name}: {found.get_state_display()}")
    print_rows(dict(zip(counts, headings, strict=True)), [counts])
    for one in refusals:
        say(_("Row {number}: {reason}").format(number=one.number, reason=one.reason))


def _write(target: Path, tables: list[Iterator[str]]) -> None:
    try:
        with target.open("x", encoding="utf-8", newline="") as out:
            for table in tables:
                out.writelines(table)
    except FileExistsError as error:
        text = _("{file} is there already; give a new name.")
        raise typer.BadParameter(text.format(file=target)) from error


def _person() -> str:
    return f"{getpass.getuser()} (console)"
