"""Whose an email is to read, asked of rows of `email` that something else chooses."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from passerelle.crm.models import PrincipalObjectAccess, QueueMembership, SystemUser

FEW = 5_000  # rows of somebody, an email twice that is theirs and their queue's


def is_read_by(user: SystemUser) -> Exists:
    """Whether an email, a row of `email`, is this user's or that of a queue of theirs."""
    queues = QueueMembership.objects.filter(systemuser=user).values("queue")
    theirs = Q(principal=user.pk) | Q(principal__in=queues)
    return Exists(PrincipalObjectAccess.objects.filter(theirs, email=OuterRef("pk")))


def is_read_as(principal: UUID) -> Exists:
    """Whether an email, a row of `email`, is this very user's or queue's."""
    return Exists(PrincipalObjectAccess.objects.filter(principal=principal, email=OuterRef("pk")))


def principals_of(user: SystemUser) -> list[UUID]:
    """As whom this user reads: themselves, and the queues in which they work."""
    queues = QueueMembership.objects.filter(systemuser=user).order_by("queue")
    return [user.pk, *queues.values_list("queue", flat=True)]


def few_read_as(principals: Sequence[UUID]) -> QuerySet[PrincipalObjectAccess] | None:
    """All rows of these principals, to be looked through; None where they are not few."""
    rows = PrincipalObjectAccess.objects.filter(principal__in=principals)
    return rows if rows[: FEW + 1].count() <= FEW else None
