"""From whom a signed-in person may write: themselves, and the queues that they are members of."""

from django.db.models import Q

from passerelle.crm.models import Email, Queue, SignInAccount, SystemUser
from passerelle.crm.models.emails import Participation
from passerelle.crm.models.people import State
from passerelle.faults.cycles import SenderWithoutMailbox
from passerelle.mailboxes.models import Mailbox

Writer = SystemUser | Queue


def writers_of(account: SignInAccount) -> list[Writer]:
    """Oneself first, then one's queues; nobody for an account that belongs to no user."""
    user = account.systemuser
    if user is None or user.is_disabled:
        return []
    own: list[Writer] = [user] if user.internal_email_address else []
    queues = user.queues.filter(statecode=State.ACTIVE).exclude(email_address="")
    return [*own, *queues]


def answering_writer(account: SignInAccount, email: Email) -> Writer | None:
    """Who answers: the queue that took the email if one may write for it, else oneself."""
    writers = writers_of(account)
    queue = email.accepting_queue
    if queue is not None and queue in writers:
        return queue
    return writers[0] if writers else None


def sending_mailbox(email: Email) -> Mailbox:
    """The mailbox of the user or queue that writes. Raises `SenderWithoutMailbox`."""
    sender = email.parties.filter(participation=Participation.SENDER).first()
    if sender is not None and (sender.systemuser_id or sender.queue_id):
        whose = (
            Q(systemuser=sender.systemuser_id) if sender.systemuser_id else Q(queue=sender.queue_id)
        )
        mailbox = Mailbox.objects.filter(whose).first()
        if mailbox is not None:
            return mailbox
    raise SenderWithoutMailbox(address=email.sender, mailbox="")
