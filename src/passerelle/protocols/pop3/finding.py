"""Looks for one Message-ID among the newest messages, by their headers."""

from passerelle.protocols.pop3.listing import Held, list_all
from passerelle.protocols.pop3.session import Session
from passerelle.protocols.pop3.top import headers_of, message_id

NEWEST = 200  # what is looked for was sent a moment ago


def held_with(session: Session, wanted: str) -> list[Held]:
    """The messages of this session with exactly that Message-ID, among the newest."""
    wanted = wanted.strip().strip("<>")
    newest = list(list_all(session).values())[-NEWEST:]
    return [
        each
        for each, headers in headers_of(session, newest)
        if headers is not None and message_id(headers) == wanted
    ]
