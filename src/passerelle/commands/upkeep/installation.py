"""`passerelle installation`: whether this is the installation itself or a copy, and saying so."""

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from passerelle.commands.console.asking import person
from passerelle.commands.console.output import print_json, say, wants_json
from passerelle.engine.services import require_up_to_date
from passerelle.upkeep import services as upkeep

installation = typer.Typer(no_args_is_help=True)


@installation.callback()
def prepare() -> None:
    """No command here can work on a database of another shape."""
    require_up_to_date()


@installation.command("show", help=_("Say whether this is a copy."))
def show(context: typer.Context) -> None:
    """Changes nothing."""
    found = upkeep.standing()
    if wants_json(context):
        print_json({"is_copy": found.is_copy, "place": found.place, "here": found.here})
        return
    if found.is_copy:
        say(_("This is a copy: it neither reads nor sends."))
    else:
        say(_("This is the installation itself."))
    say(_("Place of the installation: {place}").format(place=found.place or "—"))
    say(_("This place: {place}").format(place=found.here))


@installation.command(help=_("This is the real one now; the original is stopped for good."))
def confirm(
    context: typer.Context,
    *,
    send: Annotated[
        bool,
        typer.Option(
            "--send-what-waits",
            help=_("The original was stopped before the copy was made; what waits is sent."),
        ),
    ] = False,
) -> None:
    """Mailboxes start again; what waited to be sent waits for a person."""
    held = upkeep.confirm_real(person(), hold=not send)
    if wants_json(context):
        print_json({"held": held})
        return
    say(
        _("This is the installation now. Emails that wait for a person: {count}").format(count=held)
    )


@installation.command("copy", help=_("This is a copy; it rests until it is confirmed."))
def declare(
    context: typer.Context,
    *,
    name: Annotated[str, typer.Option(help=_("A name of the organization for it."))] = "",
) -> None:
    """It neither reads nor sends from now on."""
    upkeep.declare_copy(person(), name=name)
    if not wants_json(context):
        say(_("This is a copy: it neither reads nor sends."))
