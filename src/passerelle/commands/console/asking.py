"""A passphrase, asked of a person without showing it, or of the environment for programs."""

import getpass
import os
import sys

import typer
from django.utils.translation import gettext as _

from passerelle.faults import Secret

VARIABLE = "PASSERELLE_BACKUP_PASSPHRASE"


def passphrase(*, new: bool) -> Secret:
    """Typed twice when it is a new one. Ends the command where nobody can be asked."""
    given = os.environ.get(VARIABLE)
    if given:
        return Secret(given)
    if not sys.stdin.isatty():
        raise typer.BadParameter(_("Set {name} to the passphrase.").format(name=VARIABLE))
    typed = getpass.getpass(_("Passphrase of the keys: "))
    if new and getpass.getpass(_("The same again: ")) != typed:
        raise typer.BadParameter(_("The two passphrases differ."))
    return Secret(typed)


def person() -> str:
    """Who did it, for the audit: the account of the system."""
    return f"{getpass.getuser()} (console)"
