"""Many mailboxes at once, for an import: made with their users and queues, or changed.

The rules are those of `records`: the default settings, an approval that somebody has yet to give,
nothing ever enabled. Whoever calls writes the one entry of the audit.
"""

from collections.abc import Collection, Sequence

from passerelle.crm import services as crm
from passerelle.crm.models import Queue, SystemUser
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services.approval import name_approved
from passerelle.mailboxes.services.processing import current_settings, schedule
from passerelle.mailboxes.services.records import new_mailbox


def add_mailboxes(people: Sequence[SystemUser | Queue]) -> None:
    """Make the mailboxes of users or queues that were just made."""
    settings = current_settings()
    crm.load_rows([new_mailbox(one, settings) for one in people])


def change_mailboxes(mailboxes: Sequence[Mailbox], names: Collection[str]) -> None:
    """Store these fields of mailboxes, and ask for the work of those that may run now."""
    crm.update_rows(mailboxes, {*names, "modified_on"})
    changed = Mailbox.objects.filter(pk__in=[mailbox.pk for mailbox in mailboxes])
    if "approval" in names:
        name_approved(changed)
    schedule(changed)
