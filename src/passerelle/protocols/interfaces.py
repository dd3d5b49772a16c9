"""What the cycles need of a mail server: a source of mail, a sender of mail.

Glossary: an *endpoint* is where and how to connect; a *place* names one message on one server
(folder, UIDVALIDITY, UID, or the UIDL of POP3: a UID alone names nothing, RFC 9051, 2.3.1.1);
a *cursor* is where reading stopped. Any method may raise a `Fault`, and nothing else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol, runtime_checkable

from passerelle.faults import Secret


class Security(Enum):
    """How the connection is encrypted."""

    NONE = "none"
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one connection, in seconds and bytes."""

    connect_seconds: float = 20.0
    answer_seconds: float = 60.0  # without a single byte
    exchange_seconds: float = 300.0  # one command and its whole answer, however it drips
    line_bytes: int = 1_000_000  # no RFC says; long SEARCH answers are real
    message_bytes: int = 150_000_000  # a larger message is taken by its headers


class TlsVersion(Enum):
    """The oldest version of TLS that is accepted; the first two are weak (RFC 8996)."""

    TLS_1_0 = "1.0"
    TLS_1_1 = "1.1"
    TLS_1_2 = "1.2"
    TLS_1_3 = "1.3"

    @property
    def is_weak(self) -> bool:
        """Whether what is older than TLS 1.2 may be spoken."""
        return self in {TlsVersion.TLS_1_0, TlsVersion.TLS_1_1}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server and how it is reached."""

    host: str
    port: int
    security: Security
    verify: bool = True
    authorities: str = ""  # PEM: authorities trusted beside this machine's own
    oldest_tls: TlsVersion = TlsVersion.TLS_1_2
    loopback: bool = False  # whether this machine's own addresses may be connected to
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in, and as whom where that is somebody else (RFC 4422, 2)."""

    username: str
    password: Secret
    authorization: str = ""  # the identity to act as; empty: that of the user name
    only_plain: bool = False  # PLAIN or LOGIN, even where SCRAM is offered

    @property
    def account(self) -> str:
        """Whose mail it is."""
        return self.authorization or self.username


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where reading stopped. A POP3 cursor is the set of UIDLs already seen."""

    uid_validity: int = 0  # 0: never read
    last_uid: int = 0
    seen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Listed:
    """One message that the server says it holds. IMAP has uid, POP3 has uidl."""

    uid: int
    uidl: str
    size: int  # octets, as the server says; a lie is found when read, and 0 is asked about then
    received: datetime | None  # INTERNALDATE in UTC; None where the protocol has none (POP3)


@dataclass(frozen=True, slots=True)
class Listing:
    """The new messages, oldest first, and the state of the folder."""

    folder: str
    uid_validity: int  # 0 for POP3
    uid_next: int  # 0 for POP3 and for servers that do not say
    items: tuple[Listed, ...]
    present: frozenset[str] = frozenset()  # POP3: all UIDLs now there, to prune the seen ones


@dataclass(frozen=True, slots=True)
class RawMessage:
    """The bytes of one message, lines ended by CRLF. `whole` is False when only headers are."""

    listed: Listed
    data: bytes
    whole: bool = True


class MailSource(Protocol):
    """A signed-in connection to one account's incoming mail. It retries nothing itself."""

    def list_new(self, cursor: Cursor, since: datetime | None) -> Listing:
        """What is new after `cursor`; with another UIDVALIDITY than the cursor's, everything.

        `since` (UTC) leaves out older messages where the server can tell (INTERNALDATE).
        """

    def read(self, items: Sequence[Listed]) -> Iterator[RawMessage]:
        """The messages in the order asked for; one that is gone is left out, which is normal.

        A message above `Limits.message_bytes` comes with its headers only (`whole=False`).
        """

    def mark(self, uid_validity: int, uids: Sequence[int], keyword: str) -> None:
        """Set an IMAP keyword. Raises `PlaceChanged` when UIDVALIDITY is another; no-op on POP3."""

    def remove(self, uid_validity: int, items: Sequence[Listed]) -> None:
        """Remove these messages and no others; one that is gone already is passed over.

        Raises `PlaceChanged` when UIDVALIDITY is another, `RemovalImpossible` where the server
        would remove other messages, too.
        """

    def find_and_remove(self, message_id: str) -> bool:
        """Remove exactly the one message with that Message-ID; False when it has to stay.

        UID EXPUNGE or DELE only: where the server would expunge other messages too, it stays.
        """

    def find(self, message_id: str) -> bool:
        """Whether a message with that Message-ID is there now (the folder is looked at anew)."""

    def close(self) -> None:
        """Sign out politely and close; never raises."""


class Moves(Enum):
    """By which commands a server moves single messages; the value is for whoever knows IMAP."""

    AT_ONCE = "MOVE"  # RFC 6851
    BY_COPY = "COPY, UID EXPUNGE"  # with UIDPLUS: a copy first, then the message is removed alone
    NEVER = ""  # EXPUNGE alone would remove what others marked, too

    @property
    def lacks(self) -> str:
        """The extensions by which the server would move in one step, or at all."""
        return {"MOVE": "", "": "MOVE, UIDPLUS"}.get(self.value, "MOVE")


@dataclass(frozen=True, slots=True)
class FolderEnd:
    """What comes into the folder from now on has this UID or a higher one."""

    uid_validity: int
    uid_next: int  # 0: the server does not say


