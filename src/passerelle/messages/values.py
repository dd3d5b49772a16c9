"""What a message is once it is read, and what a draft is before it is written: plain values.

Nothing here parses or decides. Texts are clean: no NUL and no lone surrogate (PostgreSQL refuses
both); addresses have a lower-case domain; times are aware and UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType

from passerelle.messages.keys import key_of
from passerelle.messages.kinds import Kind

# "1", "2.1": numbered as IMAP does (RFC 9051, 6.4.5.1); "2!1" is the first file packed into part 2.
PartPath = NewType("PartPath", str)
INNER = "!"


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of an address header. `key` is what two equal addresses share."""

    name: str
    address: str  # local part as written, domain in lower case and as the DNS has it

    @property
    def key(self) -> str:
        """The address to look records up by, whichever way it is spelled."""
        return key_of(self.address)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the text of the message. Its bytes stay in the raw message."""

    part: PartPath
    filename: str  # "" when the part names none
    mimetype: str
    size: int  # octets, decoded
    digest: str  # SHA-256 of the decoded octets, hexadecimal
    inline: bool
    content_id: str  # without the angle brackets; "" when there is none
    kind: Kind = Kind.FILE

    @property
    def is_packed(self) -> bool:
        """Whether it is a file within another attachment."""
        return INNER in self.part


class Automatic(Enum):
    """Whether a machine wrote the message (RFC 3834, RFC 3464, RFC 2919, habits before them)."""

    NO = "no"
    AUTO_REPLIED = "auto-replied"  # an out-of-office note, a vacation answer
    AUTO_GENERATED = "auto-generated"
    BOUNCE = "bounce"
    LIST = "list"


class Sensitivity(Enum):
    """How private its writer says a message is (RFC 4021)."""

    NORMAL = ""
    PERSONAL = "personal"
    PRIVATE = "private"
    CONFIDENTIAL = "company-confidential"


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """What only some messages say of themselves; words in lower case, "" where nothing is said."""

    list_id: str = ""  # the identifier alone (RFC 2919)
    auto_submitted: str = ""  # its keyword alone (RFC 3834)
    precedence: str = ""
    sensitivity: Sensitivity = Sensitivity.NORMAL
    thread_index: bytes = b""  # MS-OXOMSG 2.2.1.3


NO_HEADER_FACTS = HeaderFacts()


@dataclass(frozen=True, slots=True)
class Message:
    """One received message, read. Absent texts are empty, absent times are None."""

    message_id: str  # whole, with its angle brackets as written
    in_reply_to: str
    references: tuple[str, ...]  # the oldest first
    subject: str
    sender: Address | None  # From; None when there is no valid one
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    text: str  # the plain parts, or the HTML turned to text
    html: str  # as written, never to be shown unsanitised
    attachments: tuple[Attachment, ...]
    automatic: Automatic
    test_id: str  # value of our own header X-Passerelle-Test
    received: datetime | None  # of the topmost Received: the only receipt that POP3 has
    whole: bool  # False when only the headers were read
    header_facts: HeaderFacts = NO_HEADER_FACTS
    bcc: tuple[Address, ...] = ()  # only the sender's own copy should have it (RFC 5322, 3.6.3)


@dataclass(frozen=True, slots=True)
class Identity:
    """By what two copies of a message are one, and by what their texts are the same."""

    digest: bytes  # 32 octets
    text_digest: bytes  # 32 octets


class Priority(Enum):
    """How urgent its writer says a message is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a message; one that its HTML shows has a Content-ID."""

    filename: str
    mimetype: str
    data: bytes
    content_id: str = ""  # without the angle brackets


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be written. Bcc is no field: the recipients of the envelope are the sender's."""

    message_id: str  # with angle brackets, see `new_message_id`
    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    date: datetime  # aware
    cc: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: Automatic = Automatic.NO
    test_id: str = ""
    html: str = ""  # what is shown of it where HTML is shown; `text` is its alternative
    files: tuple[File, ...] = ()
    priority: Priority = Priority.NORMAL
    agent: Address | None = None  # who writes, where that is not `sender`
    asks_read: bool = False  # whether readers' programs are asked to tell when it is shown
    thread_topic: str = ""  # what Outlook calls the conversation
    thread_index: bytes = b""  # and where in it the message stands


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """Bounds of reading one message; what is beyond them is left out, never an error."""

    # Of the path of a part that holds others, some twenty levels deep: a store has 60 for what is
    # below, the number of a packed file included.
    path_chars: int = 45
    parts: int = 1_000
    header_bytes: int = 1_000_000  # the whole header of a message or a part
    header_fields: int = 2_000
    field_chars: int = 100_000
    addresses: int = 1_000  # of one header
    references: int = 100  # the newest are kept, and the first
    text_chars: int = 5_000_000
    html_chars: int = 10_000_000
    name_chars: int = 1_000  # a subject, a name, a file name, one message id


DEFAULT_LIMITS = ParseLimits()
