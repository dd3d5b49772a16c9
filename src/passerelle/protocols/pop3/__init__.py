"""`MailSource` over POP3 (RFC 1939)."""

from passerelle.protocols.pop3.opening import open_pop3, probe_pop3
from passerelle.protocols.pop3.source import Pop3Source

__all__ = ["Pop3Source", "open_pop3", "probe_pop3"]
