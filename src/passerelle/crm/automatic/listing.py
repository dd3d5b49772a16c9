"""The list of records that were made automatically: who sees which, and what is filtered."""

from django.db.models import Q, QuerySet, TextChoices
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
