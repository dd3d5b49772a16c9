"""What a migration would make of a router's settings, as frozen values for the review page.

Numbers are Dataverse's (`emailserverprofile`). Nothing here is written anywhere yet.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum, StrEnum
from uuid import UUID

from passerelle.protocols.interfaces import Security
from passerelle.router.files.values import AuthMode, Credential, Direction, ServerType


class MailProtocol(Enum):
    """The protocol of one connection; a profile may have a different one a direction."""

    POP3 = "pop3"
    SMTP = "smtp"
    EXCHANGE = "exchange"


class ProfileType(IntEnum):
    """`servertype`; IMAP does not exist in a router."""

    EXCHANGE = 0
    POP3_SMTP = 1


class AuthProtocol(IntEnum):
    """`incoming-` and `outgoingauthenticationprotocol`."""

    AUTO_DETECT = 0
    NEGOTIATE = 1
    NTLM = 2
    BASIC = 3


class Retrieval(IntEnum):
    """`incoming-` and `outgoingcredentialretrieval`: where the credentials are held."""

    MAILBOX = 0
    PROFILE = 1
    WINDOWS = 3
    ANONYMOUS = 4


class RecipientKind(StrEnum):  # a str, whose hash is quick: it is in every key of the merge
    USER = "user"
    QUEUE = "queue"
    FORWARD = "forward"  # a forward mailbox, which is nobody's own


class Obstacle(Enum):
    """Why a connection cannot run as it was migrated; each can be mended in the profile."""

    EXCHANGE = "exchange"
    HOST_MISSING = "host-missing"
    HOST_UNUSABLE = "host-unusable"
    WINDOWS_ACCOUNT = "windows-account"
    WINDOWS_SIGN_IN = "windows-sign-in"


class Outcome(Enum):
    """What happens with one pair of the router's profiles."""

    MERGED = "merged"
    ONE_SIDED = "one-sided"
    NOT_MIGRATED = "not-migrated"
    CUSTOM = "custom"
    NO_ROW = "no-row"
    ASKS = "asks"
    NO_RECIPIENTS = "no-recipients"


class ProfileNotice(Enum):
    """What the review page says beside a profile."""

    PASSWORDS_NOT_TAKEN = "passwords-not-taken"
    AUTH_UNKNOWN = "auth-unknown"
    CREDENTIAL_UNKNOWN = "credential-unknown"
    ENCRYPTION_ASSUMED = "encryption-assumed"
    PORT_NOT_TAKEN = "port-not-taken"
    PORT_MISSING = "port-missing"
    NOT_ENCRYPTED = "not-encrypted"
    SEVERAL_NAMES = "several-names"
    SEVERAL_ROUTERS = "several-routers"
    SEVERAL_PAIRS = "several-pairs"
    NAME_TWICE = "name-twice"


@dataclass(frozen=True, slots=True)
class Side:
    """What the providers of one router profile have in common, understood; equal sides are one."""

    direction: Direction | None
    server_type: ServerType | None
    class_name: str
    server: str
    port: int | None
    port_text: str
    ssl: bool | None
    autodiscover: bool
    auth: AuthMode | None
    auth_text: str
    credential: Credential | None
    credential_text: str


@dataclass(frozen=True, slots=True)
class Source:
    """One side of a pair, and how many providers of the files stand behind it."""

    side: Side
    label: str
    providers: int
    passwords: int  # how many of them held one; none is taken
    routers: tuple[str, ...] = ()  # tags of the routers that have it


@dataclass(frozen=True, slots=True)
class MergedConnection:
    """One direction of the new profile."""

    direction: Direction
    protocol: MailProtocol
    host: str  # for Exchange the location as it stands, "" with autodiscover
    port: int | None
    security: Security
    auth: AuthProtocol
    retrieval: Retrieval
    username: str  # only where the profile holds the credentials
    autodiscover: bool
    obstacles: tuple[Obstacle, ...]

    @property
    def can_run(self) -> bool:
        """Whether Passerelle can use it, once its passwords are entered."""
        return not self.obstacles

    @property
    def needs_password(self) -> bool:
        """Whether the profile itself needs one; else each mailbox does, or none."""
        return self.retrieval is Retrieval.PROFILE


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One field of the review page: what the router says, what the profile would hold."""

    field: str  # Dataverse's column name
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MergedRecipient:
    """Whom the router serves; `threshold` is the router's last read time."""

    kind: RecipientKind
    guid: UUID
    address: str  # "" when neither the files nor the directory tell
    incoming_username: str  # "" where the profile holds the credentials, or the files say none
    outgoing_username: str
    threshold: datetime | None
    last_error: str
    directions: tuple[Direction, ...]


@dataclass(frozen=True, slots=True)
class MergedProfile:
    """One new profile, or one pair that becomes none; `outcome` says which."""

    key: str  # the same for the same pair in every reading
    name: str
    outcome: Outcome
    servertype: ProfileType | None
    sources: tuple[Source, ...]  # the incoming one first
    incoming: MergedConnection | None
    outgoing: MergedConnection | None
    recipients: tuple[MergedRecipient, ...]
    fields: tuple[FieldValue, ...]
    notices: tuple[ProfileNotice, ...]

    @property
    def migrates(self) -> bool:
        """Whether Yes can be chosen for it."""
        return self.outcome in {Outcome.MERGED, Outcome.ONE_SIDED, Outcome.NO_RECIPIENTS}

    @property
    def needs_password(self) -> tuple[Direction, ...]:
        """The directions for which a password is to be entered in the profile."""
        sides = (side for side in (self.incoming, self.outgoing) if side is not None)
        return tuple(side.direction for side in sides if side.needs_password)


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A provider that names no user or queue, and whose account nobody in the directory has."""

    direction: Direction
    username: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A recipient whom equal settings of one direction serve twice; the first account was taken."""

    kind: RecipientKind
    guid: UUID
    direction: Direction
    providers: int
