"""`passerelle mailboxes timeline`: the cycles of one mailbox, the newest first."""

from typing import Annotated, Any

import typer
from django.utils import timezone
from django.utils.translation import gettext as _

from passerelle.commands.choosing import choose
from passerelle.commands.console.output import print_json, print_rows, wants_json
from passerelle.sync.models import Cycle
from passerelle.sync.services import newest_cycles

ROWS = 50


def show_timeline(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help=_("Email address or GUID of a mailbox."))],
    rows: Annotated[int, typer.Option("--rows", min=1, max=500, help=_("How many."))] = ROWS,
) -> None:
    """One row a cycle, or a streak of cycles that ended alike."""
    found = [
        _row(cycle)
        for box in choose([address], every=False)
        for cycle in newest_cycles(box.pk, rows)
    ]
    if wants_json(context):
        print_json(found)
        return
    columns = {
        "until": _("Ended"),
        "kind": _("Cycle"),
        "ending": _("Ending"),
        "looks": _("Times"),
        "listed": _("New"),
        "done": _("Done"),
        "ignored": _("Ignored"),
        "failed": _("Failed"),
        "milliseconds": "ms",
    }
    print_rows(columns, [{**row, "until": row["until"][:19].replace("T", " ")} for row in found])


def _row(cycle: Cycle) -> dict[str, Any]:
    return {
        "from": timezone.localtime(cycle.began_on).isoformat(),
        "until": timezone.localtime(cycle.ended_on).isoformat(),
        "kind": cycle.kind,
        "ending": f"{cycle.ending} {cycle.code}".strip(),
        "looks": cycle.looks,
        "listed": cycle.listed,
        "done": cycle.done,
        "ignored": cycle.ignored,
        "failed": cycle.failed,
        "octets": cycle.octets,
        "milliseconds": cycle.took,
        "steps": cycle.steps,
    }
