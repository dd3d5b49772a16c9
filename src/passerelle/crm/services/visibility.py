"""Who sees which email. The rule is ours: decision 0016.

A user sees the emails of which they are a party, the owner, who accepted them, or a member of a
queue that has them. What else shows that they got one (it lies in their mailbox, as a blind copy)
is known to areas above, which say so with `see_also`.
An administrator sees the headers of all and reads the text of their own; whoever shows another
text asks for the reason first and has it audited.
"""

from collections.abc import Callable, Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from passerelle.crm.models import (
    ActivityParty,
    Email,
    QueueItem,
    QueueMembership,
    SignInAccount,
    SystemUser,
)

Sight = Callable[[SystemUser], Exists]
_sights: list[Sight] = []


def see_also(sight: Sight) -> None:
    """Have users see the emails for which this holds, of a row `email`; called at start."""
    if sight not in _sights:
        _sights.append(sight)


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


def own_among(account: SignInAccount, keys: Collection[UUID]) -> set[UUID]:
    """Which of these emails' texts are this account's to read without giving a reason."""
    user = account.systemuser
    if user is None:
        return set()
    return set(_own_emails(user).filter(pk__in=keys).values_list("pk", flat=True))


def _own_emails(user: SystemUser) -> QuerySet[Email]:
    queues = QueueMembership.objects.filter(systemuser=user).values("queue")
    # Two questions, not one with an OR: each has an index of its own.
    party = ActivityParty.objects.filter(email=OuterRef("pk"), systemuser=user)
    queue_party = ActivityParty.objects.filter(email=OuterRef("pk"), queue__in=queues)
    item = QueueItem.objects.filter(email=OuterRef("pk"), queue__in=queues)
    theirs = Q(owner=user) | Q(accepting_user=user) | Q(accepting_queue__in=queues)
    own = (Exists(party), Exists(queue_party), Exists(item))
    for shown in (*own, *(sight(user) for sight in _sights)):
        theirs |= Q(shown)
    return Email.objects.filter(theirs)
