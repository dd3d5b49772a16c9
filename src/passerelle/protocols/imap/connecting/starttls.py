"""STARTTLS (RFC 9051, 6.2.1): nothing that was said before the encryption is believed after it."""

from passerelle.faults.mail.protocols import EncryptionNotOffered
from passerelle.protocols.imap.connecting import capability
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.syntax.responses import Condition


def start_tls(session: Session) -> str:
    """Encrypt the conversation; says version and expiry."""
    endpoint = session.wire.endpoint
    if "STARTTLS" not in session.capabilities:
        raise EncryptionNotOffered(host=endpoint.host, port=endpoint.port)
    status = session.run("STARTTLS", b"STARTTLS")
    if status.condition is not Condition.OK:
        raise EncryptionNotOffered(host=endpoint.host, port=endpoint.port)
    fact = session.wire.encrypt()
    capability.ask(session)
    return fact
