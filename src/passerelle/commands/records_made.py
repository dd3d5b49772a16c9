"""`passerelle records made` and `take-back`: what was made for unknown senders. Services only."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import typer
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from passerelle.alerts.services import told_in_line
from passerelle.commands.console.asking import person
from passerelle.commands.console.exits import Exit
from passerelle.commands.console.output import (
    print_json,
    print_rows,
    say,
    spoken_moment,
    wants_json,
)
from passerelle.crm.automatic import (
    Made,
    TakenBack,
    examine,
    filtered,
    in_batches,
    made_on,
    records_made,
    take_back,
)
from passerelle.crm.models import AutomaticRecord
from passerelle.crm.services import address_key
from passerelle.guids import guid_of

ROWS = 50
REFUSALS_TOLD = 100

Words = Annotated[
    list[str] | None, typer.Argument(help=_("Words of the name, the address or the option."))
]
Which = Annotated[
    Made | None, typer.Option("--which", help=_("Only those kept, or only those taken back."))
]
Day = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help=_("Only those made on this day.")),
]
Rows = Annotated[int, typer.Option("--rows", min=1, max=10_000, help=_("How many."))]
Chosen = Annotated[
    list[str] | None,
    typer.Argument(help=_("Email addresses, or the GUIDs that `records made` gives to programs.")),
]
AllOf = Annotated[
    datetime | None,
    typer.Option(
        "--all-of", formats=["%Y-%m-%d"], help=_("All that were made on this day, as 2026-01-31.")
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Say what would go, change nothing."))]


def show_made(
    context: typer.Context,
    words: Words = None,
    *,
    which: Which = None,
    on: Day = None,
    rows: Rows = ROWS,
) -> None:
    """A row a record, the newest first."""
    wanted = filtered(_of_day(on), which.value if which else "", words or [])
    found = [_row(one) for one in wanted.order_by("-created_on", "-pk")[:rows]]
    if wants_json(context):
        print_json(found)
        return
    columns = {
        "address": _("Address"),
        "name": _("Name"),
        "kind": _("Record"),
        "option_of": _("Option of"),
        "made": pgettext("record", "Made"),
        "taken_back": _("Taken back"),
    }
    print_rows(columns, [{**row, **_spoken(row)} for row in found])


def take_some_back(
    context: typer.Context, chosen: Chosen = None, *, all_of: AllOf = None, dry_run: DryRun = False
) -> None:
    """By their GUIDs, or all of a day. Those used or changed since stay; why is said."""
    if bool(chosen) == (all_of is not None):
        raise typer.BadParameter(_("Give addresses or GUIDs, or a day with --all-of."))
    rows = _chosen(chosen) if chosen else filtered(_of_day(all_of), Made.STANDING, [])
    count, refused = 0, 0
    told: list[dict[str, str]] = []
    for done in _batches(rows, dry_run=dry_run):
        count, refused = count + done.count, refused + len(done.refused)
        room = REFUSALS_TOLD - len(told)
        told += [{"code": fault.code, "text": told_in_line(fault)} for fault in done.refused[:room]]
    if wants_json(context):
        print_json({"count": count, "refused": refused, "reasons": told, "dry_run": dry_run})
    else:
        for one in told:
            say(one["text"])
        text = _("Would be taken back: {count}. Would stay: {refused}.") if dry_run else ""
        text = text or _("Taken back: {count}. Stay: {refused}.")
        say(text.format(count=count, refused=refused))
    if refused and not count:
        raise typer.Exit(Exit.FAILED)


def _batches(rows: QuerySet[AutomaticRecord], *, dry_run: bool) -> Iterator[TakenBack]:
    for keys in in_batches(rows):
        yield examine(rows, keys) if dry_run else take_back(rows, keys, person())


def _of_day(day: datetime | None) -> QuerySet[AutomaticRecord]:
    return records_made() if day is None else made_on(records_made(), day.date())


def _chosen(names: list[str]) -> QuerySet[AutomaticRecord]:
    """The rows that are named; a name that means none ends the command."""
    named = {name: guid_of(name) for name in names}
    addresses = [address_key(name) for name, key in named.items() if key is None]
    keys = [key for key in named.values() if key is not None]
    rows = records_made().filter(Q(address__in=addresses) | Q(pk__in=keys))
    known = {one for row in rows.values_list("pk", "address") for one in row}
    for name, key in named.items():
        if (key or address_key(name)) not in known:
            text = _("Nothing was made automatically for {name}.")
            raise typer.BadParameter(text.format(name=name))
    return rows


def _row(one: AutomaticRecord) -> dict[str, Any]:
    record = one.lead_id if one.is_lead else one.contact_id
    back = one.taken_back_on
    return {
        "id": str(one.pk),
        "name": one.fullname,
        "address": one.address,
        "kind": "lead" if one.is_lead else "contact",
        "record": str(record) if record else None,
        "option_of": str(one.by_user or one.by_queue or ""),
        "email": str(one.activity_id),
        "made": timezone.localtime(one.created_on).isoformat(),
        "taken_back": timezone.localtime(back).isoformat() if back else None,
        "taken_back_by": one.taken_back_by,
    }


def _spoken(row: dict[str, Any]) -> dict[str, str]:
    """A row as people read it."""
    back = row["taken_back"]
    return {
        "kind": _("Lead") if row["kind"] == "lead" else _("Contact"),
        "made": spoken_moment(datetime.fromisoformat(row["made"])),
        "taken_back": spoken_moment(datetime.fromisoformat(back)) if back else "",
    }
