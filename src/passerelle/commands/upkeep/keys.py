"""`passerelle keys`: list, rotate, retire."""

from dataclasses import asdict
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from passerelle.commands.console.asking import person
from passerelle.commands.console.output import print_json, print_rows, say, wants_json
from passerelle.configuration import load_config
from passerelle.engine.services import require_up_to_date
from passerelle.upkeep import services as upkeep

keys = typer.Typer(no_args_is_help=True)


@keys.callback()
def prepare() -> None:
    """No command here can work on a database of another shape."""
    require_up_to_date()


@keys.command("list", help=_("Show the keys and how many passwords each encrypts."))
def show(context: typer.Context) -> None:
    """The current one first."""
    found = upkeep.list_keys(load_config())
    if wants_json(context):
        print_json([asdict(one) for one in found])
        return
    rows = [{"id": one.id, "passwords": one.passwords, "state": _state(one)} for one in found]
    columns = {"id": _("Key"), "passwords": _("Passwords"), "state": _("State")}
    print_rows(columns, rows)


@keys.command(help=_("Make a new key and encrypt every password by it."))
def rotate(context: typer.Context) -> None:
    """Works while passerelle run goes on; broken off, it goes on when it is run again."""
    done = upkeep.rotate_keys(load_config(), person())
    if wants_json(context):
        print_json({"passwords": done})
        return
    say(_("Passwords that were encrypted anew: {count}").format(count=done))
    say(_("Restart passerelle run when it suits, so that sessions are signed by the new key."))


@keys.command(help=_("Take a key that nothing uses out of the key file."))
def retire(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help=_("The key, as passerelle keys list shows it."))],
) -> None:
    """Sessions signed by it end; backups made before still need it."""
    upkeep.retire_key(load_config(), key, person())
    if wants_json(context):
        print_json({"retired": key})
        return
    text = _("The key {key} is gone. Backups from before need it: keep a copy of it with them.")
    say(text.format(key=key))


def _state(one: upkeep.KeyUse) -> str:
    if one.current:
        return _("current")
    if not one.in_file:
        return _("lost: it is not in the key file")
    return _("still used") if one.passwords else _("can be retired")
