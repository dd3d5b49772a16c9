"""`passerelle records`: two become one, and what was made by itself. Calls services only."""

import time
from typing import Annotated

import typer
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from passerelle.commands.console.asking import person
from passerelle.commands.console.output import print_json, say, wants_json
from passerelle.commands.records_made import show_made, take_some_back
from passerelle.commands.working import run_here_unless_workers_do
from passerelle.crm import services as crm
from passerelle.crm.merging import Preview, preview_merge
from passerelle.crm.models import RecordMerge
from passerelle.crm.models.customers import KINDS
from passerelle.crm.services import Regarded
from passerelle.engine.services import require_up_to_date
from passerelle.guids import guid_of
from passerelle.sync.services import MERGE, start_merge

records = typer.Typer(no_args_is_help=True)
LOOK_SECONDS = 0.2
LONGEST_SECONDS = 1800.0  # twice the deadline of the work

Master = Annotated[str, typer.Argument(help=_("GUID or email address of the record that stays."))]
Other = Annotated[str, typer.Argument(help=_("GUID or email address of the other one."))]
Yes = Annotated[bool, typer.Option("--yes", help=_("Merge without asking."))]


@records.callback()
def prepare() -> None:
    """No command here can work on a database of another shape."""
    require_up_to_date()


records.command("made", help=_("Show the contacts and leads made for unknown senders."))(show_made)
records.command("take-back", help=_("Take back what was made for unknown senders."))(take_some_back)


@records.command("merge", help=_("Merge two accounts, contacts or leads into the first."))
def merge(context: typer.Context, master: Master, other: Other, *, yes: Yes = False) -> None:
    """The first keeps its values, and takes from the other what it lacks. It cannot be undone."""
    as_json = wants_json(context)
    kept, merged = _one(master), _one(other)
    preview = preview_merge(kept, merged)
    if not as_json:
        _show(kept, merged, preview)
    if not (yes or (not as_json and typer.confirm(_("Merge them? It cannot be undone.")))):
        raise typer.Exit(1)
    started = start_merge(kept, merged, person(), mark=preview.mark)
    done = _followed(started)
    if as_json:
        told = {"master": str(kept.pk), "merged": str(merged.pk)}
        print_json({**told, "moved": done.moved, "done": done.moved_on is not None})
    elif done.moved_on is None:
        say(_("The merge goes on; the page of the record shows how far it is."))
    else:
        say(_("Merged. Moved: {count}").format(count=done.moved))


def _show(kept: Regarded, merged: Regarded, preview: Preview) -> None:
    say(_("“{other}” is merged into “{master}”.").format(other=merged, master=kept))
    for one in preview.moved:
        say(f"  {one.label}: {one.count}{'+' if one.more else ''}")
    for field in preview.fields:
        label = capfirst(str(getattr(kept._meta.get_field(field.name), "verbose_name", "")))
        say(f"  {label}: {field.theirs if field.fills else field.ours}")


def _followed(started: RecordMerge) -> RecordMerge:
    """How it stands when it has ended, or when it would take too long to look on."""
    ends = time.monotonic() + LONGEST_SECONDS
    with run_here_unless_workers_do(MERGE):
        while time.monotonic() < ends:
            started.refresh_from_db()
            if started.moved_on is not None or started.last_code:
                break
            time.sleep(LOOK_SECONDS)
    started.refresh_from_db()
    return started


def _one(name: str) -> Regarded:
    """The record; a name that means none or several ends the command."""
    found = _by_guid(name) or _by_address(name)
    if not found:
        raise typer.BadParameter(
            _("No account, contact or lead is known by {name}.").format(name=name)
        )
    if len(found) > 1:
        text = _("Several records have the address {name}; give the GUID of one.")
        raise typer.BadParameter(text.format(name=name))
    return found[0]


def _by_guid(name: str) -> list[Regarded]:
    key = guid_of(name)
    if key is None:
        return []
    rows = (model._default_manager.filter(pk=key) for model in KINDS.values())
    return [one for found in rows for one in found]


def _by_address(name: str) -> list[Regarded]:
    named = crm.records_of([crm.address_key(name)])
    held = [one for ones in named.values() for one in ones if one.kind.value in KINDS]
    return [KINDS[one.kind.value]._default_manager.get(pk=one.id) for one in held]
