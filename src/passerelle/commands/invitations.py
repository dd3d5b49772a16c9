"""`passerelle invitations`: send, show, send again, withdraw. Calls the services; has no rules."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passerelle.access import services as access
from passerelle.access.services import INVITABLE, Choice, Invitation, Prospect, Standing, Way, Whom
from passerelle.alerts.services import render_fault
from passerelle.commands.console.asking import person
from passerelle.commands.console.exits import Exit
from passerelle.commands.console.output import (
    print_json,
    print_rows,
    say,
    spoken_moment,
    wants_json,
)
from passerelle.crm.models import SystemUser
from passerelle.engine.services import require_up_to_date, workers_alive
from passerelle.mailboxes.waves.services import addresses_in
from passerelle.web.addresses import link_address

invitations = typer.Typer(no_args_is_help=True)
LIST_BYTES = 4_000_000

Addresses = Annotated[list[str] | None, typer.Argument(help=_("Email addresses of users."))]
ListFile = Annotated[
    Path | None,
    typer.Option(
        "--list", exists=True, dir_okay=False, help=_("Only the addresses in this text file.")
    ),
]
Words = Annotated[str, typer.Option("--search", help=_("Only where these words are found."))]
Group = Annotated[Whom | None, typer.Option("--whom", help=_("Only users of this kind."))]
By = Annotated[Way | None, typer.Option("--by", help=_("By what they will sign in."))]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help=_("Show what would be done, and send nothing."))
]
State = Annotated[
    Standing | None, typer.Option("--state", help=_("Only invitations in this state."))
]


@invitations.callback()
def prepare() -> None:
    """No command here can work on a database of another shape."""
    require_up_to_date()


@invitations.command(help=_("Invite users by mail; who has no account gets one."))
def send(
    context: typer.Context,
    named: Addresses = None,
    *,
    addresses: ListFile = None,
    search: Words = "",
    whom: Group = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Failed when an address is nobody's; the others are invited all the same."""
    given = _given(named, addresses)
    if given is None and not search and whom is None:
        text = _("Name addresses, or give --list, --search or --whom.")
        raise typer.BadParameter(text)
    found, unknown = (None, []) if given is None else access.users_at(given)
    usual = Whom.WITHOUT if given is None else Whom.ALL
    choice = Choice(whom or usual, tuple(search.split()), found)
    if dry_run:
        _preview(context, choice, unknown)
    else:
        way = by or access.ways_of_inviting()[0]
        total = access.invite_many(choice, link_address(), person(), way=way)
        _conclude(context, total, unknown)
    if unknown:
        raise typer.Exit(Exit.FAILED)


@invitations.command(help=_("Show how the latest invitation of each person stands."))
def show(context: typer.Context, *, state: State = None) -> None:
    """One row a person, the newest first."""
    now = timezone.now()
    rows = [_row(one, now) for one in access.invitations().order_by("-asked_on", "pk")]
    rows = [row for row in rows if state is None or row["state"] == state]
    if wants_json(context):
        print_json(rows)
        return
    for row in rows:
        row["state"] = Standing(row["state"]).label
    columns = {"name": _("User"), "address": _("Address"), "state": _("State")}
    print_rows(columns | {"asked": _("Invited"), "until": _("Works until")}, rows)
    for row in rows:
        if row["cause"]:
            say(f"{row['name']}: {row['code']} {row['cause']} {row['remedy']}")


@invitations.command(help=_("Send new links to people who have not come yet."))
def again(
    context: typer.Context,
    named: Addresses = None,
    *,
    addresses: ListFile = None,
    state: State = None,
) -> None:
    """The way in stays that of the first invitation."""
    chosen, unknown = _chosen(named, addresses, state)
    total = access.send_again(chosen, link_address(), person())
    _conclude(context, total, unknown)
    if unknown:
        raise typer.Exit(Exit.FAILED)


