"""Says which fault a refusal is, by its response code (RFC 5530), never by its wording."""

from passerelle.faults.mail.protocols import (
    CommandRefused,
    LoginPostponed,
    LoginRefused,
    ProtocolFault,
    ServerBusy,
)
from passerelle.protocols.imap.syntax.responses import Status

# LIMIT: Dovecot's answer to too many connections of one user; it comes in place of the sign-in's.
PASSING = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"})


def of_login(status: Status, *, host: str, account: str) -> ProtocolFault:
    """A refused sign-in. Without a code it is final: each more try may lock the account."""
    kind = LoginPostponed if status.code in PASSING else LoginRefused
    return kind(host=host, account=account, answer=shown(status))


def of_command(status: Status, *, host: str, step: str) -> ProtocolFault:
    """Any other refused command."""
    if status.code in PASSING:
        return ServerBusy(host=host, answer=shown(status))
    return CommandRefused(host=host, step=step, answer=shown(status))


def shown(status: Status) -> str:
    """The answer as it may be quoted."""
    return f"[{status.code}] {status.text}" if status.code else status.text
