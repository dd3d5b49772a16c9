"""`MailSource` over IMAP: which folder is open, and which operation answers which method.

The operations are modules of their own; this one only puts them in order.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from passerelle.faults.mail.protocols import PlaceChanged, RemovalImpossible
from passerelle.protocols.imap.connecting.logout import log_out
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.copies import counted, identified
from passerelle.protocols.imap.copy import copy, end_of
from passerelle.protocols.imap.fetch import Fetching
from passerelle.protocols.imap.finding import uids_of
from passerelle.protocols.imap.folder import Access, Folder, open_folder
from passerelle.protocols.imap.folders import NOT_OPENED, known_sent, listed
from passerelle.protocols.imap.listing import list_above, sized
from passerelle.protocols.imap.move import move, moves_of
from passerelle.protocols.imap.remove import remove
from passerelle.protocols.imap.status import state_of
from passerelle.protocols.imap.store import add_flag
from passerelle.protocols.interfaces import (
    Cursor,
    FolderEnd,
    FolderState,
    Listed,
    Listing,
    MailFolder,
    MailSource,
    Moves,
    RawMessage,
)


class ImapSource:
    """A signed-in IMAP connection to one folder."""

    def __init__(self, session: Session, folder: str, *, account: str) -> None:
        self._session = session
        self._name = folder
        self._account = account
        self._listed: Folder | None = None  # as the last listing saw it
        self._opened: Folder | None = None  # as it was opened last, for whatever method

    def list_new(self, cursor: Cursor, since: datetime | None) -> Listing:
        folder = self._listed = self._open(Access.READ)
        last_uid = cursor.last_uid if cursor.uid_validity == folder.uid_validity else 0
        items = list_above(self._session, folder, last_uid, since)
        return Listing(folder.name, folder.uid_validity, folder.uid_next, items)

    def read(self, items: Sequence[Listed]) -> Iterator[RawMessage]:
        if not items:
            return
        self._session.settle()
        seen = self._listed or self._open(Access.READ)
        if self._session.selected != self._name:  # another source of this connection had its turn
            self._open(Access.READ)
        if self._opened and self._opened.uid_validity != seen.uid_validity:
            raise PlaceChanged(folder=seen.name)  # reopened since: the UIDs name others now
        yield from Fetching(self._session, seen).read(sized(self._session, items))

    def mark(self, uid_validity: int, uids: Sequence[int], keyword: str) -> None:
        self._at(uid_validity)
        add_flag(self._session, uids, keyword)

    def remove(self, uid_validity: int, items: Sequence[Listed]) -> None:
        self._at(uid_validity)
        if not remove(self._session, [item.uid for item in items]):
            raise RemovalImpossible(host=self._session.host, lacks="UIDPLUS")

    @property
    def moves(self) -> Moves:
        return moves_of(self._session)

    def move(self, uid_validity: int, uids: Sequence[int], folder: str) -> None:
        self._at(uid_validity)
        if self.moves is not Moves.AT_ONCE:
            raise RemovalImpossible(host=self._session.host, lacks=self.moves.lacks)
        move(self._session, uids, folder)

    def end_of(self, folder: str) -> FolderEnd:
        return end_of(self._session, folder)

    def copy(self, uid_validity: int, uids: Sequence[int], folder: str) -> frozenset[int]:
        self._at(uid_validity)
        return copy(self._session, uids, folder)

    def copies(
        self, uid_validity: int, uids: Sequence[int], folder: str, end: FolderEnd
    ) -> Mapping[int, bool]:
        here = self._at(uid_validity)
        items = sized(self._session, [Listed(uid, "", 0, None) for uid in uids])
        ours = dict(identified(self._session, here, items))
        if state_of(self._session, folder) is None:
            return dict.fromkeys(ours, False)
        there = open_folder(self._session, folder, Access.READ, account=self._account)
        sizes = frozenset(item.size for item in items)
        left = counted(self._session, there, end, sizes)
        found: dict[int, bool] = {}
        for uid in filter(ours.__contains__, uids):
            found[uid] = left[ours[uid]] > 0
            left[ours[uid]] -= 1
        return found

    def folders(self) -> Sequence[MailFolder]:
        return [
            MailFolder(one.name, one.delimiter, not one.attributes & NOT_OPENED, one.attributes)
            for one in listed(self._session)
        ]

    def sent(self) -> str:
        return known_sent(listed(self._session))

    def state(self, folder: str) -> FolderState | None:
        return state_of(self._session, folder)

    def within(self, folder: str) -> MailSource:
        return _Within(self._session, folder, account=self._account)

    def find_and_remove(self, message_id: str) -> bool:
        self._open(Access.WRITE)
        found = uids_of(self._session, message_id)
        return len(found) == 1 and remove(self._session, found)

    def find(self, message_id: str) -> bool:
        self._open(Access.READ)
        return bool(uids_of(self._session, message_id))

    @property
    def session(self) -> Session:
        """The conversation itself, for another operation over the same connection."""
        return self._session

    def close(self) -> None:
        log_out(self._session)

    def _at(self, uid_validity: int) -> Folder:
        """Open the folder to write in it, if its UIDs still mean what they meant."""
        folder = self._open(Access.WRITE)
        if folder.uid_validity != uid_validity:
            raise PlaceChanged(folder=folder.name)
        return folder

    def _open(self, access: Access) -> Folder:
        self._opened = open_folder(self._session, self._name, access, account=self._account)
        return self._opened


class _Within(ImapSource):
    """Another folder over a connection that is somebody else's to close."""

    def close(self) -> None:
        pass
