"""The test message: from the mailbox to itself, marked so that nobody answers or tracks it.

Its Message-ID follows from the run, so that a test that goes on after a kill looks for the same
message. RFC 3834, 5 (Auto-Submitted).
"""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from passerelle.mailboxes.models import Mailbox, TestRun
from passerelle.messages import Address, Automatic, Draft, compose, new_message_id


def message_id_of(run: TestRun, mailbox: Mailbox) -> str:
    """The Message-ID of the run's test message. Raises `DraftRefused` for an impossible domain."""
    _, _, domain = mailbox.email_address.rpartition("@")
    return new_message_id(domain, run.test_id)


def test_message(run: TestRun, mailbox: Mailbox, now: datetime) -> bytes:
    """The message itself, in the language of this installation. Raises `DraftRefused`."""
    itself = Address("", mailbox.email_address)
    with translation.override(settings.LANGUAGE_CODE):
        subject = gettext("Passerelle tests this mailbox")
        text = gettext(
            "This message shows that email can be sent from this mailbox and read in it.\n"
            "It is removed by itself; if you see it, you may delete it.\n"
        )
    return compose(
        Draft(
            message_id=message_id_of(run, mailbox),
            sender=itself,
            to=(itself,),
            subject=subject,
            text=text,
            date=now,
            automatic=Automatic.AUTO_GENERATED,
            test_id=run.test_id,
        )
    )
