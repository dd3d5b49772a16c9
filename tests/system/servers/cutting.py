"""A way to an IMAP server that is cut at a command: before the server hears it, or as it answers.

What is answered was done: the client alone does not know it.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

_PART = 65_536


@dataclass(slots=True)
class Way:
    """A relay; `cut_at` holds for the first command of that name."""

    port: int
    cut_at: str = ""  # as "UID COPY"
    is_heard: bool = False  # the server does it, and its answer is lost
    was_cut: bool = False


@dataclass(slots=True)
class _Relay:
    way: Way
    client: socket.socket
    server: socket.socket
    held: bytes = b""  # the tag whose answer must not arrive
    kept: bytearray = field(default_factory=bytearray)

    def run(self) -> None:
        back = threading.Thread(target=self._back, daemon=True)
        back.start()
        with contextlib.suppress(OSError), self.client.makefile("rb") as lines:
            for line in lines:
                if self._is_cut(line) and not self.way.is_heard:
                    break
                self.server.sendall(line)
        if not self.held:
            self.close()
        back.join(10)

    def _is_cut(self, line: bytes) -> bool:
        tag, _, rest = line.partition(b" ")
        if self.way.was_cut or not self.way.cut_at or not rest.startswith(self.way.cut_at.encode()):
            return False
        self.way.was_cut = True
        self.held = tag if self.way.is_heard else b""
        return True

    def _back(self) -> None:
        with contextlib.suppress(OSError):
            while part := self.server.recv(_PART):
                if not self.held:
                    self.client.sendall(part)
                    continue
                self.kept += part
                if b"\n" + self.held + b" " in b"\n" + self.kept:
                    break
        self.close()

    def close(self) -> None:
        for each in (self.client, self.server):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextlib.contextmanager
def way_to(port: int) -> Iterator[Way]:
    """A relay to that port of the loopback."""
    listener = socket.create_server(("127.0.0.1", 0))
    way = Way(listener.getsockname()[1])

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            relay = _Relay(way, client, socket.create_connection(("127.0.0.1", port), 10))
            threading.Thread(target=relay.run, daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield way
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
