"""The list of records that were made automatically: who sees which, and what is filtered."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import AutomaticRecord, QueueMembership, SignInAccount


class Made(TextChoices):
    """Which rows are asked for."""

    STANDING = "standing", _("Made and kept")
    TAKEN_BACK = "taken-back", _("Taken back")


def records_made() -> QuerySet[AutomaticRecord]:
    """All of them with what a list shows, in no order."""
    return AutomaticRecord.objects.select_related("contact", "lead", "by_user", "by_queue")


def visible_to(account: SignInAccount) -> QuerySet[AutomaticRecord]:
    """Those of one's own option and of the queues one works in; all, for an administrator."""
    if account.is_administrator:
        return records_made()
    user = account.systemuser_id
    if user is None:
        return records_made().none()
    queues = QueueMembership.objects.filter(systemuser=user).values("queue")
    return records_made().filter(Q(by_user=user) | Q(by_queue__in=queues))


def made_on(rows: QuerySet[AutomaticRecord], day: date) -> QuerySet[AutomaticRecord]:
    """Those made on this day, in the time zone of the pages."""
    begins = timezone.make_aware(datetime.combine(day, time.min))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return rows.filter(created_on__gte=begins, created_on__lt=ends)


def filtered(
    rows: QuerySet[AutomaticRecord], which: str, words: list[str]
) -> QuerySet[AutomaticRecord]:
    """Those that stand or were taken back, whose name, address or option has all of the words."""
    if which in Made.values:
        rows = rows.filter(taken_back_on__isnull=which == Made.STANDING)
    for word in words:
        rows = rows.filter(
            Q(fullname__icontains=word)
            | Q(address__icontains=word)
            | Q(by_user__fullname__icontains=word)
            | Q(by_queue__name__icontains=word)
        )
    return rows
