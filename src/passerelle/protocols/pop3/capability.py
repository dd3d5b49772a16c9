"""CAPA: what the server offers (RFC 2449). A server without it offers what RFC 1939 demands."""

from passerelle.protocols.pop3.session import Session


def ask(session: Session) -> None:
    """Ask anew; what was known before is forgotten."""
    session.offers = {}
    if not session.ask("CAPA", b"CAPA").ok:
        return
    for line in session.read_lines():
        name, _, parameters = line.decode("ascii", "replace").upper().partition(" ")
        session.offers[name] = parameters
