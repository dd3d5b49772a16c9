"""Who is known: users, queues and forward mailboxes by address and by GUID, for the merge.

An address that several of them have tells nobody, so that no provider is given to the wrong one.
"""

from collections.abc import Iterator
from uuid import UUID

from passerelle.crm.models import Queue, SystemUser
from passerelle.mailboxes.models import Mailbox
from passerelle.router.files.format import Directory, Who
from passerelle.router.files.merged import RecipientKind


def directory() -> Directory:
    """Everybody, with three queries."""
    by_address: dict[str, Who | None] = {}
    addresses: dict[UUID, str] = {}
    for who, address in everybody():
        addresses[who.guid] = address
        if address:
            folded = address.casefold()
            by_address[folded] = None if folded in by_address else who
    return Directory(
        by_address={address: who for address, who in by_address.items() if who is not None},
        addresses=addresses,
    )


def everybody() -> Iterator[tuple[Who, str]]:
    """Each user, queue and forward mailbox with its address, with three queries."""
    users = SystemUser.objects.order_by().values_list("pk", "internal_email_address")
    for guid, address in users.iterator():
        yield Who(RecipientKind.USER, guid), address
    queues = Queue.objects.order_by().values_list("pk", "email_address")
    for guid, address in queues.iterator():
        yield Who(RecipientKind.QUEUE, guid), address
    forward = Mailbox.objects.order_by().filter(is_forward_mailbox=True)
    for guid, address in forward.values_list("pk", "email_address").iterator():
        yield Who(RecipientKind.FORWARD, guid), address
