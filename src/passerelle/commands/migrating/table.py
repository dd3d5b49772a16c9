"""The table of profiles and recipients of `passerelle migrate-router`: written, and begun with."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import typer
from django.utils.translation import gettext as _

from passerelle.commands.console.exits import Exit
from passerelle.commands.console.new_files import write_lines
from passerelle.commands.console.output import print_json, say
from passerelle.router import services as router
from passerelle.router.services import Box, Migration, RouterFile


def write_table(
    routers: Sequence[Mapping[Box, RouterFile]],
    names: Path | None,
    path: Path,
    *,
    as_json: bool,
) -> None:
    """What can be read of the files, be they refused or not, into a new file."""
    write_lines(router.table_of_files(routers, names), path, as_json=as_json)


def begun_by_table(path: Path, by: str, *, as_json: bool) -> Migration:
    """The draft of the table; failed, with each row that is refused."""
    try:
        with path.open("rb") as stream:
            begun = router.begin_by_table(stream, by)
    except OSError as error:
        raise typer.BadParameter(str(error)) from error
    if isinstance(begun, Migration):
        return begun
    if as_json:
        print_json({"refused": begun.refused, "refused_count": begun.refused_count})
    else:
        for number, why in begun.refused:
            say(_("Row {number}: {why}").format(number=number, why=why))
        text = _("Rows refused: {count}. Nothing was begun.")
        say(text.format(count=begun.refused_count))
    raise typer.Exit(Exit.FAILED)
