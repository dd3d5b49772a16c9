"""Whoever has a message in their mailbox reads its record: a blind copy, or one by a list.

The header names them nowhere, so only the place tells. The same message in a second mailbox is no
second record, but a place of the first one.
"""

from collections.abc import Collection
from uuid import UUID

from passerelle.crm.readers import Readers, user_or_queue
from passerelle.sync.models import Place


def by_their_mailbox(emails: Collection[UUID]) -> Readers:
    """The users and queues in whose mailboxes these emails lie."""
    rows = Place.objects.filter(email__in=emails, mailbox__is_forward_mailbox=False)
    principal = user_or_queue("mailbox__systemuser_id", "mailbox__queue_id")
    return rows.values_list(principal, "email_id", "email__created_on")
