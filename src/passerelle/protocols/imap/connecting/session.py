"""Sends commands and reads responses: tags, literals, continuation, several commands in flight.

It knows no command. Unsolicited responses may come anywhere (RFC 9051, 7) and go to whoever reads
then; a BYE outside LOGOUT is a fault. Broken structure becomes `AnswerNotUnderstood` here.
"""

from collections.abc import Callable

from passerelle.faults.mail.protocols import ServerBusy
from passerelle.protocols.imap import refusals
from passerelle.protocols.imap.syntax import parser
from passerelle.protocols.imap.syntax.responses import (
    Condition,
    Continuation,
    Data,
    Response,
    Status,
)
from passerelle.protocols.imap.syntax.strings import Literal, Piece
from passerelle.protocols.wire import ANSWER_BYTES, Wire

Take = Callable[[Data | Status], None]


def ignore(response: Data | Status) -> None:
    """For commands of which only the end matters."""
    del response


class Session:
    """One conversation. Commands are `run` one by one, or `begin`ed and `wait`ed for in order."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.capabilities: frozenset[str] = frozenset()
        self.selected = ""  # the folder that was opened last
        self._count = 0
        self._open: dict[bytes, int] = {}  # commands in flight, and the bytes they may answer
        self._ended: dict[bytes, Status] = {}

    @property
    def host(self) -> str:
        return self.wire.endpoint.host

    def read(self) -> Response:
        """The next response, whole."""
        line = self.wire.read_line()
        parts = [line]
        try:
            while (length := parser.literal_length(line)) is not None:
                parts[-1] = line[: line.rindex(b"{")].removesuffix(b"~")
                parts.append(self.wire.read_exactly(length))
                line = self.wire.read_line()
                parts.append(line)
            found = parser.response(parts)
        except ValueError as error:
            raise self.wire.not_understood(line) from error
        if isinstance(found, Status) and found.condition is Condition.BYE and not found.tag:
            self.wire.broken = True  # it closes now
            raise ServerBusy(host=self.host, answer=refusals.shown(found))
        return found

    def begin(self, *pieces: Piece, answer_bytes: int) -> bytes:
        """Send a command without waiting for its answer; the tag to wait for."""
        self._count += 1
        tag = b"P%d" % self._count
        line = bytearray(tag + b" ")
        for piece in pieces:
            if isinstance(piece, Literal):
                line += b"{%d}\r\n" % len(piece.data)
                self.wire.write(bytes(line))
                line.clear()
                refused = self._continued(tag)
                if refused is not None:
                    self._ended[tag] = refused
                    return tag
                line += piece.data
            else:
                line += piece
        self.wire.write(bytes(line + b"\r\n"))
        self._open[tag] = answer_bytes
        return tag

    def wait(self, tag: bytes, take: Take) -> Status:
        """Read until that command has ended; other responses go to `take`."""
        while tag not in self._ended:
            found = self.read()
            match found:
                case Status() if found.tag:
                    if self._open.pop(found.tag, None) is None:
                        raise self.wire.not_understood(found.tag)
                    self._ended[found.tag] = found
                case Continuation():
                    raise self.wire.not_understood(b"+")
                case _:
                    take(found)
        return self._ended.pop(tag)

    def run(self, step: str, *pieces: Piece, take: Take = ignore) -> Status:
        """One command and its end, whatever it is."""
        self.settle()
        self.wire.begin(step)
        return self.wait(self.begin(*pieces, answer_bytes=ANSWER_BYTES), take)

    def succeed(self, step: str, *pieces: Piece, take: Take = ignore) -> Status:
        """One command, which the server must answer by OK."""
        status = self.run(step, *pieces, take=take)
        if status.condition is not Condition.OK:
            raise refusals.of_command(status, host=self.host, step=step)
        return status

    def bound(self, step: str) -> None:
        """Start the exchange of the commands in flight, with the bytes that all may answer."""
        self.wire.begin(step, answer_bytes=sum(self._open.values()))

    def settle(self) -> None:
        """Read off what commands given up by their reader still answer."""
        for tag in list(self._open):
            self.bound(self.wire.step)
            self.wait(tag, ignore)
        self._ended.clear()

    def challenge(self, tag: bytes, take: Take = ignore) -> Continuation | Status:
        """The next `+`, or the end of the command; other responses go to `take`."""
        while True:
            found = self.read()
            match found:
                case Continuation():
                    return found
                case Status() if found.tag == tag:
                    self._open.pop(tag, None)
                    return found
                case Status() if found.tag:
                    raise self.wire.not_understood(found.tag)
                case _:
                    take(found)

    def _continued(self, tag: bytes) -> Status | None:
        found = self.challenge(tag)
        return found if isinstance(found, Status) else None
