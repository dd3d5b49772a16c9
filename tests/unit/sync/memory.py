"""Mail servers in memory: an IMAP folder, a POP3 maildrop, an SMTP server doing as it is told.

They keep what a client sees: UIDs only grow, a UIDL stays with its message, what was taken at the
final dot is delivered whether or not the client hears the answer. They pass the contract tests.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from passerelle.faults import Fault
from passerelle.faults.mail.protocols import (
    AddressNotUsable,
    AnswerLost,
    FolderMissing,
    PlaceChanged,
)
from passerelle.mailboxes.models.choices import IncomingProtocol
from passerelle.protocols.interfaces import (
    Cursor,
    Endpoint,
    Filed,
    FolderEnd,
    FolderState,
    Handover,
    Listed,
    Listing,
    Login,
    MailFolder,
    MailSource,
    Moves,
    RawMessage,
    Recipient,
    RecipientAnswer,
    Watch,
)
from passerelle.protocols.pop3.top import message_id as id_in_header
from passerelle.protocols.pop3.top import received as top_received
from passerelle.protocols.wire import with_crlf


@dataclass
class Kept:
    """One message in a folder."""

    uid: int
    data: bytes
    received: datetime
    keywords: set[str] = field(default_factory=set)


@dataclass
class MemoryFolder:
    """A `MailSource` over one folder in memory. `largest` stands for `Limits.message_bytes`."""

    pop3: bool = False
    uid_validity: int = 7
    uid_next: int = 1
    messages: list[Kept] = field(default_factory=list)
    largest: int = 1_000_000
    faults: list[Fault] = field(default_factory=list)  # raised by the next listings
    lost_before_reading: set[int] = field(default_factory=set)  # UIDs that vanish once listed
    is_hiding: bool = False  # announces new mail and lists none
    moved: dict[str, list[bytes]] = field(default_factory=dict)  # by folder
    moves: Moves = Moves.AT_ONCE
    is_silent: bool = False  # does not tell what it copied
    is_false: bool = False  # says that it copied, and did not
    opened: int = 0
    reads: int = 0
    tops: int = 0  # messages whose headers were asked for, to know their dates
    name: str = "INBOX"
    object_id: str = ""  # of RFC 8474; "" for a server without it
    beside: dict[str, "MemoryFolder"] = field(default_factory=dict)  # the account's other folders
    closed: set[str] = field(default_factory=set)  # names that only have others below them
    sent_name: str = "Sent"  # of the folder for sent mail, where there is one
    states: int = 0  # how often the state of a folder was asked for
    listings: int = 0  # how often the folders were listed

    def deliver(self, data: bytes, received: datetime | None = None) -> int:
        uid = self.uid_next
        self.uid_next += 1
        self.messages.append(Kept(uid, with_crlf(data), received or datetime.now(UTC)))
        return uid

    def rebuild(self) -> None:
        """What an administrator's repair does: other UIDs under another UIDVALIDITY."""
        self.uid_validity += 1
        for number, kept in enumerate(self.messages, 1):
            kept.uid = number
        self.uid_next = len(self.messages) + 1

    def keywords(self) -> list[set[str]]:
        return [kept.keywords for kept in self.messages]

    def list_new(self, cursor: Cursor, since: datetime | None) -> Listing:
        if self.faults:
            raise self.faults.pop(0)
        if self.pop3:
            return self._list_pop3(cursor, since)
        last = cursor.last_uid if cursor.uid_validity == self.uid_validity else 0
        items = tuple(
            self._listed(kept)
            for kept in self.messages
            if kept.uid > last and (since is None or kept.received >= since) and not self.is_hiding
        )
        return Listing(self.name, self.uid_validity, self.uid_next, items)

    def _list_pop3(self, cursor: Cursor, since: datetime | None) -> Listing:
        listed = {self._listed(kept).uidl: kept for kept in self.messages}
        fresh = {uidl: kept for uidl, kept in listed.items() if uidl not in cursor.seen}
        if since is not None:
            self.tops += len(fresh)
            dates = {uidl: top_received(kept.data) for uidl, kept in fresh.items()}
            fresh = {uidl: kept for uidl, kept in fresh.items() if (dates[uidl] or since) >= since}
        items = tuple(self._listed(kept) for kept in fresh.values())
        return Listing("INBOX", 0, 0, items, frozenset(listed))

    def _listed(self, kept: Kept) -> Listed:
        if self.pop3:
            return Listed(0, f"id-{self.uid_validity}-{kept.uid}", len(kept.data), None)
        return Listed(kept.uid, "", len(kept.data), kept.received)

    def read(self, items: Sequence[Listed]) -> Iterator[RawMessage]:
        for item in items:
            kept = next((one for one in self.messages if self._is(one, item)), None)
            if kept is None or kept.uid in self.lost_before_reading:
                continue
            self.reads += 1
            whole = len(kept.data) <= self.largest
            data = kept.data if whole else kept.data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            yield RawMessage(item, data, whole=whole)

    def _is(self, kept: Kept, item: Listed) -> bool:
        listed = self._listed(kept)
        return (listed.uid, listed.uidl) == (item.uid, item.uidl)

    def mark(self, uid_validity: int, uids: Sequence[int], keyword: str) -> None:
        if self.pop3:
            return
        if uid_validity != self.uid_validity:
            raise PlaceChanged(folder=self.name)
        for kept in self.messages:
            if kept.uid in uids:
                kept.keywords.add(keyword)

    def remove(self, uid_validity: int, items: Sequence[Listed]) -> None:
        if not self.pop3 and uid_validity != self.uid_validity:
            raise PlaceChanged(folder=self.name)
        gone = {(item.uid, item.uidl) for item in items}
        names = ((kept, self._listed(kept)) for kept in self.messages)
        self.messages = [kept for kept, one in names if (one.uid, one.uidl) not in gone]

    def move(self, uid_validity: int, uids: Sequence[int], folder: str) -> None:
        if uid_validity != self.uid_validity:
            raise PlaceChanged(folder=self.name)
        gone = [kept.data for kept in self.messages if kept.uid in uids]
        self.moved.setdefault(folder, []).extend(gone)
        self.messages = [kept for kept in self.messages if kept.uid not in uids]

    def end_of(self, folder: str) -> FolderEnd:
        return FolderEnd(1, len(self.moved.setdefault(folder, [])) + 1)

    def copy(self, uid_validity: int, uids: Sequence[int], folder: str) -> frozenset[int]:
        here = self._named(uid_validity, uids)
        if self.is_false:
            return frozenset()
        self.moved.setdefault(folder, []).extend(kept.data for kept in here)
        return frozenset() if self.is_silent else frozenset(kept.uid for kept in here)

    def copies(
        self, uid_validity: int, uids: Sequence[int], folder: str, end: FolderEnd
    ) -> Mapping[int, bool]:
        here = self._named(uid_validity, uids)
        came = self.moved.get(folder, [])[max(end.uid_next - 1, 0) :]
        found: dict[int, bool] = {}
        for kept in here:
            found[kept.uid] = kept.data in came
            if found[kept.uid]:
                came.remove(kept.data)
        return found

    def _named(self, uid_validity: int, uids: Sequence[int]) -> list[Kept]:
        if uid_validity != self.uid_validity:
            raise PlaceChanged(folder=self.name)
        return [kept for kept in self.messages if kept.uid in uids]

    def folders(self) -> Sequence[MailFolder]:
        self.listings += 1
        names = (
            {"INBOX": True} | dict.fromkeys(self.closed, False) | dict.fromkeys(self.beside, True)
        )
        return [MailFolder(name, "/", is_open) for name, is_open in names.items()]

    def sent(self) -> str:
        self.listings += 1
        return self.sent_name if self.sent_name in self.beside else ""

    def state(self, folder: str) -> FolderState | None:
        self.states += 1
        found = self._beside(folder)
        if found is None:
            return None
        return FolderState(folder, found.uid_validity, found.uid_next, found.object_id)

    def within(self, folder: str) -> MailSource:
        found = self._beside(folder)
        if found is None:
            raise FolderMissing(folder=folder, account="anna")
        return found

    def _beside(self, folder: str) -> "MemoryFolder | None":
        return self if folder == self.name else self.beside.get(folder)

    def new_folder(
        self, name: str, *, object_id: str = "", uid_validity: int = 0
    ) -> "MemoryFolder":
        """What a person makes in their mail program."""
        validity = uid_validity or 100 + len(self.beside)
        self.beside[name] = MemoryFolder(
            name=name, object_id=object_id, uid_validity=validity, largest=self.largest
        )
        return self.beside[name]

    def rename(self, former: str, name: str) -> None:
        """As mail programs do it; the folder keeps its UIDs and its UIDVALIDITY."""
        self.beside[name] = self.beside.pop(former)
        self.beside[name].name = name

    def find_and_remove(self, message_id: str) -> bool:
        found = self._with(message_id)
        if len(found) != 1:
            return False
        self.messages.remove(found[0])
        return True

    def find(self, message_id: str) -> bool:
        return bool(self._with(message_id))

    def _with(self, message_id: str) -> list[Kept]:
        wanted = message_id.strip("<>")
        return [kept for kept in self.messages if id_in_header(kept.data) == wanted]

    def close(self) -> None:
        self.opened -= 1


