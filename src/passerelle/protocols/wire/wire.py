"""Moves bytes over one connection, each exchange bounded in time and in bytes.

An exchange is one command and its whole answer: `begin` sets its deadline and how many bytes the
answer may have. A server that is silent, drips, or never ends a line or an answer is left with a
fault. It knows no protocol, retries nothing and logs nothing. Errors of sockets end here.
"""

import io
import socket
import ssl
import time

from passerelle.faults.mail.protocols import (
    AnswerNotUnderstood,
    AnswerTooLarge,
    ConnectionLost,
    ConnectionTimedOut,
    ExchangeTooSlow,
    PlaintextInjected,
    ProtocolFault,
)
from passerelle.protocols.interfaces import Endpoint
from passerelle.protocols.wire.encryption import described, encrypted

BUFFER_BYTES = 256 * 1024  # measured: fewer, larger reads are what makes reading fast
ANSWER_BYTES = 16 * 1024 * 1024  # of an exchange that says nothing else
WRITE_BYTES = 256 * 1024
BROKEN_ANSWER_SHOWN = 80  # characters; more could be mail
SLOWEST_BYTES_PER_SECOND = 100_000  # what an exchange of many bytes may add to its deadline


class Wire:
    """One connection, used by one thread. Every method raises a `ProtocolFault` or nothing."""

    def __init__(self, endpoint: Endpoint, connected: socket.socket) -> None:
        self.endpoint = endpoint
        self.broken = False  # after a fault no polite word is owed, and none would be answered
        self.bytes_in = 0
        self.bytes_out = 0
        self._socket = connected
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._start = 0
        self._end = 0
        self._step = "CONNECT"
        self._limit = ANSWER_BYTES
        self._left = ANSWER_BYTES
        self._seconds = endpoint.limits.exchange_seconds
        self._silence = endpoint.limits.answer_seconds
        self._ends = time.monotonic() + self._seconds

    @property
    def step(self) -> str:
        """What is being done, as faults name it."""
        return self._step

    def begin(
        self,
        step: str,
        *,
        answer_bytes: int = ANSWER_BYTES,
        written_bytes: int = 0,
        seconds: float | None = None,
    ) -> None:
        """Start an exchange: its deadline grows with the bytes that it may move.

        `seconds` replaces both the silence and the deadline allowed.
        """
        self._step = step
        self._limit = self._left = answer_bytes
        if seconds is None:
            self._silence = self.endpoint.limits.answer_seconds
            moved = max(0, answer_bytes - ANSWER_BYTES) + written_bytes
            extra = moved / SLOWEST_BYTES_PER_SECOND
            self._seconds = self.endpoint.limits.exchange_seconds + extra
        else:
            self._silence = self._seconds = seconds
        self._ends = time.monotonic() + self._seconds

    def read_line(self) -> bytes:
        """One line without its end. CRLF ends it; a bare LF is taken for one."""
        found = self._buffer.find(b"\n", self._start, self._end)
        if found < 0:
            return self._read_long_line()
        line = bytes(self._view[self._start : found])
        self._start = found + 1
        self._spend(len(line) + 1)
        if len(line) > self.endpoint.limits.line_bytes:
            raise self._too_large(self.endpoint.limits.line_bytes)
        return line.removesuffix(b"\r")

    def read_exactly(self, count: int) -> bytes:
        """That many bytes; refused before the first is read when they are more than allowed."""
        self._spend(count)
        ready = self._end - self._start
        if count <= ready:
            data = bytes(self._view[self._start : self._start + count])
            self._start += count
            return data
        # Memory grows with what arrives, not with what was announced; getvalue() copies nothing.
        whole = io.BytesIO()
        whole.write(self._view[self._start : self._end])
        left = count - ready
        self._start = self._end = 0
        while left:
            self._fill()
            part = min(left, self._end)
            whole.write(self._view[:part])
            self._start = part
            left -= part
        return whole.getvalue()

    def peek(self, count: int) -> bytes:
        """The next few bytes, which stay to be read."""
        while self._end - self._start < count:
            ready = self._end - self._start
            self._view[:ready] = self._buffer[self._start : self._end]
            self._start, self._end = 0, ready
            self._fill(ready)
        return bytes(self._view[self._start : self._start + count])

    def read_until(self, mark: bytes) -> bytes:
        """All bytes up to and with the mark."""
        found = self._buffer.find(mark, self._start, self._end)
        if found >= 0:
            data = bytes(self._view[self._start : found + len(mark)])
            self._start = found + len(mark)
            self._spend(len(data))
            return data
        whole = bytearray()
        while True:
            searched = max(0, len(whole) - len(mark) + 1)
            whole += self._view[self._start : self._end]
            self._start = self._end
            found = whole.find(mark, searched)
            if found >= 0:
                surplus = len(whole) - found - len(mark)
                self._start = self._end - surplus
                self._spend(len(whole) - surplus)
                del whole[found + len(mark) :]
                return bytes(whole)
            if len(whole) > self._left:
                raise self._too_large(self._limit)
            self._fill()

    def write(self, data: bytes) -> None:
        """Send all of it; the silence allowed counts for each part, the deadline for the whole."""
        view = memoryview(data)
        done = 0
        while done < len(view):
            try:
                self._arm()
                sent = self._socket.send(view[done : done + WRITE_BYTES])
            except OSError as error:
                raise self._broken(error) from error
            done += sent
            self.bytes_out += sent

    def speaks(self) -> bool:
        """Whether the server has said something unasked; a closed connection is a fault."""
        if self._start < self._end:
            return True
        try:
            self._socket.settimeout(0)
            count = self._socket.recv_into(self._view)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError as error:
            raise self._broken(error) from error
        self._received(count)
        return True

    def encrypt(self) -> str:
        """Go on encrypted; says version and expiry. Bytes that came too early are an attack."""
        if self._start < self._end:
            raise PlaintextInjected(host=self.endpoint.host)
        # A handshake has its own socket; the plain one is detached by it, or closed by the caller.
        secured = encrypted(self._socket, self.endpoint)
        self._socket = secured
        return described(secured)

    def not_understood(self, answer: bytes) -> AnswerNotUnderstood:
        """The fault for an answer that breaks the protocol, which the caller raises."""
        self.broken = True
        shown = answer[:BROKEN_ANSWER_SHOWN].decode("ascii", "replace")
        return AnswerNotUnderstood(host=self.endpoint.host, step=self._step, answer=shown)

    def close(self) -> None:
        """Close without a word; never raises."""
        self.broken = True
        try:
            self._socket.close()
        except OSError:
            return

    def _read_long_line(self) -> bytes:
        limit = min(self.endpoint.limits.line_bytes, self._left)
        line = bytearray()
        while True:
            found = self._buffer.find(b"\n", self._start, self._end)
            until = found if found >= 0 else self._end
            line += self._view[self._start : until]
            if len(line) > limit:
                raise self._too_large(limit)
            if found >= 0:
                self._start = found + 1
                self._spend(len(line) + 1)
                return bytes(line).removesuffix(b"\r")
            self._start = self._end
            self._fill()

    def _fill(self, kept: int = 0) -> None:
        """Receive into the buffer, which is empty but for the first `kept` bytes."""
        try:
            self._arm()
            count = self._socket.recv_into(self._view[kept:])
        except OSError as error:
            raise self._broken(error) from error
        self._received(count, kept)

    def _received(self, count: int, kept: int = 0) -> None:
        if not count:
            self.broken = True
            raise ConnectionLost(host=self.endpoint.host, step=self._step)
        self.bytes_in += count
        self._start, self._end = 0, kept + count

    def _arm(self) -> None:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise self._too_slow()
        self._socket.settimeout(min(self._silence, left))

    def _spend(self, count: int) -> None:
        if count > self._left:
            raise self._too_large(self._limit)
        self._left -= count

    def _broken(self, error: OSError) -> ProtocolFault:
        self.broken = True
        if not isinstance(error, TimeoutError):
            return ConnectionLost(host=self.endpoint.host, step=self._step)
        if time.monotonic() >= self._ends:
            return self._too_slow()
        return ConnectionTimedOut(
            host=self.endpoint.host, port=self.endpoint.port, seconds=self._silence
        )

    def _too_slow(self) -> ExchangeTooSlow:
        self.broken = True
        return ExchangeTooSlow(host=self.endpoint.host, seconds=self._seconds, step=self._step)

    def _too_large(self, limit: int) -> AnswerTooLarge:
        self.broken = True
        return AnswerTooLarge(host=self.endpoint.host, limit=limit, step=self._step)
