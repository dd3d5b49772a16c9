"""Work on items of queues: each step one conditional statement, so that of two one is told.

Nothing is removed: an item that is finished, or went to another queue, stays as it was left, and
with it the sight of the email for those who worked on it.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from passerelle.crm.models import Email, Queue, QueueItem, SystemUser
from passerelle.crm.models.mail.queue_items import QueueItemState
from passerelle.crm.readers import grant

LOOKED_AT = 20  # items at once: others pick some of them from under us

_WAITING = {"statecode": QueueItemState.ACTIVE, "worker": None}


def works_in(queue: Queue, user: SystemUser | None) -> bool:
    """Whether the user is a member of the queue, and may work on its items."""
    return user is not None and queue.members.filter(pk=user.pk).exists()


def pick(item: QueueItem, user: SystemUser) -> None:
    """Have the user work on it. Raises `ValidationError` when somebody does, or it is finished."""
    if not _pick(user, pk=item.pk):
        raise ValidationError(_why_not(item))


def pick_next(queue: Queue, user: SystemUser) -> QueueItem | None:
    """Have the user work on what waits longest; None when nothing waits."""
    waiting = QueueItem.objects.filter(queue=queue, **_WAITING).order_by("entered_on", "pk")
    while items := list(waiting[:LOOKED_AT]):
        for item in items:
            if _pick(user, pk=item.pk):
                return item
    return None


def pick_by_answering(email: Email, user: SystemUser) -> None:
    """Whoever answers an email works on what waits of it in their queues."""
    _pick(user, email=email, queue__members=user)


def release(item: QueueItem) -> None:
    """Nobody works on it any more; it waits again. Raises `ValidationError` when it is finished."""
    _change(item, worker=None, worked_on=timezone.now())


def give(item: QueueItem, user: SystemUser) -> None:
    """Have a member of its queue work on it, whoever did. Raises `ValidationError`."""
    if not works_in(item.queue, user):
        raise ValidationError(
            gettext("%(name)s is no member of %(queue)s.")
            % {"name": user.fullname, "queue": item.queue.name}
        )
    _change(item, worker=user, worked_on=timezone.now())


def route(item: QueueItem, queue: Queue) -> None:
    """Finish it here and let it wait in another queue. Raises `ValidationError`."""
    if queue.pk == item.queue_id:
        raise ValidationError(gettext("It is in this queue already."))
    with transaction.atomic():
        finish(item)
        QueueItem.objects.update_or_create(
            queue=queue,
            email_id=item.email_id,
            defaults=_WAITING | {"entered_on": timezone.now(), "worked_on": None},
        )
        grant([item.email_id])


def finish(item: QueueItem) -> None:
    """Nothing is left to do. Raises `ValidationError` when it is finished already."""
    _change(item, statecode=QueueItemState.INACTIVE)


def finish_before(queue: Queue, moment: datetime) -> int:
    """Finish all that nobody works on and that entered before; how many they were."""
    rows = QueueItem.objects.filter(queue=queue, entered_on__lt=moment, **_WAITING)
    return rows.update(statecode=QueueItemState.INACTIVE)


def reopen(item: QueueItem) -> None:
    """Something is left to do after all: it waits again."""
    rows = QueueItem.objects.filter(pk=item.pk, statecode=QueueItemState.INACTIVE)
    if not rows.update(**_WAITING, worked_on=timezone.now()):
        raise ValidationError(gettext("It is active already."))


def _pick(user: SystemUser, **which: object) -> int:
    waiting = QueueItem.objects.filter(**which, **_WAITING)
    return waiting.update(worker=user, worked_on=timezone.now())


def _change(item: QueueItem, **values: object) -> None:
    rows = QueueItem.objects.filter(pk=item.pk, statecode=QueueItemState.ACTIVE)
    if not rows.update(**values):
        raise ValidationError(gettext("It is finished already."))


def _why_not(item: QueueItem) -> str:
    stored = QueueItem.objects.select_related("worker").filter(pk=item.pk).first()
    if stored is None or stored.statecode == QueueItemState.INACTIVE:
        return gettext("It is finished already.")
    name = stored.worker.fullname if stored.worker else ""
    return gettext("%(name)s works on it.") % {"name": name}
