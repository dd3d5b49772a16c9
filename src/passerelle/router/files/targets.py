"""What is taken from each of the three files while it streams by.

Children are matched by local name at any depth, as no public source shows the levels. Text is
collected for known rows only: of an unknown element the name and the count are kept, of a password
that one was there, of the key file nothing. Bounds: depth, different names, lengths, recipients.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from uuid import UUID

from passerelle.faults.router import (
    RouterFileTooDeep,
    RouterFileTooVaried,
    RouterValueTooLong,
    TooManyRecipients,
)
from passerelle.guids import guid_of
from passerelle.router.files.names import CONNECTION_FIELDS, Names, Table
from passerelle.router.files.values import Box, Connection, Notice, Provider, State, Unrecognised

DEPTH = 64  # elements; the confirmed structure has 3 levels
DIFFERENT_NAMES = 5_000
VALUE_LENGTH = 2_084  # characters: Dataverse's longest server location
ERROR_LENGTH = 500  # characters kept of the router's last error
RECIPIENTS = 100_000
PROVIDERS = 2 * RECIPIENTS  # an incoming and an outgoing one each
LISTED_NAMES = 200  # unrecognised names shown; the others are counted together
OTHER_NAMES = "…"
_EARLIEST_YEAR = 1970  # 0001-01-01 is the router's "never" (KB 2491350)


class BoundedTarget:
    """Depth, names and text, which all three files have in common. Subclasses give them sense."""

    box: Box
    different_names = DIFFERENT_NAMES

    def __init__(self, names: Names, table: Table) -> None:
        self.names = names
        self.rows: dict[str, str] = {}  # a tag, or "@" and an attribute → its row, or ""
        self.unknown: Counter[str] = Counter()
        self.notices: Counter[Notice] = Counter()
        self._table = table
        self._depth = 0
        self._sink: Callable[[str], None] | None = None
        self._pieces: list[str] = []
        self._kept = 0

    def data(self, data: str) -> None:
        if self._sink is not None:
            self._sink(data)

    def unrecognised(self) -> tuple[Unrecognised, ...]:
        """The names without a row, most frequent first."""
        ordered = self.unknown.most_common()
        listed = [Unrecognised(self.box, _shown(tag), n) for tag, n in ordered[:LISTED_NAMES]]
        if rest := sum(n for _, n in ordered[LISTED_NAMES:]):
            listed.append(Unrecognised(self.box, OTHER_NAMES, rest))
        return tuple(listed)

    def _collect(self) -> None:
        """Keep the text that follows, as far as a value may be long."""
        self._pieces = []
        self._kept = 0
        self._sink = self._keep

    def _keep(self, text: str) -> None:
        if self._kept <= VALUE_LENGTH:
            self._pieces.append(text)
            self._kept += len(text)

    def _collected(self) -> str:
        return "".join(self._pieces).strip()

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            raise RouterFileTooDeep(file=self.box.value, limit=DEPTH)

    def _learn(self, tag: str) -> str:
        if len(self.rows) >= self.different_names:
            raise RouterFileTooVaried(file=self.box.value, limit=self.different_names)
        row = self._table.row_of(local_name(tag)) or ""
        self.rows[tag] = row
        return row

    def _row_of_attribute(self, name: str) -> str:
        row = self.rows.get("@" + name)
        return self._learn("@" + name) if row is None else row

    def _check_length(self, length: int) -> None:
        if length > VALUE_LENGTH:
            raise RouterValueTooLong(file=self.box.value, limit=VALUE_LENGTH)


class AgentTarget(BoundedTarget):
    """The providers of EmailAgent.xml."""

    box = Box.AGENT

    def __init__(self, names: Names) -> None:
        super().__init__(names, names.agent)
        self.providers: list[Provider] = []
        self._connections: dict[Connection, Connection] = {}
        self._identifiers: dict[str, UUID] = {}
        self._provider_depth = 0  # 0: outside
        self._open = ""  # the row whose text is being collected
        self._has_password = False
        self._begin_provider()

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        self._deeper()
        row = self.rows.get(tag)
        if row is None:
            row = self._learn(tag)
        self._sink = None  # an element with children holds no value
        if row == "provider" and not self._provider_depth:
            self._provider_depth = self._depth
            self._begin_provider()
        elif row in {"root", "ignored"}:
            pass
        elif not row or not self._provider_depth or row == "provider":
            self.unknown[tag] += 1
        else:
            self._open = row
            self._collect()
            if row == "password":
                self._sink = self._shred
        for name, value in attrs.items():
            self._attribute(name, value)

    def end(self, tag: str) -> None:
        del tag
        if self._sink is not None:
            if self._open != "password":
                self._take(self._open, self._collected())
            self._sink = None
        if self._depth == self._provider_depth:
            self._end_provider()
        self._depth -= 1

    def _attribute(self, name: str, value: str) -> None:
        row = self._row_of_attribute(name)
        if row == "password":
            self._shred(value)
        elif row and self._provider_depth and row not in {"provider", "root", "ignored"}:
            self._take(row, value.strip())
        elif row != "ignored":
            self.unknown["@" + name] += 1

    def _shred(self, text: str) -> None:
        self._has_password = self._has_password or bool(text.strip())

    def _begin_provider(self) -> None:
        self._fields: dict[str, str] = {}
        self._users: list[UUID] = []
        self._queues: list[UUID] = []
        self._has_password = False

    def _take(self, row: str, value: str) -> None:
        if row == "user":
            self._identify(value, self._users)
        elif row == "queue":
            self._identify(value, self._queues)
        elif row in self._fields:
            self.notices[Notice.REPEATED_FIELDS] += 1
        elif value:
            self._check_length(len(value))
            self._fields[row] = value

    def _identify(self, value: str, into: list[UUID]) -> None:
        known = self._identifiers.get(value)
        if known is None:
            known = guid_of(value)
            if known is None:
                self.notices[Notice.BAD_IDENTIFIERS] += 1
                return
            if len(self._identifiers) >= RECIPIENTS:
                raise TooManyRecipients(file=self.box.value, limit=RECIPIENTS)
            self._identifiers[value] = known
        into.append(known)

    def _end_provider(self) -> None:
        if len(self.providers) >= PROVIDERS:
            raise TooManyRecipients(file=self.box.value, limit=RECIPIENTS)
        found = self._fields
        connection = Connection(*[found.get(row, "") for row in CONNECTION_FIELDS])
        self.providers.append(
            Provider(
                connection=self._connections.setdefault(connection, connection),
                name=found.get("name", ""),
                username=found.get("username", ""),
                target=found.get("target", ""),
                has_password=self._has_password,
                users=tuple(self._users),
                queues=tuple(self._queues),
            )
        )
        self._provider_depth = 0


class StateTarget(BoundedTarget):
    """The records of SystemState.xml: whatever element holds an address is one."""

    box = Box.STATE
    different_names = RECIPIENTS + DIFFERENT_NAMES  # each record's name is a token of its own

    def __init__(self, names: Names) -> None:
        super().__init__(names, names.state)
        self.states: dict[str, State] = {}
        self._frames: list[dict[str, str]] = [{}]

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        self._deeper()
        row = self.rows.get(tag)
        if row is None:
            row = self._learn(tag)
        frame: dict[str, str] = {}
        for name, value in attrs.items():
            if known := self._row_of_attribute(name):
                frame[known] = value
            else:
                self.unknown["@" + name] += 1
        self._frames.append(frame)
        self._sink = None
        if row and row != "root":
            self._collect()

    def end(self, tag: str) -> None:
        self._depth -= 1
        row = self.rows[tag]
        frame = self._frames.pop()
        above = self._frames[-1]
        if self._sink is not None:
            above[row] = self._collected()
        elif "address" in frame:
            self._remember(frame)
            above["root"] = ""  # what holds records is a level, not an unknown element
        elif "root" in frame:
            above["root"] = ""
        elif not row:
            self.unknown[tag] += 1
        self._sink = None

    def _remember(self, frame: dict[str, str]) -> None:
        address = frame["address"]
        if not address:
            return
        self._check_length(len(address))
        written = frame.get("threshold", "")
        threshold = threshold_of(written)
        if threshold is None and written and not written.startswith("0001-"):
            self.notices[Notice.UNREADABLE_THRESHOLDS] += 1
        state = State(address, threshold, frame.get("error", "")[:ERROR_LENGTH])
        key = address.casefold()
        earlier = self.states.get(key)
        if earlier is not None:
            self.notices[Notice.REPEATED_STATES] += 1
            state = max(earlier, state, key=lambda one: one.threshold or _NEVER)
        elif len(self.states) >= RECIPIENTS:
            raise TooManyRecipients(file=self.box.value, limit=RECIPIENTS)
        self.states[key] = state


class KeyTarget(BoundedTarget):
    """EncryptionKey.xml: bounds and well-formedness; no value is looked at."""

    box = Box.KEY

    def __init__(self, names: Names) -> None:
        super().__init__(names, names.key)

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        self._deeper()
        for name in (tag, *("@" + attribute for attribute in attrs)):
            if name not in self.rows:
                self._learn(name)

    def end(self, tag: str) -> None:
        del tag
        self._depth -= 1


_NEVER = datetime.min.replace(tzinfo=UTC)


def threshold_of(text: str) -> datetime | None:
    """The last read time in UTC; None for "never", for nothing, and for what is no date."""
    try:
        moment = datetime.fromisoformat(text)  # cuts the seventh decimal
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        utc = aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return utc if utc.year >= _EARLIEST_YEAR else None


def looks_like(tags: Iterable[str], names: Names) -> Box | None:
    """Which of the three files has elements of these names; None when nothing tells."""
    locals_ = [local_name(tag) for tag in tags if not tag.startswith("@")]
    if any(names.agent.row_of(name) in {"provider", "ignored"} for name in locals_):
        return Box.AGENT
    if any(names.state.row_of(name) in {"address", "threshold"} for name in locals_):
        return Box.STATE
    if any(names.key.row_of(name) for name in locals_):
        return Box.KEY
    return None


def local_name(tag: str) -> str:
    """The name without its namespace."""
    return tag.rpartition("}")[2].removeprefix("@")


def _shown(tag: str) -> str:
    return ("@" if tag.startswith("@") else "") + local_name(tag)[:100]
