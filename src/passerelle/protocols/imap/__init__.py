"""`MailSource` over IMAP4rev1 and rev2 (RFC 3501, RFC 9051)."""

from passerelle.protocols.imap.connecting.opening import open_imap, probe_imap
from passerelle.protocols.imap.sent import open_imap_sent
from passerelle.protocols.imap.source import ImapSource

__all__ = ["ImapSource", "open_imap", "open_imap_sent", "probe_imap"]
