"""`passerelle mailboxes`: list, approve, test, enable, sync. Calls the services; has no rules."""

import getpass
from collections.abc import Callable
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from passerelle.commands.choosing import choose
from passerelle.commands.console.exits import Exit
from passerelle.commands.console.output import print_json, print_rows, say, wants_json
from passerelle.commands.following import follow
from passerelle.commands.mailbox_folders import show_folders
from passerelle.commands.mailbox_timeline import show_timeline
from passerelle.engine.services import require_up_to_date, state_of, workers_alive
from passerelle.mailboxes import services
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import Direction
from passerelle.sync.services import sync_now

mailboxes = typer.Typer(no_args_is_help=True)
Chosen = Annotated[
    list[str] | None, typer.Argument(help=_("Email addresses or GUIDs of mailboxes."))
]
All = Annotated[bool, typer.Option("--all", help=_("All active mailboxes."))]


@mailboxes.callback()
def prepare() -> None:
    """No command here can work on a database of another shape."""
    require_up_to_date()


@mailboxes.command("list", help=_("Show mailboxes, their approval and what is enabled."))
def show(context: typer.Context) -> None:
    """One row a mailbox."""
    found = list(Mailbox.objects.select_related("profile").order_by("name", "mailbox_id"))
    keys = [mailbox.pk for mailbox in found]
    states = {direction: state_of(direction, keys) for direction in Direction}
    rows = [_row(mailbox) for mailbox in found]
    for row, key in zip(rows, keys, strict=True):
        for direction in Direction:
            state = states[direction].get(key)
            row[f"{direction}_fault"] = state.last_code if state else ""
    if wants_json(context):
        print_json(rows)
        return
    columns = {
        "name": _("Name"),
        "address": _("Address"),
        "profile": _("Profile"),
        "approval": _("Approval"),
        "incoming": _("Incoming"),
        "outgoing": _("Outgoing"),
    }
    print_rows(columns, rows)


@mailboxes.command(help=_("Approve the addresses of these mailboxes."))
def approve(context: typer.Context, chosen: Chosen = None, *, every: All = False) -> None:
    """Approve, and say how many were not approved before."""
    found = choose(chosen, every=every)
    count = services.approve([mailbox.pk for mailbox in found], by=_person())
    text = _("Approved: {count} of {all}.")
    _conclude(context, text, {"count": count, "all": len(found)})


@mailboxes.command("test", help=_("Test these mailboxes, and change nothing else."))
def try_out(context: typer.Context, chosen: Chosen = None, *, every: All = False) -> None:
    """Follow the steps; failed when one of the tests failed."""
    _test(context, choose(chosen, every=every), enable=False)


@mailboxes.command(help=_("Test these mailboxes and enable what passes."))
def enable(context: typer.Context, chosen: Chosen = None, *, every: All = False) -> None:
    """Follow the steps; failed when one of the tests failed."""
    _test(context, choose(chosen, every=every), enable=True)


@mailboxes.command(help=_("Read and send now, without waiting for the next look."))
def sync(context: typer.Context, chosen: Chosen = None, *, every: All = False) -> None:
    """Ask the workers; failed when none of the mailboxes may run."""
    found = choose(chosen, every=every)
    count = sync_now([mailbox.pk for mailbox in found])
    _conclude(context, _("Asked for: {count} directions."), {"count": count})
    if not workers_alive() and not wants_json(context):
        say(_("No worker runs now; it is done as soon as passerelle run is started."))
    if not count:
        raise typer.Exit(Exit.FAILED)


mailboxes.command("folders", help=_("Show the folders that are read beside the inbox."))(
    show_folders
)
mailboxes.command("timeline", help=_("Show the cycles of a mailbox, the newest first."))(
    show_timeline
)


def _test(context: typer.Context, found: list[Mailbox], *, enable: bool) -> None:
    runs = services.request_test([mailbox.pk for mailbox in found], by=_person(), enable=enable)
    if not follow(runs, as_json=wants_json(context)):
        raise typer.Exit(Exit.FAILED)


def _conclude(context: typer.Context, text: str, facts: dict[str, Any]) -> None:
    if wants_json(context):
        print_json(facts)
    else:
        say(text.format(**facts))


def _row(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "id": str(mailbox.pk),
        "name": mailbox.name,
        "address": mailbox.email_address,
        "profile": mailbox.profile.name if mailbox.profile else "",
        "approval": mailbox.get_approval_display(),
        "incoming": _enabled(mailbox.enabled_for_incoming, mailbox.get_incoming_status_display),
        "outgoing": _enabled(mailbox.enabled_for_outgoing, mailbox.get_outgoing_status_display),
    }


def _enabled(is_enabled: object, status: Callable[[], str]) -> str:
    return _("Enabled") if is_enabled else status()


def _person() -> str:
    """Who did it, for the audit: the account of the system."""
    return f"{getpass.getuser()} (console)"
