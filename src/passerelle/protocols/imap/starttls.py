"""STARTTLS (RFC 9051, 6.2.1): nothing that was said before the encryption is believed after it."""

from passerelle.faults.protocols import EncryptionNotOffered
from passerelle.protocols.imap import capability
from passerelle.protocols.imap.responses import Condition
from passerelle.protocols.imap.session import Session


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
