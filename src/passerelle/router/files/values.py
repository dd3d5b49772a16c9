"""What the files of one E-mail Router say, as frozen values.

Texts stand here as the files hold them; `format.py` says what they mean, so that a person's
answer ("this class is Exchange 2010") needs no second reading of 32 MB. No password, cipher text
or key is ever in these values: only that a password was there.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from pathlib import Path
from typing import BinaryIO
from uuid import UUID


class Box(Enum):
    """The three boxes of the wizard, in the order of its page; the value is the file's name."""

    AGENT = "Microsoft.Crm.Tools.EmailAgent.xml"
    STATE = "Microsoft.Crm.Tools.EmailAgent.SystemState.xml"
    KEY = "EncryptionKey.xml"


@dataclass(frozen=True, slots=True)
class RouterFile:
    """One chosen file: the name it had, and its bytes, its path or an open binary stream."""

    name: str
    content: bytes | Path | BinaryIO


class Direction(StrEnum):
    INCOMING = "incoming"
    OUTGOING = "outgoing"


class ServerType(Enum):
    """The kinds of server that the router's own pages offer."""

    EXCHANGE_2003 = "exchange-2003"
    EXCHANGE_2007_EWS = "exchange-2007-ews"
    EXCHANGE_2007_WEBDAV = "exchange-2007-webdav"
    EXCHANGE_2010 = "exchange-2010"
    EXCHANGE_ONLINE = "exchange-online"
    POP3 = "pop3"
    SMTP = "smtp"
    CUSTOM = "custom"


class AuthMode(Enum):
    ANONYMOUS = "anonymous"
    CLEAR_TEXT = "clear-text"
    WINDOWS = "windows"


class Credential(Enum):
    """Whose account the router used."""

    LOCAL_SYSTEM = "local-system"
    USER_SPECIFIED = "user-specified"
    OTHER_SPECIFIED = "other-specified"


@dataclass(frozen=True, slots=True)
class Connection:
    """What many providers have in common, in the file's own words; "" where it says nothing."""

    direction: str = ""
    class_name: str = ""
    assembly: str = ""
    server: str = ""
    port: str = ""
    ssl: str = ""
    autodiscover: str = ""
    auth: str = ""
    credential: str = ""
    access: str = ""
    polling: str = ""
    timeout: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """One `ProviderConfiguration`. Equal connections of one set are one object."""

    connection: Connection
    name: str = ""
    username: str = ""
    target: str = ""
    has_password: bool = False
    users: tuple[UUID, ...] = ()
    queues: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """What the router remembered of one mailbox; `threshold` is its last read time, in UTC."""

    address: str
    threshold: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """An element, or "@" and an attribute, that no row of the name table names."""

    box: Box
    name: str
    count: int


class Notice(Enum):
    """What a person should know about a set that was read; none of them stops a migration."""

    DIFFERENT_ROUTERS = "different-routers"
    NO_STATES = "no-states"
    BAD_IDENTIFIERS = "bad-identifiers"
    REPEATED_FIELDS = "repeated-fields"
    REPEATED_STATES = "repeated-states"
    UNREADABLE_THRESHOLDS = "unreadable-thresholds"


@dataclass(frozen=True, slots=True)
class SetWarning:
    """A notice and how many places it concerns."""

    notice: Notice
    count: int = 1


@dataclass(frozen=True, slots=True)
class RouterSet:
    """The three files of one router, read. `unconfirmed` are the spellings used on trust."""

    providers: tuple[Provider, ...]
    states: tuple[State, ...]
    tag: str = ""  # of the bytes of EmailAgent: tells routers apart whatever their order
    unrecognised: tuple[Unrecognised, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    warnings: tuple[SetWarning, ...] = ()
