"""One empty mailbox, one outgoing server, on each server that a contract test runs on."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from tests.contract.memory import MemoryBox, MemorySender, MemorySource
from tests.system.servers.dovecot import Dovecot
from tests.system.servers.postfix import Postfix
from tests.system.servers.pymap_server import Pymap
from tests.system.servers.smtp_server import SmtpServer
from tests.unit.sync.memory import MemoryFolder, MemorySmtp

from passerelle.faults import Secret
from passerelle.protocols.imap import open_imap
from passerelle.protocols.interfaces import (
    Limits,
    Login,
    MailSender,
    MailSource,
    Recipient,
    RecipientAnswer,
)
from passerelle.protocols.pop3 import open_pop3
from passerelle.protocols.smtp import open_smtp

PASSWORD = 'geheim "{3}" \\ é'

CYRUS_USERS = [f"user{number}" for number in range(20)]  # made before that server starts

T = TypeVar("T")

_names = (f"user{number}" for number in itertools.count(1))


class Mailbox(Protocol):
    """One account's mailbox on some server."""

    @property
    def has_uids(self) -> bool: ...

    @property
    def sizes_copies(self) -> bool:
        """Whether the size of a copy is that of its message."""

    def deliver(self, raw: bytes, *, received: datetime | None = None) -> None: ...

    def open(self, limits: Limits | None = None) -> MailSource: ...

    def ordered(self, numbers: list[int]) -> list[int]:
        """The numbers of messages as listed, in the order that this server promises."""


@dataclass(slots=True)
class MemoryMailbox:
    box: MemoryBox
    has_uids: bool = True
    sizes_copies: bool = True

    def deliver(self, raw: bytes, *, received: datetime | None = None) -> None:
        self.box.deliver(raw, received=received)

    def open(self, limits: Limits | None = None) -> MailSource:
        return MemorySource(self.box, limits or Limits())

    def ordered(self, numbers: list[int]) -> list[int]:
        return numbers


@dataclass(slots=True)
class FolderMailbox:
    """The folder of the tests of the cycles, as an IMAP or a POP3 server shows it."""

    folder: MemoryFolder
    sizes_copies: bool = True

    @property
    def has_uids(self) -> bool:
        return not self.folder.pop3

    def deliver(self, raw: bytes, *, received: datetime | None = None) -> None:
        self.folder.deliver(raw, received)

    def open(self, limits: Limits | None = None) -> MailSource:
        self.folder.largest = (limits or Limits()).message_bytes
        return self.folder

    def ordered(self, numbers: list[int]) -> list[int]:
        return numbers


@dataclass(slots=True)
class ServerMailbox:
    """A new account of a server, opened by one of our adapters."""

    server: Dovecot | Pymap
    protocol: str
    name: str
    has_uids: bool

    @property
    def sizes_copies(self) -> bool:
        # pymap 0.36 says 1 of each copy (November 2026); it has MOVE.
        return not isinstance(self.server, Pymap)

    def deliver(self, raw: bytes, *, received: datetime | None = None) -> None:
        self.server.deliver(self.name, raw, received=received)

    def open(self, limits: Limits | None = None) -> MailSource:
        login = Login(self.name, Secret(PASSWORD))
        if isinstance(self.server, Pymap):
            return open_imap(self.server.endpoint(limits=limits), login)
        endpoint = self.server.endpoint(self.protocol, limits=limits)
        return (open_imap if self.protocol == "imap" else open_pop3)(endpoint, login)

    def ordered(self, numbers: list[int]) -> list[int]:
        # pymap 0.36 numbers what it finds in `new` in the order of the folder
        return sorted(numbers) if isinstance(self.server, Pymap) else numbers


def new_mailbox(server: Dovecot | Pymap, protocol: str) -> ServerMailbox:
    """An account that no other test has."""
    name = next(_names)
    server.add_user(name, PASSWORD)
    return ServerMailbox(server, protocol, name, has_uids=protocol == "imap")


class Outgoing(Protocol):
    """A server that takes mail for `known` and refuses `unknown`."""

    @property
    def known(self) -> str: ...

    @property
    def unknown(self) -> str: ...

    def open(self) -> MailSender: ...

    def arrived(self, count: int) -> list[bytes]:
        """What arrived for `known`, waiting until there are so many."""


@dataclass(slots=True)
class MemoryOutgoing:
    box: MemoryBox
    known: str = "anna@example.org"
    unknown: str = "nobody@example.org"

    def open(self) -> MailSender:
        refusal = RecipientAnswer(self.unknown, Recipient.REFUSED, 550, "550 no such user")
        self.box.answers[self.unknown] = refusal
        return MemorySender(self.box)

    def arrived(self, count: int) -> list[bytes]:
        return [data for _, _, data in self.box.sent]


@dataclass(slots=True)
class CycleOutgoing:
    """The server of the tests of the cycles."""

    server: MemorySmtp
    known: str = "anna@example.org"
    unknown: str = "nobody@example.org"

    def open(self) -> MailSender:
        self.server.answers[self.unknown] = Recipient.REFUSED
        return self.server

    def arrived(self, count: int) -> list[bytes]:
        return [data for _, data in self.server.delivered]


@dataclass(slots=True)
class AiosmtpdOutgoing:
    server: SmtpServer
    known: str = "anna@example.org"
    unknown: str = "nobody@example.org"

    def open(self) -> MailSender:
        self.server.answers.recipients[self.unknown] = "550 5.1.1 no such user"
        return open_smtp(self.server.endpoint(), None, hello="crm.example.org")

    def arrived(self, count: int) -> list[bytes]:
        return [_bytes_of(envelope.content) for envelope in self.server.taken]


def _bytes_of(content: str | bytes | None) -> bytes:
    assert isinstance(content, bytes)
    return content


@dataclass(slots=True)
class PostfixOutgoing:
    server: Postfix
    user: str
    unknown: str = "nobody@example.org"

    @property
    def known(self) -> str:
        return f"{self.user}@example.org"

    def open(self) -> MailSender:
        return open_smtp(self.server.endpoint(), None, hello="crm.example.org")

    def arrived(self, count: int) -> list[bytes]:
        found = poll(lambda: self.server.delivered(self.user), lambda them: len(them) >= count)
        return [raw.replace(b"\n", b"\r\n") for raw in found]


def poll(look: Callable[[], T], enough: Callable[[T], bool], *, seconds: float = 20) -> T:
    """Look until it is enough or time is up; what was seen last."""
    ends = time.monotonic() + seconds
    while True:
        seen = look()
        if enough(seen) or time.monotonic() > ends:
            return seen
        time.sleep(0.02)
