"""The folder for sent mail of a mailbox: whether we put copies there, and a connection to it."""

from collections.abc import Callable

from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import Direction, IncomingProtocol, SentCopies
from passerelle.mailboxes.services.connections import incoming_of
from passerelle.mailboxes.services.opening import minding_refusals
from passerelle.mailboxes.services.processing import current_settings
from passerelle.protocols.imap import open_imap_sent
from passerelle.protocols.interfaces import Endpoint, Login, SentFolder

OpenSent = Callable[[Endpoint, Login], SentFolder]


def owes_copies(mailbox: Mailbox) -> bool:
    """Whether what this mailbox sends is put into its Sent folder by us."""
    profile = mailbox.profile
    return (
        profile is not None
        and profile.sent_copies == SentCopies.APPEND
        and profile.incoming_protocol == IncomingProtocol.IMAP  # POP3 has no folders
    )


def open_sent_folder(
    mailbox: Mailbox,
    *,
    settings: SystemSettings | None = None,
    opener: OpenSent = open_imap_sent,
) -> SentFolder:
    """Sign in as for incoming mail. Raises a `MailboxFault` or a `ProtocolFault`."""
    settings = settings or current_settings()
    connection = incoming_of(mailbox, settings)
    if connection.login is None:
        raise TypeError("no folder is opened anonymously")
    with minding_refusals(mailbox, Direction.INCOMING, connection, settings):
        return opener(connection.endpoint, connection.login)
