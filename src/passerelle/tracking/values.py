"""The values of tracking: what is asked of the records, what they answer, what is decided.

Integers are Dataverse's where it has them. Nothing here decides. Addresses are keys in lower
case (`Address.key`), message ids are compared as they are written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, IntEnum
from typing import NamedTuple
from uuid import UUID

from passerelle.faults import Fact
from passerelle.messages import NO_HEADER_FACTS, Address, Automatic, HeaderFacts
from passerelle.tracking.belonging.token import TokenFormat
from passerelle.tracking.creating.values import NOTHING_WISHED, Creates, Creation, Wish
from passerelle.tracking.looks import Look
from passerelle.tracking.matching_rules import MatchingRules
from passerelle.tracking.reasons import Reason
from passerelle.tracking.wanting.never_list import NOTHING_NEVER, NeverList

Facts = tuple[tuple[str, Fact], ...]  # names and values for a sentence, in order


class Filter(IntEnum):
    """What a user or a queue takes (`incomingemailfilteringmethod`)."""

    ALL = 0
    REPLIES = 1
    FROM_CRM_RECORDS = 2  # leads, contacts, accounts
    FROM_ANY_RECORD = 3
    NONE = 4


class CorrelationMethod(IntEnum):
    """How the email that this one answers was found (`correlationmethod`)."""

    NONE = 0
    SKIPPED = 1
    IN_REPLY_TO = 3  # References count here too
    TRACKING_TOKEN = 4
    CONVERSATION_INDEX = 5  # Thread-Index
    SMART_MATCHING = 6


class Doubt(IntEnum):
    """Why a message may not belong to the email that it seems to answer; the values are stored."""

    FORWARD = 1  # it gives that email on
    OTHER_PEOPLE = 2  # of whom that email knows nobody write, under another subject
    SIMILAR = 3  # it does not name it: their subjects and people are alike


class PartyKind(Enum):
    """The kinds of record that an address may mean; the order is that of choosing a sender."""

    SYSTEMUSER = "systemuser"
    CONTACT = "contact"
    ACCOUNT = "account"
    LEAD = "lead"
    QUEUE = "queue"


class Participation(IntEnum):
    """The part that an address plays (`participationtypemask`)."""

    SENDER = 1
    TO = 2
    CC = 3
    BCC = 4


class Direction(IntEnum):
    """`directioncode`."""

    INCOMING = 0
    OUTGOING = 1


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A record that an address may mean."""

    kind: PartyKind
    id: UUID
    active: bool = True
    owner: UUID | None = None  # the systemuser that owns it; None for a user
    name: str = ""  # for sentences only


@dataclass(frozen=True, slots=True)
class Taker:
    """A user or a queue that may take mail: its mailbox is one that email is processed for."""

    record: RecordRef
    filter: Filter
    owner: UUID | None  # systemuser that would own the email; None when nobody may
    creates: Creates = Creates.AS_ORGANIZATION  # for unknown senders


@dataclass(frozen=True, slots=True)
class ReadingMailbox:
    """The mailbox being read; its own user or queue counts as a recipient (Bcc, lists)."""

    address: str
    taker: Taker | None  # None for a collector, which belongs to nobody
    regarding: RecordRef | None = None  # what lies in the folder that is read regards it


