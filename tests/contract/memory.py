"""An in-memory mail server behind `MailSource` and `MailSender`, for tests of the cycles.

It passes the same contract tests as the adapters of real servers. A `MemoryBox` is the server; the
sources and senders over it are its connections. Faults are scripted by what stands in `failing`.
"""

import email
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from passerelle.faults import Fault
from passerelle.faults.mail.protocols import AddressNotUsable, PlaceChanged
from passerelle.protocols.interfaces import (
    Cursor,
    FolderEnd,
    Handover,
    Limits,
    Listed,
    Listing,
    Moves,
    RawMessage,
    Recipient,
    RecipientAnswer,
)
from passerelle.protocols.wire import with_crlf

FOLDER = "INBOX"


@dataclass(slots=True)
class Stored:
    """One message on the server."""

    uid: int
    data: bytes
    received: datetime
    keywords: set[str] = field(default_factory=set)


@dataclass(slots=True)
class MemoryBox:
    """One account's folder, and the mail given over to this server."""

    uid_validity: int = 1
    uid_next: int = 1
    stored: dict[int, Stored] = field(default_factory=dict)
    sent: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    answers: dict[str, RecipientAnswer] = field(default_factory=dict)
    folders: dict[str, list[bytes]] = field(default_factory=dict)  # where mail was moved to
    moves: Moves = Moves.AT_ONCE
    failing: dict[str, Fault] = field(default_factory=dict)  # by the name of the method

    def deliver(self, raw: bytes, *, received: datetime | None = None) -> int:
        """Put one message in; its UID."""
        uid = self.uid_next
        self.stored[uid] = Stored(uid, with_crlf(raw), received or datetime.now(UTC))
        self.uid_next += 1
        return uid

    def rebuild(self) -> None:
        """Number everything anew under another UIDVALIDITY."""
        messages = list(self.stored.values())
        self.uid_validity += 1
        self.uid_next = len(messages) + 1
        self.stored = {uid: replace(each, uid=uid) for uid, each in enumerate(messages, start=1)}

    def check(self, method: str) -> None:
        """Raise what is scripted for that method."""
        if method in self.failing:
            raise self.failing[method]


@dataclass(slots=True)
class MemorySource:
    """One connection that reads."""

    box: MemoryBox
    limits: Limits = field(default_factory=Limits)
    closed: bool = False
    _validity: int = 0

    def list_new(self, cursor: Cursor, since: datetime | None) -> Listing:
        self.box.check("list_new")
        box = self.box
        self._validity = box.uid_validity
        last = cursor.last_uid if cursor.uid_validity == box.uid_validity else 0
        items = tuple(
            Listed(each.uid, "", len(each.data), each.received)
            for each in box.stored.values()
            if each.uid > last and (since is None or each.received >= since)
        )
        return Listing(FOLDER, box.uid_validity, box.uid_next, items)

    def read(self, items: Sequence[Listed]) -> Iterator[RawMessage]:
        self.box.check("read")
        for item in items:
            if self._validity not in {0, self.box.uid_validity}:
                raise PlaceChanged(folder=FOLDER)
            stored = self.box.stored.get(item.uid)
            if stored is None:
                continue
            if len(stored.data) > self.limits.message_bytes:
                header, _, _ = stored.data.partition(b"\r\n\r\n")
                yield RawMessage(item, header + b"\r\n\r\n", whole=False)
            else:
                yield RawMessage(item, stored.data)

    def mark(self, uid_validity: int, uids: Sequence[int], keyword: str) -> None:
        self.box.check("mark")
        if uid_validity != self.box.uid_validity:
            raise PlaceChanged(folder=FOLDER)
        for uid in uids:
            if uid in self.box.stored:
                self.box.stored[uid].keywords.add(keyword)

    def remove(self, uid_validity: int, items: Sequence[Listed]) -> None:
        self.box.check("remove")
        if uid_validity != self.box.uid_validity:
            raise PlaceChanged(folder=FOLDER)
        for item in items:
            self.box.stored.pop(item.uid, None)

    def move(self, uid_validity: int, uids: Sequence[int], folder: str) -> None:
        self.box.check("move")
        if uid_validity != self.box.uid_validity:
            raise PlaceChanged(folder=FOLDER)
        moved = [self.box.stored.pop(uid) for uid in uids if uid in self.box.stored]
        self.box.folders.setdefault(folder, []).extend(each.data for each in moved)

    @property
    def moves(self) -> Moves:
        return self.box.moves

    def end_of(self, folder: str) -> FolderEnd:
        self.box.check("end_of")
        return FolderEnd(1, len(self.box.folders.setdefault(folder, [])) + 1)

    def copy(self, uid_validity: int, uids: Sequence[int], folder: str) -> frozenset[int]:
        self.box.check("copy")
        here = self._named(uid_validity, uids)
        self.box.folders.setdefault(folder, []).extend(each.data for each in here)
        return frozenset(each.uid for each in here)

    def copies(
        self, uid_validity: int, uids: Sequence[int], folder: str, end: FolderEnd
    ) -> Mapping[int, bool]:
        self.box.check("copies")
        here = self._named(uid_validity, uids)
        came = self.box.folders.get(folder, [])[max(end.uid_next - 1, 0) :]
        found: dict[int, bool] = {}
        for each in here:
            found[each.uid] = each.data in came
            if found[each.uid]:
                came.remove(each.data)
        return found

    def _named(self, uid_validity: int, uids: Sequence[int]) -> list[Stored]:
        if uid_validity != self.box.uid_validity:
            raise PlaceChanged(folder=FOLDER)
        return [self.box.stored[uid] for uid in uids if uid in self.box.stored]

    def find_and_remove(self, message_id: str) -> bool:
        self.box.check("find_and_remove")
        found = self._with(message_id)
        if len(found) != 1:
            return False
        del self.box.stored[found[0].uid]
        return True

    def find(self, message_id: str) -> bool:
        self.box.check("find")
        return bool(self._with(message_id))

    def close(self) -> None:
        self.closed = True

    def _with(self, message_id: str) -> list[Stored]:
        wanted = message_id.strip("<>")
        return [
            each
            for each in self.box.stored.values()
            if str(email.message_from_bytes(each.data)["Message-ID"]).strip("<> ") == wanted
        ]


@dataclass(slots=True)
class MemorySender:
    """One connection that sends; without a scripted answer every recipient is accepted."""

    box: MemoryBox
    closed: bool = False

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
        self.box.check("send")
        answers = tuple(
            self.box.answers.get(each, RecipientAnswer(each, Recipient.ACCEPTED, 250, "250 OK"))
            for each in recipients
        )
        accepted = tuple(each.address for each in answers if each.outcome is Recipient.ACCEPTED)
        if not accepted:
            return Handover(answers, sent=False, answer="")
        before_final_dot(answers)
        self.box.check("final_dot")
        self.box.sent.append((sender, accepted, with_crlf(data)))
        return Handover(answers, sent=True, answer="250 taken")

    def close(self) -> None:
        self.closed = True
