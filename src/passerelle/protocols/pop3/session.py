"""Sends commands and reads answers of one line or many, dots unstuffed (RFC 1939, 3).

It knows no command and no folder of ours. Response codes are those of RFC 2449 and RFC 3206.
"""

import re
from dataclasses import dataclass

from passerelle.faults.mail.protocols import (
    CommandRefused,
    ProtocolFault,
    ServerBusy,
)
from passerelle.protocols.wire import Wire

PASSING = frozenset({"IN-USE", "LOGIN-DELAY", "SYS/TEMP"})

_STATUS = re.compile(rb"(\+OK|-ERR)(?: +|\Z)(.*)\Z", re.DOTALL)
_CODE = re.compile(rb"\[([A-Za-z0-9/\-]+)\]")
_SHOWN = 300
_END = b"\r\n.\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """The first line of an answer."""

    ok: bool
    code: str  # upper case, empty when there is none
    text: bytes

    @property
    def shown(self) -> str:
        """As it may be quoted."""
        return self.text[:_SHOWN].decode("utf-8", "replace")


class Session:
    """One conversation and what the server offered in it."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.offers: dict[str, str] = {}  # CAPA names and parameters, upper case

    @property
    def host(self) -> str:
        return self.wire.endpoint.host

    def send(self, line: bytes) -> None:
        """Write one command; nothing in it may end the line early."""
        self.wire.write(line + b"\r\n")

    def ask(self, step: str, line: bytes) -> Answer:
        """One command and the first line of its answer."""
        self.wire.begin(step)
        self.send(line)
        return self.read()

    def read(self) -> Answer:
        """The next status line."""
        return self.answered(self.wire.read_line())

    def answered(self, line: bytes) -> Answer:
        """A line as the status line that it must be."""
        found = _STATUS.match(line)
        if found is None:
            raise self.wire.not_understood(line)
        code = _CODE.match(found[2])
        return Answer(
            ok=found[1] == b"+OK",
            code=code[1].decode().upper() if code else "",
            text=found[2],
        )

    def read_body(self) -> bytes:
        """The lines up to the dot, each ended by CRLF, dots unstuffed."""
        if self.wire.peek(3) == _END[2:]:
            return self.wire.read_exactly(3)[:0]
        whole = self.wire.read_until(_END)[: 2 - len(_END)]
        return whole.replace(b"\r\n..", b"\r\n.").removeprefix(b".")

    def read_lines(self) -> list[bytes]:
        """The lines up to the dot of a list."""
        lines: list[bytes] = []
        while (line := self.wire.read_line()) != b".":
            lines.append(line)
        return lines

    def refused(self, step: str, answer: Answer) -> ProtocolFault:
        """The fault of a refused command."""
        if answer.code in PASSING:
            return ServerBusy(host=self.host, answer=answer.shown)
        return CommandRefused(host=self.host, step=step, answer=answer.shown)
