"""`passerelle mailboxes folders`: what is read of a mailbox beside its inbox."""

from typing import Annotated, Any

import typer
from django.utils import timezone
from django.utils.translation import gettext as _

from passerelle.commands.choosing import choose
from passerelle.commands.console.output import print_json, print_rows, wants_json
from passerelle.sync.models import TrackingFolder
from passerelle.sync.services import folders_of


def show_folders(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help=_("Email address or GUID of a mailbox."))],
) -> None:
    """One row a folder, with its record and what it brought."""
    found = [_row(row) for box in choose([address], every=False) for row in folders_of(box)]
    if wants_json(context):
        print_json(found)
        return
    columns = {
        "folder": _("Folder"),
        "regarding": _("Regarding"),
        "standing": _("Standing"),
        "tracked": _("Tracked"),
        "ignored": _("Ignored"),
        "quarantined": _("In quarantine"),
        "read": _("Last mail"),
    }
    shown = [{**row, "read": row["read"][:16].replace("T", " ")} for row in found]
    print_rows(columns, shown)


def _row(row: TrackingFolder) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "folder": row.folder,
        "meaning": row.meaning,
        "regarding": str(row.regarding or ""),
        "standing": row.get_standing_display(),
        "tracked": row.tracked,
        "ignored": row.ignored,
        "quarantined": row.quarantined,
        "read": timezone.localtime(row.read_on).isoformat() if row.read_on else "",
    }