@dataclass
class MemorySmtp:
    """A `MailSender` whose answers are told beforehand; `delivered` is what it took."""

    delivered: list[tuple[str, bytes]] = field(default_factory=list)  # recipient, message
    answers: dict[str, Recipient] = field(default_factory=dict)
    before_data: list[Fault] = field(default_factory=list)  # raised by the next messages
    at_dot: list[Fault] = field(default_factory=list)  # raised after the dot, not delivered
    refused_at_dot: list[str] = field(default_factory=list)  # answers to the next dots
    is_losing_answers: bool = False  # takes the message, and the answer never arrives
    asked_delivered: list[bool] = field(default_factory=list)  # of each message that was given
    opened: int = 0

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        *,
        before_final_dot: Callable[[tuple[RecipientAnswer, ...]], None],
        asks_delivered: bool = False,
    ) -> Handover:
        if any(set(address) & set(" \r\n<>\0") for address in (sender, *recipients)):
            raise AddressNotUsable
        self.asked_delivered.append(asks_delivered)
        if self.before_data:
            raise self.before_data.pop(0)
        answers = tuple(self._answer(address) for address in recipients)
        accepted = [one.address for one in answers if one.outcome is Recipient.ACCEPTED]
        if not accepted:
            return Handover(answers, sent=False, answer="")
        before_final_dot(answers)
        if self.at_dot:
            raise self.at_dot.pop(0)
        if self.refused_at_dot:
            return Handover(answers, sent=False, answer=self.refused_at_dot.pop(0))
        self.delivered.extend((address, with_crlf(data)) for address in accepted)
        if self.is_losing_answers:
            raise AnswerLost(host="smtp.example.com")
        return Handover(answers, sent=True, answer="250 2.0.0 taken")

    def _answer(self, address: str) -> RecipientAnswer:
        outcome = self.answers.get(address, Recipient.ACCEPTED)
        codes = {Recipient.ACCEPTED: 250, Recipient.REFUSED: 550, Recipient.POSTPONED: 450}
        return RecipientAnswer(address, outcome, codes[outcome], f"{codes[outcome]} said so")

    def close(self) -> None:
        self.opened -= 1


