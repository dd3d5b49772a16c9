"""`passerelle mail`: what became of messages, and why; what is said against it; their index."""

from typing import Annotated, Any, TypeVar

import typer
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from passerelle.commands.console.asking import person
from passerelle.commands.console.exits import Exit
from passerelle.commands.console.output import print_json, print_rows, say, wants_json
from passerelle.crm.models import Email
from passerelle.crm.search import rebuild
from passerelle.crm.services import WAS_READ
from passerelle.engine.services import require_up_to_date
from passerelle.guids import guid_of
from passerelle.sync.models import Place
from passerelle.sync.services import (
    CONSOLE,
    Found,
    ask_to_take,
    decision_of,
    places_of,
    readers_of,
    sought_by,
    trace_of,
    untrack,
    where,
)

mail = typer.Typer(no_args_is_help=True)

Chosen = TypeVar("Chosen", bound=Model)


@mail.callback()
def prepare() -> None:
    """No command here can work on a database of another shape."""
    require_up_to_date()


@mail.command("where", help=_("Show what became of the messages with an address or Message-ID."))
def show_where(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help=_("Email address or Message-ID."))],
    after: Annotated[str, typer.Option("--after", help=_("Go on after this message."))] = "",
) -> None:
    """A row a message, the newest first; failed when none is known."""
    sought = sought_by(text)
    if not sought:
        raise typer.BadParameter(_("{text} is no address and no Message-ID.").format(text=text))
    page = where(CONSOLE, sought, after=after)
    rows = [_row(one) for one in (*page.rows, *page.imported)]
    if wants_json(context):
        print_json({"messages": rows, "after": page.after})
    elif rows:
        _print(rows)
        if page.after:
            say(_("There are more: --after {key}").format(key=page.after))
    else:
        _say_nothing(text)
    if not rows:
        raise typer.Exit(Exit.FAILED)


@mail.command("take", help=_("Have an ignored message tracked, by the GUID that `where` shows."))
def take(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help=_("GUID of an ignored message."))],
) -> None:
    """Ask its mailbox for it; fails with the reason where that cannot be."""
    missing = typer.BadParameter(_("No message that came has the GUID {key}.").format(key=key))
    place = _chosen(Place.objects.all(), key, missing)
    request = ask_to_take(place, person())
    if wants_json(context):
        print_json({"id": str(place.pk), "asked_on": request.asked_on.isoformat()})
    else:
        say(_("Asked for: it is tracked with the next cycle."))


@mail.command("untrack", help=_("Remove the record of an email that was read; its message stays."))
def untrack_email(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help=_("GUID of an email."))],
    *,
    yes: Annotated[bool, typer.Option("--yes", help=_("Untrack without asking."))] = False,
) -> None:
    """The record goes, and the same message is ignored where it arrives again."""
    missing = typer.BadParameter(
        _("No email that was received, or read from a Sent folder, has the GUID {key}.").format(
            key=key
        )
    )
    email = _chosen(Email.objects.filter(WAS_READ), key, missing)
    as_json = wants_json(context)
    if not (yes or (not as_json and typer.confirm(_("Untrack the email?")))):
        raise typer.Exit(Exit.FAILED)
    untrack(email, person())
    if as_json:
        print_json({"id": str(email.pk)})
    else:
        say(_("Untracked. What lies in mailboxes stays there."))


@mail.command("index", help=_("Have all emails indexed anew for the search by words."))
def index(context: typer.Context) -> None:
    """Ask for every email; the running service indexes them by and by."""
    count = rebuild()
    if wants_json(context):
        print_json({"emails": count})
    else:
        say(_("Emails to be indexed while Passerelle runs: {count}").format(count=count))


@mail.command("why", help=_("Show the way of one message, by the GUID that `where` shows."))
def show_why(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help=_("GUID of a message or of an email."))],
) -> None:
    """The decision and what was looked at, of each mailbox that brought it."""
    missing = typer.BadParameter(_("No message that came has the GUID {key}.").format(key=key))
    guid = guid_of(key)
    places = places_of(guid) if guid else []
    if not places:
        raise missing
    if wants_json(context):
        print_json([{**_told(place), "looked_at": trace_of(place)} for place in places])
        return
    for place in places:
        say(f"{place.mailbox}, {place.folder}: {decision_of(place)}")
        for number, look in enumerate(trace_of(place), 1):
            say(f"  {number}. {look}")


def _chosen(rows: QuerySet[Chosen], key: str, missing: typer.BadParameter) -> Chosen:
    guid = guid_of(key)
    row = rows.filter(pk=guid).first() if guid else None
    if row is None:
        raise missing
    return row


def _print(rows: list[dict[str, Any]]) -> None:
    columns = {
        "moment": _("When"),
        "outcome": _("Outcome"),
        "mailbox": _("Mailbox"),
        "sender": _("Sender"),
        "why": _("Why"),
        "id": "GUID",
    }
    print_rows(columns, [{**row, "moment": row["moment"][:16].replace("T", " ")} for row in rows])


def _say_nothing(text: str) -> None:
    say(_("No message like this is known."))
    for reader in readers_of(CONSOLE, sought_by(text)):
        looked = reader.looked_on
        moment = timezone.localtime(looked).isoformat(" ", "minutes") if looked else _("never")
        told = _("Looked through: {mailbox}, {folder}; last cycle: {moment}.")
        say(told.format(mailbox=reader.mailbox, folder=reader.folder, moment=moment))


def _row(found: Found) -> dict[str, Any]:
    if found.place:
        return {**_told(found.place), "id": str(found.key)}
    email = found.email
    assert email is not None  # a message without a place was found by its record
    return {
        "id": str(found.key),
        "moment": timezone.localtime(email.created_on).isoformat(),
        "outcome": email.get_statuscode_display(),
        "why": "",
        "mailbox": "",
        "folder": "",
        "sender": email.sender,
        "message_id": email.message_id,
    }


def _told(place: Place) -> dict[str, Any]:
    return {
        "id": str(place.pk),
        "moment": timezone.localtime(place.decided_on).isoformat(),
        "outcome": place.get_outcome_display(),
        "why": decision_of(place),
        "mailbox": str(place.mailbox),
        "folder": place.folder,
        "sender": place.sender,
        "message_id": place.message_id,
    }
