"""One blocking connection under IMAP, POP3 and SMTP: its encryption and its bounds."""

from passerelle.protocols.wire.budget import IN_FLIGHT, Budget
from passerelle.protocols.wire.lines import with_crlf
from passerelle.protocols.wire.opening import open_wire
from passerelle.protocols.wire.wire import ANSWER_BYTES, Wire

__all__ = ["ANSWER_BYTES", "IN_FLIGHT", "Budget", "Wire", "open_wire", "with_crlf"]
