"""Which bulk actions are whose: an operator has those that they may do to one mailbox, too.

Profiles, methods, starts and what is enabled are configuration, and administrators' alone.
"""

from collections.abc import Sequence

from django.db.models import QuerySet

from passerelle.crm.models import SignInAccount
from passerelle.mailboxes.models import BulkAction
from passerelle.mailboxes.models.bulk import BulkKind

_OPERATED = (BulkKind.APPROVE, BulkKind.REJECT, BulkKind.TEST, BulkKind.SYNC)


def kinds_of(account: SignInAccount) -> Sequence[BulkKind]:
    """What this person may do to many mailboxes."""
    if account.is_administrator:
        return tuple(BulkKind)
    return _OPERATED if account.operates_mailboxes else ()


def actions_of(account: SignInAccount) -> QuerySet[BulkAction]:
    """The actions of such kinds, whoever started them: to look at, and to stop."""
    return BulkAction.objects.filter(kind__in=kinds_of(account))
