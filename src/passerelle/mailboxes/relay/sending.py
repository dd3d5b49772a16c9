"""Mail of Passerelle itself, over the system relay: invitations, notices of alerts, a test.

One message, one recipient, one try: whoever calls decides whether and when to try again, by the
fault's `retry`. A password that the relay refused rests as those of mailboxes do, so that notices
never lock an account. Never called within a transaction.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from passerelle.engine.services import assert_no_transaction
from passerelle.faults.mail.protocols import AnswerLost, LoginRefused
from passerelle.faults.mailboxes import CredentialsWait
from passerelle.faults.relay import (
    NoticePostponed,
    NoticeRefused,
    NoticeUncertain,
    RelayCredentialsWait,
    RelayMissing,
    RelayPasswordMissing,
)
from passerelle.mailboxes.models import SystemRelay
from passerelle.mailboxes.relay.notices import notice
from passerelle.mailboxes.relay.storing import system_relay
from passerelle.mailboxes.services.connections import DEFAULT_PORTS
from passerelle.mailboxes.services.opening import FIRST_TRIES, hello_name
from passerelle.mailboxes.services.processing import current_settings
from passerelle.mailboxes.services.standing import copy_hindrance
from passerelle.mailboxes.signing_in.credentials import reveal
from passerelle.mailboxes.signing_in.refusals import (
    claim_try,
    forget_refusal,
    next_try,
    note_refusal,
    spoken,
)
from passerelle.protocols.interfaces import (
    Endpoint,
    Limits,
    Login,
    MailSender,
    Recipient,
    RecipientAnswer,
    Security,
)
from passerelle.protocols.smtp import open_smtp

log = structlog.get_logger()

LIMITS = Limits(connect_seconds=10.0, answer_seconds=30.0, exchange_seconds=60.0)


class Relay:
    """A signed-in connection to the relay, for one message after another."""

    def __init__(self, stored: SystemRelay, sender: MailSender) -> None:
        self._stored = stored
        self._sender = sender

    def send(self, to: str, subject: str, text: str, *, html: str | None = None) -> None:
        """Hand one message over. Raises a `RelayFault`, `MessageFault` or `ProtocolFault`."""
        assert_no_transaction()
        data = notice(self._stored, to, subject, text, html=html, now=timezone.now())
        try:
            handed = self._sender.send(
                self._stored.sender_address, [to], data, before_final_dot=_unmarked
            )
        except AnswerLost as lost:
            raise NoticeUncertain(host=self._stored.host) from lost
        if not handed.sent:
            raise _refusal(self._stored.host, handed.recipients[0])
        log.info("notice.sent")


@contextmanager
def open_relay() -> Iterator[Relay]:
    """The relay for a few messages; a copy has none.

    Raises `CopyWaits`, a `RelayFault`, `MailboxFault` or `ProtocolFault`.
    """
    if hindrance := copy_hindrance(current_settings()):
        raise hindrance
    stored = system_relay()
    if not stored.is_ready:
        raise RelayMissing
    assert_no_transaction()
    with _minding_refusals(stored):
        sender = open_smtp(_endpoint(stored), _login(stored), hello=hello_name(_own_name()))
    try:
        yield Relay(stored, sender)
    finally:
        sender.close()


def send_notice(to: str, subject: str, text: str, *, html: str | None = None) -> None:
    """Send one message to one address. Raises what `open_relay` and `Relay.send` raise."""
    with open_relay() as relay:
        relay.send(to, subject, text, html=html)


def send_test_notice(to: str) -> None:
    """Send a message that proves the relay, in the active language. Raises as `send_notice`."""
    send_notice(
        to,
        gettext("Passerelle can send mail"),
        gettext(
            "This message shows that Passerelle can send invitations and notices of alerts.\n"
            "Nothing has to be done.\n"
        ),
    )


@contextmanager
def _minding_refusals(relay: SystemRelay) -> Iterator[None]:
    credential, host = relay.credential, relay.host.lower()
    if credential is None:
        yield
        return
    tries, key = current_settings().refused_tries_per_day, (host, credential.pk, credential.version)
    with FIRST_TRIES.alone(key):
        try:
            claim_try(host, credential, owner=host, tries_per_day=tries, now=timezone.now())
        except CredentialsWait as wait:
            moment = next_try(host, credential) or timezone.now()
            raise RelayCredentialsWait(host=host, next_try=spoken(moment)) from wait
        try:
            yield
        except LoginRefused:
            FIRST_TRIES.refused(key)
            note_refusal(host, credential, tries_per_day=tries, now=timezone.now())
            raise
        FIRST_TRIES.accepted(key)
    forget_refusal(host, credential)


def _endpoint(relay: SystemRelay) -> Endpoint:
    security = Security(relay.security)
    port = relay.port or DEFAULT_PORTS["smtp", security]
    return Endpoint(
        relay.host,
        port,
        security,
        verify=relay.verify,
        loopback=settings.PASSERELLE.allow_loopback_servers,
        limits=LIMITS,
    )


def _login(relay: SystemRelay) -> Login | None:
    if relay.credential is None:
        return None
    password = reveal(relay.credential, owner=relay.host)
    if password is None:
        raise RelayPasswordMissing(host=relay.host)
    return Login(relay.credential.username, password)


def _refusal(host: str, said: RecipientAnswer) -> NoticeRefused | NoticePostponed:
    kind = NoticePostponed if said.outcome is Recipient.POSTPONED else NoticeRefused
    return kind(host=host, address=said.address, answer=said.answer)


def _own_name() -> str:
    return socket.gethostname()


def _unmarked(answers: tuple[RecipientAnswer, ...]) -> None:
    """A notice needs no durable mark: it is never sent a second time by itself after a doubt."""
    del answers