@dataclass(frozen=True, slots=True)
class TrackingSettings:
    """The organization's settings that tracking looks at."""

    correlation: bool = True
    tokens: bool = True
    token_format: TokenFormat = field(default_factory=TokenFormat)
    earlier_formats: tuple[TokenFormat, ...] = ()  # of tokens that are read, and no more written
    two_activities: bool = True  # mail between users: a sent and a received record
    own_filter_only: bool = False  # ask only whose mailbox is read, not every recipient
    forced_filter: Filter | None = None  # of all users, whatever they chose
    internal_to_queues: bool = True  # of users is tracked whatever its sent copy
    internal_from_queues: bool = True  # so is what a queue sent, to whomever
    items_for_recipients: bool = True  # in the queues that are addressed
    item_for_read_queue: bool = True  # in the queue whose mailbox is read
    items_for_tracked: bool = False  # there also for what is tracked already
    never: NeverList = NOTHING_NEVER  # whoever it is for
    forwards_are_replies: bool = False  # whatever makes an answer doubtful that names an email
    smart_matching: bool = False
    smart_matching_trusted: bool = False  # what it finds is joined, not proposed
    matching: MatchingRules = field(default_factory=MatchingRules)  # its forms are those above
    plus_addresses: bool = False  # anna+anything@ means the user or queue that anna@ means
    sender_unresolved: bool = False  # where its address means several
    recipients_unresolved: bool = False  # likewise
    inactive_meant: bool = True  # by their addresses, as active ones are
    bounces_tracked: bool = True  # else they only mark the recipient
    receipts_tracked: bool = False  # likewise
    creating: Wish = NOTHING_WISHED  # records for unknown senders

    @property
    def token_formats(self) -> tuple[TokenFormat, ...]:
        """Of the tokens that are read, today's first."""
        return (self.token_format, *self.earlier_formats)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What tracking needs of one received message. `activityid` is the key it gets if tracked."""

    activityid: UUID
    digest: bytes
    text_digest: bytes
    text: str = field(repr=False)
    parts: frozenset[str]  # digests of the attachments
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    subject: str = field(repr=False)
    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None = None
    carries_message: bool = False  # another message is attached
    test_id: str = ""
    reports: tuple[str, ...] = ()  # ids of the email on which it reports
    confirms: bool = False  # it reports that the email arrived or was read
    by_hand: bool = False  # a person said: take it anyway
    is_sent: bool = False  # it lies in the Sent folder of the mailbox that is read
    read_for: Taker | None = None  # whose mailbox it reached, when a forward mailbox is read
    automatic: Automatic = Automatic.NO
    header_facts: HeaderFacts = NO_HEADER_FACTS
    # To whom a trusted field says that it was delivered, with its name: they receive it as those in
    # To do, and are no parties.
    delivered_to: tuple[tuple[str, Address], ...] = ()
    bcc: tuple[Address, ...] = ()  # of sent mail: whoever receives a Bcc field should not have it

    @property
    def direction(self) -> Direction:
        """Of the record that it becomes."""
        return Direction.OUTGOING if self.is_sent else Direction.INCOMING

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Of its sender, then of its recipients."""
        sender = (self.sender,) if self.sender is not None else ()
        return (*sender, *self.to, *self.cc, *self.bcc)


@dataclass(frozen=True, slots=True)
class Questions:
    """What must be looked up for a whole batch, each kind in one query."""

    addresses: frozenset[str]  # lower case
    message_ids: frozenset[str]  # whole; own ones, In-Reply-To and References
    tokens: frozenset[str]
    identities: frozenset[bytes]
    conversations: frozenset[int] = frozenset()  # hashes of Thread-Index


@dataclass(frozen=True, slots=True)
class History:
    """What the list of another system told of an email: neither text nor digests."""

    sender: str  # lower case; "" where the list had none
    sent_on: datetime | None


@dataclass(frozen=True, slots=True)
class StoredEmail:
    """An email record that a message may answer."""

    activityid: UUID
    direction: Direction
    owner: UUID | None = None
    regarding: RecordRef | None = None  # the record that an answer to it is about
    history: History | None = None  # where it was taken from another system
    subject: str = field(default="", repr=False)
    is_chosen: bool = False  # a person said what answers to it regard
    thread_index: bytes = b""


@dataclass(frozen=True, slots=True)
class Likely:
    """An email under the words of a subject that smart matching asked for."""

    email: StoredEmail
    written_on: datetime
    people: frozenset[bytes]  # hashes of its addresses


