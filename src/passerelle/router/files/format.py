"""What the router's files mean: the one seam behind which all that is undocumented lies.

Every unknown of the format is asked of `RouterFormat` and has one place: element names, classes
and values (the name table and a person's answers), recipients, thresholds. The merge table and
the field mapping are `mapping.py`. Passwords are never understood: there is no question for them.
A value that no row knows is None, stands as it is, and becomes a `Question`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from passerelle.router.files.merged import RecipientKind, Side
from passerelle.router.files.names import VALUE_ROWS, Names
from passerelle.router.files.values import (
    AuthMode,
    Connection,
    Credential,
    Direction,
    Provider,
    ServerType,
)

REAL_SETS = 0  # sets of real routers that the tests read; the pages warn while there is none

_DIRECTION_OF = {ServerType.POP3: Direction.INCOMING, ServerType.SMTP: Direction.OUTGOING}
_PORT = re.compile(r"\d{1,5}", re.ASCII)
_PORTS = range(1, 65_536)


class QuestionKind(Enum):
    """What is asked; the value begins the key of an answer."""

    SERVER_TYPE = "server-type"
    DIRECTION = "direction"
    AUTH = "auth"
    CREDENTIAL = "credential"
    FLAG = "flag"
    SERVES = "serves"  # several providers of one direction claim the same recipients
    PAIR = "pair"  # two sides that no row of the merge table knows together


_CHOICES: Mapping[QuestionKind, tuple[str, ...]] = {
    QuestionKind.SERVER_TYPE: tuple(member.value for member in ServerType),
    QuestionKind.DIRECTION: tuple(member.value for member in Direction),
    QuestionKind.AUTH: tuple(member.value for member in AuthMode),
    QuestionKind.CREDENTIAL: tuple(member.value for member in Credential),
    QuestionKind.FLAG: ("yes", "no"),
}
LEAVE = "leave"  # an answer to SERVES and PAIR: they stay as they are


@dataclass(frozen=True, slots=True)
class Question:
    """A value of the files that nobody knows, asked once however often it stands there.

    What several sides claim, or no row of the merge table knows, is asked in the same way: its
    value is a digest, `shown` is what a person reads, `options` are choices with their labels.
    """

    kind: QuestionKind
    value: str
    count: int = 1
    shown: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """Under which its answer is given."""
        return _key(self.kind, self.value)

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(value for value, _ in self.options) or _CHOICES[self.kind]


@dataclass(frozen=True, slots=True)
class Who:
    """A user or queue of the CRM, or a forward mailbox."""

    kind: RecipientKind
    guid: UUID


@dataclass(frozen=True, slots=True)
class Directory:
    """What is known of users, queues and forward mailboxes: addresses folded, both ways."""

    by_address: Mapping[str, Who] = field(default_factory=dict)
    addresses: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RouterFormat:
    """The name table together with a person's answers (`Question.key` → one of its choices)."""

    names: Names
    answers: Mapping[str, str] = field(default_factory=dict)

    def side(self, connection: Connection) -> Side:
        """One provider's settings, understood as far as they can be."""
        class_name = short_class(connection.class_name)
        port = connection.port
        return Side(
            direction=self.direction(connection),
            server_type=self.server_type(connection.class_name),
            class_name=class_name,
            server=connection.server,
            port=int(port) if _PORT.fullmatch(port) and int(port) in _PORTS else None,
            port_text=port,
            ssl=self.flag(connection.ssl),
            autodiscover=self.flag(connection.autodiscover) or False,
            auth=self.auth_mode(connection.auth),
            auth_text=connection.auth,
            credential=self.credential(connection.credential),
            credential_text=connection.credential,
        )

    def direction(self, connection: Connection) -> Direction | None:
        """As the file says; else as the kind of server implies; else as a person answered."""
        row = self.names.values["direction"].row_of(connection.direction)
        if row is not None:
            return Direction(row)
        known = self.server_type(connection.class_name)
        if known in _DIRECTION_OF:
            return _DIRECTION_OF[known]
        asked = connection.direction or short_class(connection.class_name)
        answer = self._answer(QuestionKind.DIRECTION, asked)
        return Direction(answer) if answer else None

    def server_type(self, class_name: str) -> ServerType | None:
        """The kind of server behind a provider class, by its full or its short name."""
        short = short_class(class_name)
        row = self.names.classes.row_of(class_name) or self.names.classes.row_of(short)
        row = row or self._answer(QuestionKind.SERVER_TYPE, short)
        return ServerType(row) if row else None

    def auth_mode(self, text: str) -> AuthMode | None:
        row = self._value(QuestionKind.AUTH, text)
        return AuthMode(row) if row else None

    def credential(self, text: str) -> Credential | None:
        row = self._value(QuestionKind.CREDENTIAL, text)
        return Credential(row) if row else None

    def flag(self, text: str) -> bool | None:
        row = self._value(QuestionKind.FLAG, text)
        return None if row is None else row == "yes"

    def recipients(self, provider: Provider, directory: Directory) -> tuple[Who, ...]:
        """Whom a provider serves: its identifiers, else whoever has its account as address."""
        if provider.users or provider.queues:
            users = (Who(RecipientKind.USER, guid) for guid in provider.users)
            queues = (Who(RecipientKind.QUEUE, guid) for guid in provider.queues)
            return (*users, *queues)
        known = directory.by_address.get(provider.username.casefold())
        if known is None or not self._may_serve(provider, known):
            return ()
        return (known,)

    def _may_serve(self, provider: Provider, who: Who) -> bool:
        """A forward mailbox only receives, so an account that sends with its address is not it."""
        forwards = who.kind is RecipientKind.FORWARD
        return not forwards or self.direction(provider.connection) is not Direction.OUTGOING

    def questions(self, providers: Iterable[Provider]) -> tuple[Question, ...]:
        """Everything in the files that is still unknown, each once, with its count."""
        uses = Counter(provider.connection for provider in providers)
        asked: Counter[tuple[QuestionKind, str]] = Counter()
        for connection, count in uses.items():
            for kind, value in self._unknown(connection):
                asked[kind, value] += count
        return tuple(Question(kind, value, count) for (kind, value), count in asked.items())

    def decision(self, question: Question) -> str | None:
        """What a person answered to a question that has options of its own."""
        answer = self.answers.get(question.key)
        return answer if answer in question.choices else None

    def _unknown(self, connection: Connection) -> Iterable[tuple[QuestionKind, str]]:
        class_name = short_class(connection.class_name)
        if self.server_type(connection.class_name) is None:
            yield QuestionKind.SERVER_TYPE, class_name
        if self.direction(connection) is None:
            yield QuestionKind.DIRECTION, connection.direction or class_name
        if connection.auth and self.auth_mode(connection.auth) is None:
            yield QuestionKind.AUTH, connection.auth
        if connection.credential and self.credential(connection.credential) is None:
            yield QuestionKind.CREDENTIAL, connection.credential
        for text in {connection.ssl, connection.autodiscover} - {""}:
            if self.flag(text) is None:
                yield QuestionKind.FLAG, text

    def _value(self, kind: QuestionKind, text: str) -> str | None:
        assert kind.value in VALUE_ROWS
        return self.names.values[kind.value].row_of(text) or self._answer(kind, text)

    def _answer(self, kind: QuestionKind, value: str) -> str | None:
        answer = self.answers.get(_key(kind, value))
        return answer if answer in _CHOICES[kind] else None


def short_class(name: str) -> str:
    """The last part of `Namespace.Class, Assembly, Version=…`."""
    return name.partition(",")[0].strip().rpartition(".")[2]


def _key(kind: QuestionKind, value: str) -> str:
    return f"{kind.value}:{value.casefold()}"
