"""By which records somebody may read an email: the one place that says so.

A party, the owner, who accepted it, a queue in which it lies. What areas above know besides (it
lies in somebody's mailbox, as a blind copy) they say with `read_also`.
"""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, UUIDField
from django.db.models.functions import Coalesce

from passerelle.crm.models import ActivityParty, Email, QueueItem

# Rows of a principal, an email, and when that was made; in no order, some twice.
Readers = QuerySet[Any, tuple[Any, ...]]
Source = Callable[[Collection[UUID]], Readers]


def user_or_queue(user: str, queue: str) -> Coalesce:
    """The one of two keys that is set."""
    return Coalesce(user, queue, output_field=UUIDField())


def _owners(emails: Collection[UUID]) -> Readers:
    rows = Email.objects.filter(pk__in=emails, owner__isnull=False)
    return rows.values_list(F("owner_id"), "pk", "created_on")


def _acceptors(emails: Collection[UUID]) -> Readers:
    accepted = Q(accepting_user__isnull=False) | Q(accepting_queue__isnull=False)
    principal = user_or_queue("accepting_user_id", "accepting_queue_id")
    return Email.objects.filter(accepted, pk__in=emails).values_list(principal, "pk", "created_on")


def _parties(emails: Collection[UUID]) -> Readers:
    named = Q(systemuser__isnull=False) | Q(queue__isnull=False)
    rows = ActivityParty.objects.order_by().filter(named, email__in=emails)
    return rows.values_list(
        user_or_queue("systemuser_id", "queue_id"), "email_id", "email__created_on"
    )


def _items(emails: Collection[UUID]) -> Readers:
    rows = QueueItem.objects.filter(email__in=emails)
    return rows.values_list("queue_id", "email_id", "email__created_on")


SOURCES: list[Source] = [_owners, _acceptors, _parties, _items]


def read_also(source: Source) -> None:
    """Have these read emails, too; called at start."""
    if source not in SOURCES:
        SOURCES.append(source)


def readers_of(emails: Collection[UUID]) -> Readers:
    """Who may read these emails, each principal once an email."""
    first, *others = (source(emails) for source in SOURCES)
    return first.union(*others)
