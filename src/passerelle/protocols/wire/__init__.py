"""One blocking connection under IMAP, POP3 and SMTP: its encryption and its bounds."""

from passerelle.protocols.wire.budget import IN_FLIGHT, Budget
from passerelle.protocols.wire.lines import with_crlf
from passerelle.protocols.wire.opening import judged_address, open_wire
from passerelle.protocols.wire.reach import LAST_PORT, is_mail_port
from passerelle.protocols.wire.wire import ANSWER_BYTES, Wire

__all__ = [
    "ANSWER_BYTES",
    "IN_FLIGHT",
    "LAST_PORT",
    "Budget",
    "Wire",
    "is_mail_port",
    "judged_address",
    "open_wire",
    "with_crlf",
]
