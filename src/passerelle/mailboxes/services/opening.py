"""Signed-in connections of a mailbox, with what a refusal of its credentials means.

A refusal is told and kept before it is raised, so that nobody tries again; the work of the mailbox
is asked for at the time of the next try, and at once for all when the server takes the credential.
"""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

import structlog
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.engine.services import ask_many, assert_no_transaction, crash_point, take_moment
from passerelle.faults.mail.protocols import LoginRefused
from passerelle.faults.mailboxes import CredentialsWait
from passerelle.faults.profiles import SignInsPaced
from passerelle.mailboxes.models import Credential, Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import Direction, IncomingProtocol
from passerelle.mailboxes.services.connections import Connection, incoming_of, outgoing_of
from passerelle.mailboxes.services.hindrances import is_enabled
from passerelle.mailboxes.services.hosts import is_host
from passerelle.mailboxes.services.processing import asked, current_settings, schedule
from passerelle.mailboxes.signing_in.credentials import mailboxes_of
from passerelle.mailboxes.signing_in.first_tries import FirstTries
from passerelle.mailboxes.signing_in.refusals import (
    claim_try,
    forget_refusal,
    next_try,
    note_refusal,
)
from passerelle.protocols.imap import open_imap, probe_imap
from passerelle.protocols.interfaces import (
    Endpoint,
    Login,
    MailSender,
    MailSource,
    Offers,
    Watch,
    unwatched,
)
from passerelle.protocols.pop3 import open_pop3, probe_pop3
from passerelle.protocols.smtp import open_smtp, probe_smtp

log = structlog.get_logger()

INBOX = "INBOX"
FIRST_TRIES = FirstTries()
LONGEST_WAIT_SECONDS = 10.0  # for a moment of the server; longer is no work for a thread


class Opener(Protocol):
    """What opens the connections: the adapters, or a test's servers in memory."""

    def source(self, protocol: str, endpoint: Endpoint, login: Login, watch: Watch) -> MailSource:
        """Open a source of mail."""

    def sender(self, endpoint: Endpoint, login: Login | None, watch: Watch) -> MailSender:
        """Open a sender of mail."""


class Adapters:
    """The adapters of `protocols`."""

    def source(self, protocol: str, endpoint: Endpoint, login: Login, watch: Watch) -> MailSource:
        """Open IMAP's inbox, or POP3."""
        if protocol == IncomingProtocol.POP3:
            return open_pop3(endpoint, login, watch=watch)
        return open_imap(endpoint, login, folder=INBOX, watch=watch)

    def sender(self, endpoint: Endpoint, login: Login | None, watch: Watch) -> MailSender:
        """Open SMTP."""
        return open_smtp(endpoint, login, watch=watch, hello=hello_name(socket.gethostname()))


ADAPTERS = Adapters()


def probe(protocol: str, endpoint: Endpoint, watch: Watch) -> Offers:
    """What a server offers to whoever has not signed in. Raises a `ProtocolFault`."""
    match protocol:
        case IncomingProtocol.POP3:
            return probe_pop3(endpoint, watch=watch)
        case IncomingProtocol.IMAP:
            return probe_imap(endpoint, watch=watch)
        case _:
            return probe_smtp(endpoint, hello=hello_name(socket.gethostname()), watch=watch)


def hello_name(hostname: str) -> str:
    """How this machine introduces itself: its full name, or an address (RFC 5321, 4.1.1.1)."""
    return hostname if is_host(hostname) and "." in hostname else "[127.0.0.1]"


def open_source(
    mailbox: Mailbox,
    *,
    watch: Watch = unwatched,
    settings: SystemSettings | None = None,
    opener: Opener = ADAPTERS,
) -> MailSource:
    """The incoming mail of a mailbox. Raises a `MailboxFault` or a `ProtocolFault`."""
    settings = settings or current_settings()
    connection = incoming_of(mailbox, settings)
    if connection.login is None:
        raise TypeError("mail is never read anonymously")
    with minding_refusals(mailbox, Direction.INCOMING, connection, settings):
        return opener.source(connection.protocol, connection.endpoint, connection.login, watch)


