"""The table of decisions of `passerelle migrate-router`: written from the plan, taken, told."""

from pathlib import Path

import typer
from django.utils.translation import gettext as _

from passerelle.commands.console.exits import Exit
from passerelle.commands.console.new_files import write_lines
from passerelle.commands.console.output import print_json, print_rows, say
from passerelle.router import services as router
from passerelle.router.services import Change, Decided, Migration

SHOWN = 200
COLUMNS = ("kind", "name", "field", "before", "after")


def write_decisions(migration: Migration, path: Path, *, as_json: bool) -> None:
    """Everything that can be decided, into a new file; a file that is there is somebody's work."""
    write_lines(router.decision_lines(migration), path, as_json=as_json)


def take_decisions(migration: Migration, path: Path, *, as_json: bool) -> None:
    """Settle what the file decides, and show it before and after; failed if a row is refused."""
    try:
        with path.open("rb") as stream:
            decided = router.decide(migration, stream)
    except OSError as error:
        raise typer.BadParameter(str(error)) from error
    if as_json:
        print_json(_as_json(decided))
    else:
        _show(decided)
    if decided.refused_count:
        raise typer.Exit(Exit.FAILED)


def _show(decided: Decided) -> None:
    for number, why in decided.refused:
        say(_("Row {number}: {why}").format(number=number, why=why))
    if decided.refused_count:
        text = _("Rows refused: {count}. Nothing was decided and nothing started.")
        say(text.format(count=decided.refused_count))
        return
    headings = (_("Kind"), _("Name"), _("Field"), _("Before"), _("After"))
    rows = [_cells(one) for one in decided.changes[:SHOWN]]
    print_rows(dict(zip(COLUMNS, headings, strict=True)), rows)
    say(_("Decisions taken: {count}").format(count=len(decided.changes)))


def _as_json(decided: Decided) -> dict[str, object]:
    return {
        "decided": [_cells(one) for one in decided.changes],
        "refused": decided.refused,
        "refused_count": decided.refused_count,
    }


def _cells(one: Change) -> dict[str, str]:
    return {name: getattr(one, name) for name in COLUMNS}