@invitations.command(help=_("Let open links of these people work no longer."))
def withdraw(
    context: typer.Context,
    named: Addresses = None,
    *,
    addresses: ListFile = None,
    state: State = None,
) -> None:
    """What waits is not sent."""
    chosen, unknown = _chosen(named, addresses, state)
    total = access.withdraw(chosen, person())
    text = ngettext("{n} invitation is withdrawn.", "{n} invitations are withdrawn.", total)
    _tell(context, {"withdrawn": total, "unknown": unknown}, text.format(n=total))
    if unknown:
        raise typer.Exit(Exit.FAILED)


def _given(named: list[str] | None, file: Path | None) -> list[str] | None:
    """The addresses that were typed or listed; None when neither was asked for."""
    if not named and file is None:
        return None
    text = "\n".join(named or [])
    if file is not None:
        with file.open("rb") as stream:
            text += "\n" + stream.read(LIST_BYTES).decode("utf-8-sig", "replace")
    return addresses_in(text)


def _chosen(
    named: list[str] | None, file: Path | None, state: Standing | None
) -> tuple[Collection[UUID], list[str]]:
    """The invitations that are meant, and the addresses that nobody has."""
    given = _given(named, file)
    if given is None and state is None:
        raise typer.BadParameter(_("Name addresses, or give --list or --state."))
    users, unknown = (None, []) if given is None else access.users_at(given)
    now, wanted = timezone.now(), set(users or ())
    found = [
        one.pk
        for one in access.invitations()
        if (users is None or one.pk in wanted) and (state is None or one.standing(now) == state)
    ]
    return found, unknown


def _preview(context: typer.Context, choice: Choice, unknown: list[str]) -> None:
    users = choice.users().order_by("fullname", "pk")
    rows = [_person_row(user) for user in users]
    counts = {str(prospect): number for prospect, number in access.counted(users).items()}
    if wants_json(context):
        print_json({"counts": counts, "unknown": unknown, "people": rows})
        return
    for row in rows:
        row["prospect"] = Prospect(row["prospect"]).label
    columns = {"name": _("User"), "address": _("Address"), "prospect": _("What would be done")}
    print_rows(columns, rows)
    total = sum(counts.get(str(one), 0) for one in INVITABLE)
    text = ngettext("{n} invitation would go out.", "{n} invitations would go out.", total)
    say(text.format(n=total))
    _tell_unknown(unknown)


def _person_row(user: SystemUser) -> dict[str, Any]:
    return {
        "id": str(user.pk),
        "name": user.fullname,
        "address": user.internal_email_address,
        "prospect": user.prospect,  # type: ignore[attr-defined] # annotated by the choice
    }


def _row(one: Invitation, now: Any) -> dict[str, Any]:
    told = render_fault(one.code, one.facts) if one.code else None
    return {
        "id": str(one.pk),
        "name": one.systemuser.fullname,
        "address": one.systemuser.internal_email_address,
        "state": str(one.standing(now)),
        "by": one.way,
        "asked": spoken_moment(one.asked_on),
        "until": spoken_moment(one.expires_on) if one.expires_on else "",
        "code": one.code,
        "cause": told.cause if told else "",
        "remedy": told.remedy if told else "",
    }


def _conclude(context: typer.Context, total: int, unknown: list[str]) -> None:
    text = ngettext("{n} invitation goes out.", "{n} invitations go out.", total)
    _tell(context, {"invited": total, "unknown": unknown}, text.format(n=total))
    if not workers_alive() and not wants_json(context):
        say(_("No worker runs now; it is done as soon as passerelle run is started."))


def _tell(context: typer.Context, facts: dict[str, Any], text: str) -> None:
    if wants_json(context):
        print_json(facts)
        return
    say(text)
    _tell_unknown(facts["unknown"])


def _tell_unknown(unknown: list[str]) -> None:
    if unknown:
        text = _("Addresses that no active user has: {addresses}")
        say(text.format(addresses=", ".join(unknown)))
