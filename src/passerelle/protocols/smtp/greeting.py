"""EHLO, else HELO: who we are, and what the server offers (RFC 5321, 4.1.1.1)."""

import re

from passerelle.protocols.smtp.replies import Kind
from passerelle.protocols.smtp.session import Session

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,253}\Z|\[[A-Za-z0-9.:]{1,60}\]\Z")


def greet(session: Session, hello: str) -> None:
    """Say who we are; what was offered before is forgotten, as after TLS it may be another."""
    name = (hello if _NAME.match(hello) else "localhost").encode()
    reply = session.ask("EHLO", b"EHLO " + name)
    session.offers = {}
    if reply.kind is Kind.REFUSED:
        reply = session.ask("HELO", b"HELO " + name)
    else:
        for line in reply.lines[1:]:
            keyword, _, parameters = line.upper().replace("=", " ", 1).partition(" ")
            # "AUTH=LOGIN" beside "AUTH PLAIN" is a habit of old servers: both count
            session.offers[keyword] = f"{session.offers.get(keyword, '')} {parameters}".strip()
    if reply.kind is not Kind.DONE:
        raise session.refused("EHLO", reply)
