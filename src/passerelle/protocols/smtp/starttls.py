"""STARTTLS (RFC 3207): nothing that was said before the encryption is believed after it."""

from passerelle.faults.mail.protocols import EncryptionNotOffered
from passerelle.protocols.smtp.greeting import greet
from passerelle.protocols.smtp.replies import Kind
from passerelle.protocols.smtp.session import Session


def start_tls(session: Session, hello: str) -> str:
    """Encrypt the conversation; says version and expiry."""
    endpoint = session.wire.endpoint
    if "STARTTLS" not in session.offers:
        raise EncryptionNotOffered(host=endpoint.host, port=endpoint.port)
    if session.ask("STARTTLS", b"STARTTLS").kind is not Kind.DONE:
        raise EncryptionNotOffered(host=endpoint.host, port=endpoint.port)
    fact = session.wire.encrypt()
    greet(session, hello)
    return fact
