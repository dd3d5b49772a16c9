"""`passerelle remove-second-factor`: for whoever lost device and codes, at the server itself."""

import getpass
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from passerelle.access.services import remove_second_factor
from passerelle.commands.console.exits import Exit
from passerelle.commands.console.output import say
from passerelle.crm.models import SignInAccount
from passerelle.engine.services import require_up_to_date


def remove(
    username: Annotated[str, typer.Argument(help=_("The name by which the person signs in."))],
) -> None:
    """Take the second factor of one account away; the password stays."""
    require_up_to_date()
    account = SignInAccount.objects.filter(username=username).first()
    if account is None:
        say(_("No account has the name {name}.").format(name=username))
        raise typer.Exit(Exit.FAILED)
    if remove_second_factor(account, f"{getpass.getuser()} (console)"):
        say(_("The second factor of {name} is removed.").format(name=username))
    else:
        say(_("{name} has no second factor.").format(name=username))
