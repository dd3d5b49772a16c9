"""STLS (RFC 2595, 4): nothing that was said before the encryption is believed after it."""

from passerelle.faults.mail.protocols import EncryptionNotOffered
from passerelle.protocols.pop3 import capability
from passerelle.protocols.pop3.session import Session


def start_tls(session: Session) -> str:
    """Encrypt the conversation; says version and expiry."""
    endpoint = session.wire.endpoint
    if "STLS" not in session.offers or not session.ask("STLS", b"STLS").ok:
        raise EncryptionNotOffered(host=endpoint.host, port=endpoint.port)
    fact = session.wire.encrypt()
    capability.ask(session)
    return fact
