"""Whose decisions a person may look at: an operator everybody's, a user those of their mailboxes.

A user's mailboxes are their own and those of the queues in which they work. What lies elsewhere is
not told of, and neither is that there is something.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from passerelle.crm.models import Email, PrincipalObjectAccess, QueueMembership, SignInAccount
from passerelle.crm.readers import few_read_as, principals_of
from passerelle.crm.services import visible_emails
from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models import Place


@dataclass(frozen=True, slots=True)
class Seer:
    """Who looks; made by `seer_of` or `decider_of`, or `CONSOLE`."""

    boxes: frozenset[UUID] | None  # None: every mailbox
    account: SignInAccount | None  # whose emails a link may open

    def places(self, path: str = "") -> Q:
        """The condition of a place, `path` being the way to it from the rows that are asked."""
        if self.boxes is None:
            return Q()
        # Of a forwarded message the place is in the collector; it is the forwarder's all the same.
        read = Q(**{f"{path}mailbox__in": self.boxes})
        return read | Q(**{f"{path}forwarder__in": self.boxes})

    def sees(self, place: Place) -> bool:
        """Whether the place is among them."""
        if self.boxes is None:
            return True
        return not self.boxes.isdisjoint({place.mailbox_id, place.forwarder_id})

    def emails(self) -> QuerySet[Email] | None:
        """The emails of which this person is told; None where that is all of them."""
        if self.boxes is None:
            return None
        return self.openable()

    def few_emails(self) -> QuerySet[PrincipalObjectAccess] | None:
        """The rows of readers by which a user is told of emails; None where they are not few."""
        account = self.account
        if account is None or account.sees_all_email or account.systemuser is None:
            return None
        return few_read_as(principals_of(account.systemuser))

    def openable(self) -> QuerySet[Email]:
        """The emails whose page this person may open."""
        return visible_emails(self.account) if self.account else Email.objects.none()


# Who sits at the console of the server has the database, too.
CONSOLE = Seer(None, None)


def seer_of(account: SignInAccount) -> Seer:
    """What this person may be told."""
    return Seer(None if account.operates_mailboxes else _boxes_of(account), account)


def decider_of(account: SignInAccount) -> Seer:
    """What this person may decide about: their own, and an administrator everybody's."""
    return Seer(None if account.is_administrator else _boxes_of(account), account)


def _boxes_of(account: SignInAccount) -> frozenset[UUID]:
    """Their own mailbox and those of the queues in which they work."""
    user = account.systemuser_id
    if user is None:
        return frozenset()
    queues = QueueMembership.objects.filter(systemuser=user).values("queue")
    theirs = Mailbox.objects.filter(Q(systemuser=user) | Q(queue__in=queues))
    return frozenset(theirs.values_list("pk", flat=True))