@dataclass
class MemoryWorld:
    """An `Opener`: folders by user name, one way out."""

    folders: dict[str, MemoryFolder] = field(default_factory=dict)
    smtp: MemorySmtp = field(default_factory=MemorySmtp)
    refusals: list[Fault] = field(default_factory=list)  # raised by the next connections
    sent_folders: dict[str, "MemorySent"] = field(default_factory=dict)
    sent_refusals: list[Fault] = field(default_factory=list)

    def source(self, protocol: str, endpoint: Endpoint, login: Login, watch: Watch) -> MemoryFolder:
        if self.refusals:
            raise self.refusals.pop(0)
        folder = self.folders[login.username]
        folder.pop3 = protocol == IncomingProtocol.POP3
        folder.opened += 1
        return folder

    def sent(self, endpoint: Endpoint, login: Login) -> "MemorySent":
        del endpoint
        if self.sent_refusals:
            raise self.sent_refusals.pop(0)
        folder = self.sent_folders.setdefault(login.username, MemorySent())
        folder.opened += 1
        return folder

    def sender(self, endpoint: Endpoint, login: Login | None, watch: Watch) -> MemorySmtp:
        del endpoint, login, watch
        if self.refusals:
            raise self.refusals.pop(0)
        self.smtp.opened += 1
        return self.smtp


@dataclass
class MemorySent:
    """A `SentFolder` in memory; `faults` are raised by the next copies, before or after them."""

    messages: list[bytes] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    answers_lost: list[Fault] = field(default_factory=list)  # the message is there by then
    opened: int = 0

    def file(self, message_id: str, data: bytes, *, before_append: Callable[[], None]) -> Filed:
        for uid, one in enumerate(self.messages, 1):
            if id_in_header(one).strip("<>") == message_id.strip("<>"):
                return Filed("Sent", 3, uid, was_there=True)
        if self.faults:
            raise self.faults.pop(0)
        before_append()
        self.messages.append(data)
        if self.answers_lost:
            raise self.answers_lost.pop(0)
        return Filed("Sent", 3, len(self.messages), was_there=False)

    def close(self) -> None:
        self.opened -= 1


MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Letter:
    """A message to be put into a folder."""

    number: int = 1
    sender: str = "Clara <clara@customer.example>"
    to: str = "anna@example.com"
    subject: str = "An order"
    text: str = "Please send ten."
    more: str = ""  # further header lines
    message_id: str | None = None
    date: datetime = MORNING
    parts: tuple[str, ...] = ()  # texts of attachments

    def but(self, **changes: object) -> "Letter":
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def id(self) -> str:
        return f"<{self.number}@customer.example>" if self.message_id is None else self.message_id

    def __bytes__(self) -> bytes:
        moment = self.date + timedelta(seconds=self.number)
        head = (
            f"From: {self.sender}\nTo: {self.to}\nSubject: {self.subject}\n"
            f"Date: {moment:%a, %d %b %Y %H:%M:%S} +0000\nMessage-ID: {self.id}\n{self.more}"
        )
        if not self.parts:
            return f"{head}\n{self.text}\n".replace("\n", "\r\n").encode()
        pieces = [f"--b\n\n{self.text}\n"]
        pieces += [
            f'--b\nContent-Type: text/csv; name="{number}.csv"\n'
            f"Content-Disposition: attachment\n\n{part}\n"
            for number, part in enumerate(self.parts)
        ]
        kind = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n'
        return f"{head}{kind}\n{''.join(pieces)}--b--\n".replace("\n", "\r\n").encode()