def open_sender(
    mailbox: Mailbox,
    *,
    watch: Watch = unwatched,
    settings: SystemSettings | None = None,
    opener: Opener = ADAPTERS,
) -> MailSender:
    """The way out for a mailbox's mail. Raises a `MailboxFault` or a `ProtocolFault`."""
    settings = settings or current_settings()
    connection = outgoing_of(mailbox, settings)
    with minding_refusals(mailbox, Direction.OUTGOING, connection, settings):
        return opener.sender(connection.endpoint, connection.login, watch)


@contextmanager
def signing_in(
    connection: Connection,
    owner: str,
    settings: SystemSettings,
    *,
    refused: Callable[[LoginRefused], None],
    rests_until: Callable[[datetime | None], None],
) -> Iterator[None]:
    """Sign in within the block: at a moment of the server's, alone at first, minding refusals.

    `refused` hears of a refusal before it is kept, `rests_until` when refused credentials may be
    tried again. Raises `CredentialsWait`, `SignInsPaced` and what the block raises.
    """
    assert_no_transaction()
    credential, host, account = connection.credential, connection.host, connection.account
    if credential is None:
        yield
        return
    tries, key = settings.refused_tries_per_day, (host, credential.pk, credential.version)
    _await_moment(host, settings)
    with FIRST_TRIES.alone(key):
        now = timezone.now()
        try:
            claim_try(host, credential, owner=owner, tries_per_day=tries, now=now, account=account)
        except CredentialsWait:
            rests_until(next_try(host, credential, account))
            raise
        try:
            yield
        except LoginRefused as fault:
            FIRST_TRIES.refused(key)
            refused(fault)  # first: kept and not told, it would rest for hours in silence
            crash_point("refusal.told")
            until = note_refusal(host, credential, tries_per_day=tries, now=now, account=account)
            log.warning("credential.refused", credential=str(credential.pk), host=host)
            rests_until(until)
            raise
        FIRST_TRIES.accepted(key)
    if forget_refusal(host, credential, account):
        _resume(credential)


@contextmanager
def minding_refusals(
    mailbox: Mailbox, direction: Direction, connection: Connection, settings: SystemSettings
) -> Iterator[None]:
    """Sign in within the block: a refusal is kept before it is raised, and so nobody repeats it.

    Whatever met it (a cycle, a test, a copy for the Sent folder), the cycle of that direction waits
    for these credentials from now on, so it is that cycle's alert, and closes when it runs again.
    """

    def refused(fault: LoginRefused) -> None:
        if is_enabled(mailbox, direction):
            alerts.record(SubjectKind.MAILBOX, mailbox.pk, direction.value, fault)

    def rests_until(moment: datetime | None) -> None:
        _ask_at(mailbox, direction, moment)

    with signing_in(connection, mailbox.name, settings, refused=refused, rests_until=rests_until):
        yield


def _await_moment(host: str, settings: SystemSettings) -> None:
    """Sleep until the server may be signed in to. Raises `SignInsPaced` when that is far."""
    wait = take_moment(host, settings.host_sign_ins, within=LONGEST_WAIT_SECONDS)
    if wait is None:
        raise SignInsPaced(host=host)
    if wait > 0:
        time.sleep(wait)


def _ask_at(mailbox: Mailbox, direction: Direction, moment: datetime | None) -> None:
    """The work itself rests after a refusal, so its next try is asked for here."""
    if is_enabled(mailbox, direction):
        ask_many(direction.value, [asked(mailbox, direction)], due=moment)


def _resume(credential: Credential) -> None:
    log.info("credential.taken", credential=str(credential.pk))
    schedule(mailboxes_of(credential))
