"""CAPABILITY: what the server offers now; asked again after TLS and sign-in (RFC 9051, 6.1.1)."""

from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.syntax import parser
from passerelle.protocols.imap.syntax.responses import Data, Status


def note(session: Session, response: Data | Status) -> None:
    """Keep the capabilities that a response carries, in its data or its code."""
    match response:
        case Data(name=b"CAPABILITY"):
            session.capabilities = parser.capabilities(response.parts[0])
        case Status(code="CAPABILITY"):
            session.capabilities = parser.capabilities(response.arguments)


def ask(session: Session) -> None:
    """Ask for them; what was known before is forgotten."""
    session.capabilities = frozenset()
    session.succeed("CAPABILITY", b"CAPABILITY", take=lambda found: note(session, found))
