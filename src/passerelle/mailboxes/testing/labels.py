"""How the steps of a test are called, in the reader's language, on pages and on the console."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS = {
    "resolve": _("Find the server"),
    "connect": _("Connect"),
    "tls": _("Encrypt and check the certificate"),
    "sign-in": pgettext_lazy("step of a test", "Sign in"),
    "offers": _("Ask what the server can do"),
    "mechanisms": _("Ask for the ways to sign in"),
    "list": _("List the inbox"),
    "moves": _("Move messages to another folder"),
    "list-folders": _("List the folders"),
    "send": _("Send a test message to itself"),
    "arrived": _("The test message arrived"),
    "removed": _("Remove the test message"),
}


def step_label(name: str) -> str:
    """The label of a step; a step of another version is called by its name."""
    return str(LABELS.get(name, name))
