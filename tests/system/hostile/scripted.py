"""A server that says what a test scripts, one script a connection, and keeps what it heard."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from tests.system.servers.certificates import Certificates

from passerelle.protocols.interfaces import Endpoint, Limits, Security

DRIP_SECONDS = 0.02
PATIENT = Limits(connect_seconds=10, answer_seconds=10, exchange_seconds=20, line_bytes=20_000)
# One bound each is small, so that a stall of the test machine cannot end in another fault.
IMPATIENT_OF_SILENCE = replace(PATIENT, answer_seconds=0.3)
IMPATIENT_OF_DRIPS = replace(PATIENT, exchange_seconds=0.6)


class Hung(Exception):
    """The client has gone: the script ends here."""


@dataclass(slots=True)
class Peer:
    """The server's end of one connection."""

    connection: socket.socket
    stopped: threading.Event
    heard: bytearray
    _kept: bytearray = field(default_factory=bytearray)

    def line(self) -> str:
        """The next line of the client, without its end."""
        while (end := self._kept.find(b"\n")) < 0:
            part = self._receive()
            self._kept += part
            self.heard += part
        line = bytes(self._kept[: end + 1])
        del self._kept[: end + 1]
        return line.rstrip(b"\r\n").decode("utf-8", "replace")

    def say(self, data: bytes) -> None:
        try:
            self.connection.sendall(data)
        except OSError as gone:
            raise Hung from gone

    def drip(self, data: bytes) -> None:
        """One byte after the other, for as long as the client listens."""
        for place in range(len(data)):
            self.say(data[place : place + 1])
            if self.stopped.wait(DRIP_SECONDS):
                raise Hung

    def flood(self, data: bytes) -> None:
        """The same again and again until the client has gone."""
        for _ in count():
            self.say(data)

    def hang(self) -> None:
        """Say nothing more until the client has gone."""
        while True:
            self._receive()

    def encrypt(self, certificates: Certificates) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificates.certificate, certificates.key)
        try:
            self.connection = context.wrap_socket(self.connection, server_side=True)
        except OSError as gone:
            raise Hung from gone

    def _receive(self) -> bytes:
        try:
            part = self.connection.recv(65536)
        except OSError as gone:
            raise Hung from gone
        if not part:
            raise Hung
        return part


Script = Callable[[Peer], None]


@dataclass(slots=True)
class Scripted:
    """A running server; `heard` is all that clients said."""

    port: int
    heard: bytearray = field(default_factory=bytearray)

    def endpoint(
        self,
        security: Security = Security.NONE,
        *,
        limits: Limits = PATIENT,
        authorities: str = "",
    ) -> Endpoint:
        return Endpoint(
            "localhost", self.port, security, authorities=authorities, loopback=True, limits=limits
        )


@contextlib.contextmanager
def scripted(*scripts: Script) -> Iterator[Scripted]:
    """Serve one connection a script, the last script for all further ones."""
    stopped = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    server = Scripted(listener.getsockname()[1])
    live: list[Peer] = []

    def serve() -> None:
        for number in count():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            peer = Peer(connection, stopped, server.heard)
            live.append(peer)
            with contextlib.suppress(Hung):
                scripts[min(number, len(scripts) - 1)](peer)
            peer.connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        stopped.set()
        # A blocked accept or recv wakes by shutdown, not by close.
        for each in (listener, *(peer.connection for peer in live)):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        thread.join(10)
        listener.close()
        assert not thread.is_alive()
