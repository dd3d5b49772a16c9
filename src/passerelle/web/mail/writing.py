"""Through which mailbox an email goes."""

from django.db.models import Q

from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import Participation
from passerelle.faults.mail.cycles import SenderWithoutMailbox
from passerelle.mailboxes.models import Mailbox


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
