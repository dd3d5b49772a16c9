"""Whoever has a message in their mailbox sees its record: a blind copy, or one by a list.

The header names them nowhere, so only the place tells. The same message in a second mailbox is no
second record, but a place of the first one.
"""

from django.db.models import Exists, OuterRef, Q

from passerelle.crm.models import QueueMembership, SystemUser
from passerelle.sync.models import Place


def lies_in_a_mailbox_of(user: SystemUser) -> Exists:
    """Whether the email lies in the user's mailbox, or in that of a queue of theirs."""
    queues = QueueMembership.objects.filter(systemuser=user).values("queue")
    theirs = Q(mailbox__systemuser=user) | Q(mailbox__queue__in=queues)
    return Exists(Place.objects.filter(theirs, email=OuterRef("pk")))
