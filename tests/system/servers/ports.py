"""Free ports, and waiting until a server answers on one: no fixed port, no sleeping blindly."""

import contextlib
import socket
import subprocess
import time
from pathlib import Path

_POLL_SECONDS = 0.02


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(
    port: int, server: "subprocess.Popen[bytes]", *, log: Path, seconds: float = 120
) -> None:
    """Return when the port answers; fail at once when the server died, with the end of its log."""
    ends = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if server.poll() is not None:
            raise RuntimeError(f"{server.args!r} ended with {server.returncode}: {_end_of(log)}")
        if time.monotonic() > ends:
            raise RuntimeError(f"{server.args!r} does not answer on {port}: {_end_of(log)}")
        time.sleep(_POLL_SECONDS)


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:] if log.exists() else "no log"
