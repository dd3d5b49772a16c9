"""What commands print: texts and tables for people, one JSON value for programs (`--json`)."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import typer
from django.utils import timezone
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from passerelle.alerts.services import RenderedAlert, render_raised
from passerelle.faults import Fault


def wants_json(context: typer.Context) -> bool:
    """Whether the person (or program) said --json."""
    return bool(context.find_root().params.get("as_json"))


def say(text: str) -> None:
    """A line for people."""
    Console(soft_wrap=True, highlight=False).print(escape(text))


def print_json(value: Any) -> None:
    """One JSON value on a line of its own, at once: programs read while we run."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def spoken_moment(moment: datetime) -> str:
    """A time as people read it, in the time zone of the pages."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def print_rows(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    """A table; `columns` are the headings by the names of the values."""
    table = Table(*columns.values(), box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(escape(str(row[name])) for name in columns))
    Console(highlight=False).print(table)


def print_fault(fault: Fault, *, as_json: bool = False) -> None:
    """Cause, consequence, remedy and code, without a traceback."""
    rendered = render_raised(fault)
    if as_json:
        print_json({"code": fault.code, **texts_of(rendered)})
        return
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(f"[bold red]{fault.code}[/] {escape(rendered.cause)}")
    console.print(escape(rendered.consequence))
    console.print(escape(rendered.remedy))


def texts_of(rendered: RenderedAlert) -> dict[str, str]:
    """The three texts by their names."""
    return {
        "cause": rendered.cause,
        "consequence": rendered.consequence,
        "remedy": rendered.remedy,
    }
