"""Lines into a new file: one that is there is somebody's work and is never written over."""

from collections.abc import Iterable
from pathlib import Path

import typer
from django.utils.translation import gettext as _

from passerelle.commands.console.output import print_json, say


def write_lines(lines: Iterable[str], path: Path, *, as_json: bool) -> None:
    """Write them, and say where; nothing is left of a file that could not be finished."""
    try:
        with path.open("x", encoding="utf-8", newline="") as out:
            try:
                out.writelines(lines)
            except BaseException:
                path.unlink()
                raise
    except FileExistsError as error:
        text = _("{file} is there already; give the name of a new file.")
        raise typer.BadParameter(text.format(file=path)) from error
    except OSError as error:
        raise typer.BadParameter(str(error)) from error
    if as_json:
        print_json({"written": str(path)})
    else:
        say(str(path))