@runtime_checkable
class MailMover(Protocol):
    """A source whose server has folders (IMAP)."""

    @property
    def moves(self) -> Moves:
        """How this server moves messages. The last three methods are for `BY_COPY`."""

    def move(self, uid_validity: int, uids: Sequence[int], folder: str) -> None:
        """Move messages to a folder, which is made where it lacks; what is gone is passed over.

        Raises `PlaceChanged`, or `RemovalImpossible` where the server cannot move in one step.
        """

    def end_of(self, folder: str) -> FolderEnd:
        """Where the folder ends now; it is made where it lacks."""

    def copy(self, uid_validity: int, uids: Sequence[int], folder: str) -> frozenset[int]:
        """Copy messages, and say of which the server told that a copy is there (COPYUID).

        What is gone is passed over. Raises `PlaceChanged`.
        """

    def copies(
        self, uid_validity: int, uids: Sequence[int], folder: str, end: FolderEnd
    ) -> Mapping[int, bool]:
        """Whether a copy of each message came into the folder after that end of it.

        One that is gone from here is left out. Two messages that are alike need two copies.
        Raises `PlaceChanged`.
        """


@dataclass(frozen=True, slots=True)
class MailFolder:
    """One folder of an account, as its server lists it."""

    name: str
    delimiter: str = ""  # what parts the levels of its name; "" where there are none
    is_open: bool = True  # it can hold messages; False for a name that only has others below it
    uses: frozenset[str] = frozenset()  # lower case, as `\sent` (RFC 6154)


@dataclass(frozen=True, slots=True)
class FolderState:
    """What a server says of a folder that nobody opened."""

    name: str
    uid_validity: int
    uid_next: int  # 0: the server does not say
    object_id: str = ""  # stays with the folder wherever it moves (RFC 8474); "" without it


@runtime_checkable
class MailFolders(Protocol):
    """A source whose server has more folders than the one that it reads (IMAP)."""

    def folders(self) -> Sequence[MailFolder]:
        """Every folder of the account, up to a bound."""

    def sent(self) -> str:
        """The name of the folder in which the account keeps what it sent; "" where none is known.

        As the server marks it (RFC 6154), else by the names that mail programs give it.
        """

    def state(self, folder: str) -> FolderState | None:
        """How that folder stands; None where there is none that can be opened."""

    def within(self, folder: str) -> MailSource:
        """That folder's mail over the same connection, which closing it leaves open.

        Sources of one connection take turns: each opens its folder anew where another was open.
        """


class Recipient(Enum):
    """What the server said of one recipient."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # 5xx
    POSTPONED = "postponed"  # 4xx


@dataclass(frozen=True, slots=True)
class RecipientAnswer:
    address: str
    outcome: Recipient
    code: int
    answer: str  # one line, cut


@dataclass(frozen=True, slots=True)
class Handover:
    """The outcome of giving one message to the server; `answer` is that to the final dot."""

    recipients: tuple[RecipientAnswer, ...]
    sent: bool  # the server took the message for the accepted recipients
    answer: str


class MailSender(Protocol):
    """A signed-in connection that hands messages over (RFC 5321)."""

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        *,
        before_final_dot: Callable[[tuple[RecipientAnswer, ...]], None],
        asks_delivered: bool = False,
    ) -> Handover:
        """Give one message over.

        `asks_delivered` asks the servers on the way to tell the sender when a recipient has it,
        where this one offers that (DSN, RFC 3461); elsewhere it changes nothing.

        `before_final_dot` is called after every byte of the message is out and before the dot:
        what it commits tells a later run that the message may have been sent. Raises
        `SenderRefused`, `MessageRefused`, `ServerBusy` (4xx) or a network fault before the dot;
        `AnswerLost` when the connection breaks after it. The answer is awaited 10 minutes
        (RFC 5321, 4.5.3.2.6); when it is a refusal, `MessageRefused` or `ServerBusy` are certain:
        after the dot only `AnswerLost` leaves a doubt. When no recipient is accepted DATA is not
        begun and `sent` is False.
        """

    def close(self) -> None:
        """QUIT and close; never raises."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What a server says before anybody signs in, in its own words, upper case."""

    capabilities: tuple[str, ...]
    mechanisms: tuple[str, ...]  # ways to sign in


@dataclass(frozen=True, slots=True)
class Filed:
    """A copy of a sent message in its folder; UIDVALIDITY and UID are 0 where nobody told them."""

    folder: str
    uid_validity: int
    uid: int
    was_there: bool  # nothing had to be done


class SentFolder(Protocol):
    """A signed-in connection to the folder in which an account keeps what it sent."""

    def file(self, message_id: str, data: bytes, *, before_append: Callable[[], None]) -> Filed:
        """Put a copy there unless it is there already, by its Message-ID.

        `before_append` is called just before the message goes out; when it raises, it does not.
        """

    def close(self) -> None:
        """Sign out politely and close; never raises."""


class StepName(Enum):
    """The steps of opening a connection, in order; test and enable shows them live."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    SIGN_IN = "sign-in"


Watch = Callable[[StepName, str], None]
"""Called when a step of opening is done, with a short fact (address, TLS version and expiry)."""


def unwatched(step: StepName, fact: str) -> None:
    """The watch of a cycle: nobody looks."""
    del step, fact
