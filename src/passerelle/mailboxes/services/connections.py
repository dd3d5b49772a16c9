"""How the servers of a mailbox are reached: its profile and its credentials made into values.

Opens no connection. Ports that are left empty are those of the protocol and its encryption
(RFC 9051, 1939, 6409, 8314).
"""

from dataclasses import dataclass

from django.conf import settings as django_settings

from passerelle.faults.mailboxes import PasswordMissing
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.services.credentials import reveal
from passerelle.mailboxes.services.hindrances import (
    cannot_connect,
    credential_of,
)
from passerelle.mailboxes.services.processing import current_settings, host_of
from passerelle.protocols.interfaces import Endpoint, Limits, Login, Security

DEFAULT_PORTS = {
    ("imap", Security.NONE): 143,
    ("imap", Security.STARTTLS): 143,
    ("imap", Security.IMPLICIT): 993,
    ("pop3", Security.NONE): 110,
    ("pop3", Security.STARTTLS): 110,
    ("pop3", Security.IMPLICIT): 995,
    ("smtp", Security.NONE): 25,
    ("smtp", Security.STARTTLS): 587,
    ("smtp", Security.IMPLICIT): 465,
}
CONNECT_SECONDS = 20.0
EXCHANGE_SECONDS = 300.0
BYTES_PER_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Connection:
    """One direction of one mailbox: by which protocol, where, and as whom (None: anonymously)."""

    protocol: str
    endpoint: Endpoint
    login: Login | None
    credential: Credential | None

    @property
    def host(self) -> str:
        """What refusals and limits hang on."""
        return self.endpoint.host


def incoming_of(mailbox: Mailbox, settings: SystemSettings | None = None) -> Connection:
    """Where mail is read. Raises a `MailboxFault`."""
    return connection_of(mailbox, Direction.INCOMING, settings)


def outgoing_of(mailbox: Mailbox, settings: SystemSettings | None = None) -> Connection:
    """Where mail is handed over. Raises a `MailboxFault`."""
    return connection_of(mailbox, Direction.OUTGOING, settings)


def connection_of(
    mailbox: Mailbox, direction: Direction, settings: SystemSettings | None = None
) -> Connection:
    """The connection of a direction, whether it is enabled or not. Raises a `MailboxFault`."""
    settings = settings or current_settings()
    hindrance = cannot_connect(mailbox, direction, settings)
    if hindrance is not None:
        raise hindrance
    profile = mailbox.profile
    assert profile is not None  # or it would have been a hindrance
    credential = credential_of(mailbox, direction)
    incoming = direction == Direction.INCOMING
    return Connection(
        protocol=profile.incoming_protocol if incoming else profile.outgoing_protocol,
        endpoint=endpoint_of(profile, direction, settings),
        login=_login(credential, mailbox) if credential else None,
        credential=credential,
    )


def endpoint_of(
    profile: EmailServerProfile, direction: Direction, settings: SystemSettings
) -> Endpoint:
    """The server of a direction with its bounds."""
    if direction == Direction.INCOMING:
        protocol, port = profile.incoming_protocol, profile.incoming_port
        security, verify = Security(profile.incoming_security), profile.incoming_verify
    else:
        protocol, port = profile.outgoing_protocol, profile.outgoing_port
        security, verify = Security(profile.outgoing_security), profile.outgoing_verify
    return Endpoint(
        host=host_of(profile, direction),
        port=port or DEFAULT_PORTS[protocol, security],
        security=security,
        verify=verify,
        loopback=django_settings.PASSERELLE.allow_loopback_servers,
        limits=_limits(profile, settings),
    )


def source_of(mailbox: Mailbox) -> str:
    """Which account on which server the mailbox is read from; another one is a new epoch.

    Changing the encryption, and with it the protocol's own port, is no other source.
    """
    profile = mailbox.profile
    if profile is None:
        return ""
    security = Security(profile.incoming_security)
    usual = DEFAULT_PORTS.get((profile.incoming_protocol, security), 0)
    port = "" if profile.incoming_port in {0, usual} else f":{profile.incoming_port}"
    credential = credential_of(mailbox, Direction.INCOMING)
    account = credential.username if credential else ""
    host = host_of(profile, Direction.INCOMING)
    return f"{profile.incoming_protocol}://{account}@{host}{port}"


def _limits(profile: EmailServerProfile, settings: SystemSettings) -> Limits:
    seconds = float(profile.timeout_seconds)
    return Limits(
        connect_seconds=min(CONNECT_SECONDS, seconds),
        answer_seconds=seconds,
        exchange_seconds=max(EXCHANGE_SECONDS, seconds),
        message_bytes=settings.largest_message_mb * BYTES_PER_MB,
    )


def _login(credential: Credential, mailbox: Mailbox) -> Login:
    password = reveal(credential, owner=mailbox.name)
    if password is None:
        raise PasswordMissing(owner=mailbox.name)
    return Login(credential.username, password)
