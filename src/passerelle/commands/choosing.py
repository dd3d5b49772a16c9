"""Which mailboxes a command is about: named by address or GUID, or all. All or nothing."""

import typer
from django.db.models import Q
from django.utils.translation import gettext as _

from passerelle.guids import guid_of
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.profile import State


def choose(named: list[str] | None, *, every: bool) -> list[Mailbox]:
    """The mailboxes, each once. A name that means none or several ends the command."""
    if bool(named) == every:
        raise typer.BadParameter(_("Name mailboxes by address or GUID, or give --all."))
    if every:
        return list(Mailbox.objects.filter(statecode=State.ACTIVE))
    chosen = {mailbox.pk: mailbox for mailbox in map(_one, named or [])}
    return list(chosen.values())


def _one(name: str) -> Mailbox:
    condition = Q(email_address__iexact=name)
    if (guid := guid_of(name)) is not None:
        condition |= Q(pk=guid)
    found = list(Mailbox.objects.filter(condition)[:2])
    if not found:
        raise typer.BadParameter(_("No mailbox is called {name}.").format(name=name))
    if len(found) > 1:
        text = _("Several mailboxes have the address {name}; give the GUID of one.")
        raise typer.BadParameter(text.format(name=name))
    return found[0]