@dataclass(frozen=True, slots=True)
class Known:
    """A version of an email that is stored under an identity."""

    activityid: UUID
    direction: Direction
    version: int
    text_digest: bytes
    text: str = field(repr=False)
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answers:
    """What the records say to the questions. A key that is absent was not found."""

    records: Mapping[str, tuple[RecordRef, ...]] = field(default_factory=dict)
    # Users and queues that hold the address, which nobody has approved yet: it means none of them.
    withheld: Mapping[str, tuple[RecordRef, ...]] = field(default_factory=dict)
    takers: Mapping[UUID, Taker] = field(default_factory=dict)  # by user or queue
    never: Mapping[UUID, NeverList] = field(default_factory=dict)  # their own lists
    emails: Mapping[str, tuple[StoredEmail, ...]] = field(default_factory=dict)  # newest first
    tokens: Mapping[str, StoredEmail] = field(default_factory=dict)  # newest *sent* email
    identities: Mapping[bytes, tuple[Known, ...]] = field(default_factory=dict)
    # The digests of the texts that a person had untracked under an identity.
    untracked: Mapping[bytes, frozenset[bytes]] = field(default_factory=dict)
    # The newest emails of a conversation by its hash, the newest first.
    conversations: Mapping[int, tuple[StoredEmail, ...]] = field(default_factory=dict)
    # The addresses of an email, where `people_asked` names it; none where they are not known.
    people: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    # By the digests of their subjects, where `similar_asked` asks for them.
    similar: Mapping[int, tuple[Likely, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looked:
    """One line of the decision trace: codes and plain facts, rendered in a reader's language."""

    look: Look
    facts: Facts = ()


@dataclass(frozen=True, slots=True)
class Party:
    """One activity party: a record, or an address that means none (`record` is None)."""

    participation: Participation
    address: str
    name: str
    record: RecordRef | None


@dataclass(frozen=True, slots=True)
class Correlation:
    """The email that this one answers, how it was found, and what makes that doubtful."""

    email: StoredEmail
    method: CorrelationMethod
    doubt: Doubt | None = None

    @property
    def is_sure(self) -> bool:
        return self.doubt is None


class Answering(IntEnum):
    """Whether the message answers a tracked email."""

    NONE = 0
    SURE = 1
    PROPOSED = 2  # it seems to; doubtful answers count as such where the organization says so
    SIMILAR = 3  # smart matching says so, and counts where the organization trusts it


class Reported(Enum):
    """What a message reports on an email that was sent from here; the values are stored."""

    NOTHING = ""
    BOUNCE = "bounce"  # it did not arrive, or not yet
    RECEIPT = "receipt"  # it arrived, or was read


class Asked(NamedTuple):
    """One who may take the message, and by which option."""

    id: UUID
    kind: PartyKind
    filter: Filter
    never: bool = False  # a rule of their own list holds


@dataclass(frozen=True, slots=True)
class Case:
    """One message as the rules saw it."""

    sender: PartyKind | None  # the kind of the record that the sender means
    matches: int  # records that have the sender's address
    answering: Answering
    automatic: Automatic
    sent_copy: bool  # a sent email with the same Message-ID is stored
    takers: tuple[Asked, ...]  # in the order of To and Cc
    reader: UUID | None  # whose mailbox is read; one of the takers
    never: bool = False  # a rule of the organization's list holds
    reported: Reported = Reported.NOTHING


@dataclass(frozen=True, slots=True)
class Track:
    """Make a record of it."""

    reason: Reason
    activityid: UUID
    version: int  # 1, or more when the same identity came with another text
    flagged_version: bool
    accepting: RecordRef | None  # the user or queue that wanted it; None when taken by hand
    sender: Party | None
    parties: tuple[Party, ...]  # the sender first, then To, then Cc
    regarding: RecordRef | None
    correlated: Correlation | None
    owner: UUID | None  # None when no recipient may own it: the caller's default then
    queues: tuple[UUID, ...]
    facts: Facts = ()
    looked_at: tuple[Looked, ...] = ()
    case: Case | None = None
    ambiguous_sender: bool = False  # several records have its address, and none was chosen
    creation: Creation | None = None  # a record to be made for its sender


@dataclass(frozen=True, slots=True)
class Skip:
    """Make no record. `existing` is the record that holds it already, if one does."""

    reason: Reason
    existing: UUID | None = None
    facts: Facts = ()
    looked_at: tuple[Looked, ...] = ()
    queues: tuple[UUID, ...] = ()  # that get an item of the record that exists
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Complete:
    """The same message with more parts: add those to the record that exists."""

    existing: UUID
    missing: frozenset[str]  # digests of the attachments to add
    reason: Reason = Reason.COMPLETED
    facts: Facts = ()
    looked_at: tuple[Looked, ...] = ()
    queues: tuple[UUID, ...] = ()  # that get an item of that record, too


Decision = Track | Skip | Complete
