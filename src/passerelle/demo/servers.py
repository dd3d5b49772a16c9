"""The mail servers of the demonstration as one thing that starts, stops and stays alive.

IMAP is a child process, SMTP and POP3 are threads here. A server that dies is started again;
all stand still while the file `mail-off` exists, so that an outage can be looked at.
"""

import contextlib
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass

from passerelle.demo import imap
from passerelle.demo.company import our_addresses
from passerelle.demo.pop3 import Pop3Server
from passerelle.demo.post import Post
from passerelle.demo.smtp import SmtpServer
from passerelle.demo.world import HOST, Ports, World

START_SECONDS = 30.0
STOP_SECONDS = 3.0


class ServerDidNotStart(Exception):
    """A server of the mail world ended, or does not answer; its log says why."""


@dataclass(slots=True)
class _Running:
    imap: subprocess.Popen[bytes]
    smtp: SmtpServer
    pop3: Pop3Server


class MailServers:
    """All three servers, on or off together."""

    def __init__(self, world: World, ports: Ports, password: str) -> None:
        self._world = world
        self._ports = ports
        self._password = password
        self._running: _Running | None = None

    def look(self) -> None:
        """Make the servers be as they should be now; called again and again."""
        wanted = not self._world.mail_off.exists()
        if self._running is not None and (not wanted or self._running.imap.poll() is not None):
            self.stop()
        if wanted and self._running is None:
            self.start()

    def are_on(self) -> bool:
        return self._running is not None

    def start(self) -> None:
        """Start them and wait until they answer. Raises `ServerDidNotStart`."""
        post = Post(self._world.mail)
        imap.write_accounts(self._world.mail, our_addresses(), self._password)
        smtp = SmtpServer(post, self._ports.smtp, self._password)
        pop3 = Pop3Server(post, self._ports.pop3, self._password)
        smtp.start()
        pop3.start()
        self._running = _Running(self._start_imap(), smtp, pop3)
        wait_for_port(self._ports.imap, self._running.imap)

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
        """Stop them; without any running, nothing happens."""
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
