"""Who sees which email. The rule is ours: decision 0016.

A user sees the emails of which they are a party, the owner, or a member of a queue that has them.
An administrator sees the headers of all and reads the text of their own; whoever shows another
text asks for the reason first and has it audited.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from passerelle.crm.models import (
    ActivityParty,
    Email,
    QueueItem,
    QueueMembership,
    SignInAccount,
    SystemUser,
)


def visible_emails(account: SignInAccount) -> QuerySet[Email]:
    """The emails that may be listed to this account, in no order."""
    if account.is_administrator:
        return Email.objects.all()
    if account.systemuser is None:
        return Email.objects.none()
    return _own_emails(account.systemuser)


def may_read_body(account: SignInAccount, email: Email) -> bool:
    """Whether the text is this account's to read without giving a reason."""
    user = account.systemuser
    return user is not None and _own_emails(user).filter(pk=email.pk).exists()


def _own_emails(user: SystemUser) -> QuerySet[Email]:
    queues = QueueMembership.objects.filter(systemuser=user).values("queue")
    party = ActivityParty.objects.filter(email=OuterRef("pk")).filter(
        Q(systemuser=user) | Q(queue__in=queues)
    )
    item = QueueItem.objects.filter(email=OuterRef("pk"), queue__in=queues)
    return Email.objects.filter(
        Q(owner=user) | Q(accepting_queue__in=queues) | Exists(party) | Exists(item)
    )
