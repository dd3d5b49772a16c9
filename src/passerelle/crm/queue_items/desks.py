"""What lies in queues: whose desks there are, how much waits, and the items by their state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Subquery

from passerelle.crm.models import Email, Queue, QueueItem, QueueMembership, SignInAccount
from passerelle.crm.models.mail.queue_items import QueueItemState
from passerelle.crm.models.people import State

COUNTED = 1_000  # of the items that wait; more are not counted


class Show(Enum):
    """Which items of a queue."""

    WAITING = "waiting"  # active, and nobody works on them
    MINE = "mine"
    TAKEN = "taken"  # somebody works on them
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Desk:
    """A queue as its members see it."""

    queue: Queue
    waiting: int  # `COUNTED` at most
    oldest: datetime | None  # when the longest waiting item entered


class _Counted(Subquery):
    """How many rows a sliced query has: the slice bounds the cost."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def queues_of(account: SignInAccount) -> QuerySet[Queue]:
    """The active queues whose items this person may work on: their own; administrators: all."""
    queues = Queue.objects.filter(statecode=State.ACTIVE).order_by("name", "pk")
    if account.is_administrator:
        return queues
    return queues.filter(members=account.systemuser) if account.systemuser else queues.none()


def desks_of(account: SignInAccount) -> list[Desk]:
    """These queues and what waits in each, in one query."""
    waiting = _shown(QueueItem.objects.filter(queue=OuterRef("pk")), Show.WAITING, account)
    rows = queues_of(account).annotate(
        waiting=_Counted(waiting.order_by().values("pk")[:COUNTED]),
        oldest=Subquery(waiting.order_by("entered_on").values("entered_on")[:1]),
    )
    return [Desk(queue, queue.waiting, queue.oldest) for queue in rows]


def items_of(queue: Queue, show: Show, account: SignInAccount) -> QuerySet[QueueItem]:
    """The items of one queue, in no order, each with its email and who works on it."""
    rows = _shown(QueueItem.objects.filter(queue=queue), show, account)
    return rows.select_related("email", "worker").defer(
        "email__description", "email__html", "email__identity", "email__text_digest"
    )


def items_shown_with(email: Email, account: SignInAccount) -> Sequence[QueueItem]:
    """The items of an email in the queues of this person, active ones first.

    `is_own` says whether the person is a member of the queue, and may pick.
    """
    member = QueueMembership.objects.filter(queue=OuterRef("queue"), systemuser=account.systemuser)
    rows = QueueItem.objects.filter(email=email, queue__in=queues_of(account))
    shown = rows.annotate(is_own=Exists(member)).select_related("queue", "worker")
    return list(shown.order_by("statecode", "queue__name"))


def _shown(items: QuerySet[QueueItem], show: Show, account: SignInAccount) -> QuerySet[QueueItem]:
    if show is Show.DONE:
        return items.filter(statecode=QueueItemState.INACTIVE)
    active = items.filter(statecode=QueueItemState.ACTIVE)
    match show:
        case Show.WAITING:
            return active.filter(worker=None)
        case Show.MINE:
            return active.filter(worker=account.systemuser, worker__isnull=False)
        case _:
            return active.filter(worker__isnull=False)
