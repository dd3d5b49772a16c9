"""The mail servers of the demonstration as one thing that starts, stops and stays alive.

IMAP is a child process, SMTP and POP3 are threads here. A server that dies is started again;
all stand still while the file `mail-off` exists, so that an outage can be looked at. A second SMTP
server, the relay of the product's own mail, never does.
"""

import contextlib
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass

from passerelle.demo.mail_world import imap
from passerelle.demo.mail_world.pop3 import Pop3Server
from passerelle.demo.mail_world.post import Post
from passerelle.demo.mail_world.smtp import SmtpServer
from passerelle.demo.staff import our_addresses
from passerelle.demo.world import HOST, Ports, World

START_SECONDS = 90.0
STOP_SECONDS = 3.0


class ServerDidNotStart(Exception):
    """A server of the mail world ended, or does not answer; its log says why."""


@dataclass(slots=True)
class _Running:
    imap: subprocess.Popen[bytes]
    smtp: SmtpServer
    pop3: Pop3Server


class MailServers:
    """Three servers that are on or off together, and the relay, which is on throughout."""

    def __init__(self, world: World, ports: Ports, password: str) -> None:
        self._world = world
        self._ports = ports
        self._password = password
        self._running: _Running | None = None
        self._relay: SmtpServer | None = None

    def look(self) -> None:
        """Make the servers be as they should be now; called again and again."""
        if self._relay is None:
            self._relay = self._smtp(self._ports.relay)
        wanted = not self._world.mail_off.exists()
        if self._running is not None and (not wanted or self._running.imap.poll() is not None):
            self._end_three()
        if wanted and self._running is None:
            self._start_three()

    def are_on(self) -> bool:
        return self._running is not None

    def _start_three(self) -> None:
        """Start them and wait until they answer. Raises `ServerDidNotStart`."""
        imap.write_accounts(self._world.mail, our_addresses(), self._password)
        smtp = self._smtp(self._ports.smtp)
        pop3 = Pop3Server(Post(self._world.mail), self._ports.pop3, self._password)
        pop3.start()
        self._running = _Running(self._start_imap(), smtp, pop3)
        wait_for_port(self._ports.imap, self._running.imap)

    def _smtp(self, port: int) -> SmtpServer:
        server = SmtpServer(Post(self._world.mail), port, self._password)
        server.start()
        return server

    def _start_imap(self) -> subprocess.Popen[bytes]:
        with (self._world.folder / "imap.log").open("ab") as log:
            return subprocess.Popen(
                tied(imap.command(self._world.mail, self._ports.imap)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to pass on
            )

    def stop(self) -> None:
        """Stop them, and the relay; without any running, nothing happens."""
        self._end_three()
        relay, self._relay = self._relay, None
        if relay is not None:
            relay.stop(no_assert=True)

    def _end_three(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            end(running.imap, STOP_SECONDS)
            running.smtp.stop(no_assert=True)
            running.pop3.stop()


def tied(command: list[str]) -> list[str]:
    """The command, made to end with this process even when that is killed (prctl)."""
    setpriv = shutil.which("setpriv")  # of util-linux, which Debian always has
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else command


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the process listens there. Raises `ServerDidNotStart`."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.05)
    raise ServerDidNotStart(str(process.args))


def end(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Ask a process to end, and end it when it does not."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
