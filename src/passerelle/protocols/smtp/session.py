"""Sends lines and reads replies. 421 at any time means: come back later. It knows no command."""

from passerelle.faults.mail.protocols import (
    CommandRefused,
    ProtocolFault,
    ServerBusy,
)
from passerelle.protocols.smtp.replies import MOST_LINES, Kind, Reply, parse_line
from passerelle.protocols.wire import Wire

REPLY_BYTES = 64 * 1024


class Session:
    """One conversation and what the server offered in it."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.settled = True  # the next command would be understood as one
        self.offers: dict[str, str] = {}  # EHLO keywords, upper case, and their parameters

    @property
    def host(self) -> str:
        return self.wire.endpoint.host

    def begin(self, step: str, *, replies: int = 1, seconds: float | None = None) -> None:
        """Start an exchange of so many replies."""
        self.wire.begin(step, answer_bytes=REPLY_BYTES * replies, seconds=seconds)

    def read(self) -> Reply:
        """The next reply, whatever it says but 421."""
        lines: list[str] = []
        while True:
            line = self.wire.read_line()
            try:
                code, text, last = parse_line(line)
            except ValueError as error:
                raise self.wire.not_understood(line) from error
            lines.append(text)
            if last:
                break
            if len(lines) == MOST_LINES:
                raise self.wire.not_understood(line)
        reply = Reply(code, tuple(lines))
        if reply.closing:
            self.settled = False
            raise ServerBusy(host=self.host, answer=reply.shown)
        return reply

    def send(self, line: bytes) -> None:
        """Write one command."""
        self.wire.write(line + b"\r\n")

    def ask(self, step: str, line: bytes) -> Reply:
        """One command and its reply."""
        self.begin(step)
        self.send(line)
        return self.read()

    def refused(self, step: str, reply: Reply) -> ProtocolFault:
        """The fault of a refusal that has no better one."""
        match reply.kind:
            case Kind.LATER:
                return ServerBusy(host=self.host, answer=reply.shown)
            case Kind.REFUSED:
                return CommandRefused(host=self.host, step=step, answer=reply.shown)
            case _:
                return self.wire.not_understood(reply.shown.encode())
