"""How the servers of a mailbox are reached: its profile and its credentials made into values.

Opens no connection. Ports that are left empty are those of the protocol and its encryption
(RFC 9051, 1939, 6409, 8314).
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings as django_settings

from passerelle.faults.mailboxes import MailboxFault, PasswordMissing
from passerelle.faults.profiles import UserNameNotMade
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import (
    AuthenticationProtocol,
    CredentialRetrieval,
    Direction,
)
from passerelle.mailboxes.profiles.preview import names_for
from passerelle.mailboxes.profiles.usernames import filled, is_template
from passerelle.mailboxes.services.hindrances import (
    cannot_connect,
    credential_of,
    retrieval_of,
)
from passerelle.mailboxes.services.processing import current_settings, host_of
from passerelle.mailboxes.signing_in.credentials import reveal
from passerelle.mailboxes.signing_in.refusals import next_try
from passerelle.protocols.interfaces import Endpoint, Limits, Login, Security, TlsVersion

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
LONGEST_SECONDS = 600.0  # without a time-out of the profile: a thread is never held for ever
BYTES_PER_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Connection:
    """One direction of one mailbox: by which protocol, where, and as whom (None: anonymously)."""

    protocol: str
    endpoint: Endpoint
    login: Login | None
    credential: Credential | None
    account: str = ""  # one of the many that the credential signs in for; empty: for itself

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
    login = _login(credential, mailbox, direction) if credential else None
    return Connection(
        protocol=profile.incoming_protocol if incoming else profile.outgoing_protocol,
        endpoint=endpoint_of(profile, direction, settings),
        login=login,
        credential=credential,
        account=login.account if login and signs_in_for_many(profile, direction) else "",
    )


def profile_connection(
    profile: EmailServerProfile, direction: Direction, mailbox: Mailbox, settings: SystemSettings
) -> Connection:
    """The connection of a profile's own credentials, for a mailbox that need not be enabled.

    Raises a `MailboxFault`.
    """
    incoming = direction == Direction.INCOMING
    credential = profile.incoming_credential if incoming else profile.outgoing_credential
    if credential is None:
        raise PasswordMissing(owner=profile.name)
    mailbox.profile = profile
    login = _login(credential, mailbox, direction)
    return Connection(
        protocol=profile.incoming_protocol if incoming else profile.outgoing_protocol,
        endpoint=endpoint_of(profile, direction, settings),
        login=login,
        credential=credential,
        account=login.account if signs_in_for_many(profile, direction) else "",
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
        authorities=profile.authorities,
        oldest_tls=TlsVersion(profile.oldest_tls),
        loopback=django_settings.PASSERELLE.allow_loopback_servers,
        limits=_limits(profile, settings),
    )


def source_of(mailbox: Mailbox) -> str:
    """Which account on which server the mailbox is read from; another one is a new epoch.

    Changing the encryption, and with it the protocol's own port, is no other source; nor is another
    account that signs in for the same one.
    """
    profile = mailbox.profile
    if profile is None:
        return ""
    security = Security(profile.incoming_security)
    usual = DEFAULT_PORTS.get((profile.incoming_protocol, security), 0)
    port = "" if profile.incoming_port in {0, usual} else f":{profile.incoming_port}"
    credential = credential_of(mailbox, Direction.INCOMING)
    account = _account(credential, mailbox, Direction.INCOMING) if credential else ""
    host = host_of(profile, Direction.INCOMING)
    return f"{profile.incoming_protocol}://{account}@{host}{port}"


def signs_in_for_many(profile: EmailServerProfile, direction: Direction) -> bool:
    """Whether the credentials of the profile sign in for each mailbox under a name of its own."""
    if retrieval_of(profile, direction) != CredentialRetrieval.PROFILE:
        return False
    incoming = direction == Direction.INCOMING
    credential = profile.incoming_credential if incoming else profile.outgoing_credential
    acting = profile.incoming_authorization if incoming else profile.outgoing_authorization
    return bool(acting) or (credential is not None and is_template(credential.username))


def names_of(
    profile: EmailServerProfile, direction: Direction, username: str, mailbox: Mailbox
) -> tuple[str, str]:
    """The user name of the profile for one mailbox, and the identity to act as.

    Raises `UserNameNotMade`.
    """
    incoming = direction == Direction.INCOMING
    acting = profile.incoming_authorization if incoming else profile.outgoing_authorization
    names = names_for(mailbox)
    made: list[str] = []
    for template in (username, acting):
        try:
            made.append(filled(template, names))
        except ValueError as error:
            raise UserNameNotMade(mailbox=mailbox.name, template=template) from error
    return made[0], made[1]


def credentials_rest_until(mailbox: Mailbox, direction: Direction) -> datetime | None:
    """Until when refused credentials of this direction are not tried; None: they were not."""
    try:
        connection = connection_of(mailbox, direction)
    except MailboxFault:
        return None
    if connection.credential is None:
        return None
    return next_try(connection.host, connection.credential, connection.account)


def _limits(profile: EmailServerProfile, settings: SystemSettings) -> Limits:
    seconds = float(profile.timeout_seconds) if profile.timeout_is_on else LONGEST_SECONDS
    return Limits(
        connect_seconds=min(CONNECT_SECONDS, seconds),
        answer_seconds=seconds,
        exchange_seconds=max(EXCHANGE_SECONDS, seconds),
        message_bytes=settings.largest_message_mb * BYTES_PER_MB,
    )


def _login(credential: Credential, mailbox: Mailbox, direction: Direction) -> Login:
    profile = mailbox.profile
    assert profile is not None  # or it would have been a hindrance
    password = reveal(credential, owner=mailbox.name)
    if password is None:
        raise PasswordMissing(owner=mailbox.name)
    incoming = direction == Direction.INCOMING
    way = profile.incoming_authentication if incoming else profile.outgoing_authentication
    username, acting = credential.username, ""
    if signs_in_for_many(profile, direction):
        username, acting = names_of(profile, direction, username, mailbox)
    return Login(username, password, acting, only_plain=way == AuthenticationProtocol.BASIC)


def _account(credential: Credential, mailbox: Mailbox, direction: Direction) -> str:
    """Whose mail is read; of a template that does not fit, the template: nothing is read by it."""
    profile = mailbox.profile
    assert profile is not None  # its caller looked
    if not signs_in_for_many(profile, direction):
        return credential.username
    try:
        username, acting = names_of(profile, direction, credential.username, mailbox)
    except UserNameNotMade:
        return credential.username
    return acting or username
