"""`MailSource` over POP3: which session is open, and which operation answers which method.

A session shows the mailbox as it was at sign-in, and removes at QUIT; so looking anew and removing
begin and end sessions. Nothing else is ever removed.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from passerelle.protocols.interfaces import Cursor, Listed, Listing, RawMessage
from passerelle.protocols.pop3.finding import held_with
from passerelle.protocols.pop3.listing import Held, list_all
from passerelle.protocols.pop3.quitting import commit, leave
from passerelle.protocols.pop3.retrieve import Asked, Retrieval
from passerelle.protocols.pop3.session import Session
from passerelle.protocols.pop3.top import headers_of, received

FOLDER = "INBOX"


class Pop3Source:
    """A signed-in POP3 connection."""

    def __init__(self, session: Session, sign_in: Callable[[], Session]) -> None:
        self._session: Session | None = session
        self._sign_in = sign_in
        self._fresh = True  # nothing was asked of this session yet
        self._held: dict[str, Held] | None = None

    def list_new(self, cursor: Cursor, since: datetime | None) -> Listing:
        session = self._anew()
        held = self._held = list_all(session)
        new = [each for uidl, each in held.items() if uidl not in cursor.seen]
        dates: dict[str, datetime | None] = {}
        if since is not None and "TOP" in session.offers:
            for each, headers in headers_of(session, new):
                dates[each.uidl] = received(headers) if headers else None
        items = tuple(
            Listed(0, each.uidl, each.size, dates.get(each.uidl))
            for each in new
            if since is None or (dates.get(each.uidl) or since) >= since
        )
        return Listing(FOLDER, 0, 0, items, present=frozenset(held))

    def read(self, items: Sequence[Listed]) -> Iterator[RawMessage]:
        if self._session is None or self._held is None:
            session = self._anew()
            self._held = list_all(session)
        held = self._held
        asked = [Asked(item, held[item.uidl]) for item in items if item.uidl in held]
        yield from Retrieval(self._open()).read(asked)

    def mark(self, uid_validity: int, uids: Sequence[int], keyword: str) -> None:
        """POP3 has no keywords."""

    def remove(self, uid_validity: int, items: Sequence[Listed]) -> None:
        del uid_validity  # a UIDL stays with its message
        session = self._anew()
        held = list_all(session)
        for item in items:
            if item.uidl in held:
                session.ask("DELE", b"DELE %d" % held[item.uidl].number)
        self._session = self._held = None
        commit(session)

    def find_and_remove(self, message_id: str) -> bool:
        session = self._anew()
        found = held_with(session, message_id)
        if len(found) != 1 or not session.ask("DELE", b"DELE %d" % found[0].number).ok:
            return False
        self._session = self._held = None
        return commit(session)

    def find(self, message_id: str) -> bool:
        return bool(held_with(self._anew(), message_id))

    def close(self) -> None:
        if self._session is not None:
            leave(self._session)
        self._session = None

    def _anew(self) -> Session:
        """A session that sees the mailbox as it is now."""
        if self._session is not None and not self._fresh:
            leave(self._session)
            self._session = self._held = None
        session = self._open()
        self._fresh = False
        return session

    def _open(self) -> Session:
        if self._session is None:
            self._session = self._sign_in()
            self._fresh = True
        return self._session
