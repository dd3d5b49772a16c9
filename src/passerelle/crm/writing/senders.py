"""In whose name somebody may write: their own, their queues', and that of users who allow it.

For another user both are needed: the right of the account, which an administrator gives, and the
other's own consent. The right opens the queues that one is no member of, too. It is asked again
when an email is handed in, since either may have been taken back after the draft was begun.
"""

from django.db.models import Q, QuerySet

from passerelle.crm.models import Email, Queue, SignInAccount, SystemUser
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.models.people import State
from passerelle.crm.writing.letters import Writer
from passerelle.faults.mail.cycles import SenderNotAllowed

OFFERED = 200  # writers in the list of a form


def writers_of(account: SignInAccount) -> list[Writer]:
    """Oneself first, then queues, then users who allow it; nobody for an account without a user."""
    user = account.systemuser
    if user is None or user.is_disabled:
        return []
    own: list[Writer] = [user] if user.internal_email_address else []
    return [*own, *_queues(account, user)[:OFFERED], *_consenting(account, user)[:OFFERED]]


def may_write_as(account: SignInAccount, writer: Writer) -> bool:
    """Whether this account may send in the name of this user or queue now."""
    user = account.systemuser
    if user is None or user.is_disabled:
        return False
    if isinstance(writer, Queue):
        return _queues(account, user).filter(pk=writer.pk).exists()
    return writer == user or _consenting(account, user).filter(pk=writer.pk).exists()


def require_sender(account: SignInAccount, email: Email) -> None:
    """Raises `SenderNotAllowed` unless the account may send this email now."""
    party = email.parties.filter(participation=Participation.SENDER).first()
    writer = (party.systemuser or party.queue) if party is not None else None
    if writer is not None and not may_write_as(account, writer):
        raise SenderNotAllowed(sender=str(writer))


def answering_writer(account: SignInAccount, email: Email) -> Writer | None:
    """Who answers: the queue that took the email if one may write for it, else oneself."""
    queue = email.accepting_queue
    if queue is not None and may_write_as(account, queue):
        return queue
    writers = writers_of(account)
    return writers[0] if writers else None


def _queues(account: SignInAccount, user: SystemUser) -> QuerySet[Queue]:
    queues = Queue.objects.filter(statecode=State.ACTIVE).exclude(email_address="")
    if account.may_send_as:
        return queues
    return queues.filter(Q(owner=user) | Q(members=user)).distinct()


def _consenting(account: SignInAccount, user: SystemUser) -> QuerySet[SystemUser]:
    if not account.may_send_as:
        return SystemUser.objects.none()
    return (
        SystemUser.objects.filter(allows_on_behalf=True, is_disabled=False)
        .exclude(internal_email_address="")
        .exclude(pk=user.pk)
    )
