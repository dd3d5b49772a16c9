"""Whose an email is to read, asked of rows of `email` that something else chooses."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from passerelle.crm.models import PrincipalObjectAccess, QueueMembership, SystemUser


def is_read_by(user: SystemUser) -> Exists:
    """Whether an email, a row of `email`, is this user's or that of a queue of theirs."""
    queues = QueueMembership.objects.filter(systemuser=user).values("queue")
    theirs = Q(principal=user.pk) | Q(principal__in=queues)
    return Exists(PrincipalObjectAccess.objects.filter(theirs, email=OuterRef("pk")))


def principals_of(user: SystemUser) -> list[UUID]:
    """As whom this user reads: themselves, and the queues in which they work."""
    queues = QueueMembership.objects.filter(systemuser=user).order_by("queue")
    return [user.pk, *queues.values_list("queue", flat=True)]
