"""pymap: an IMAP server in Python over Maildirs, which serves files as they lie on disk."""

import contextlib
import os
import pwd
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pysasl.hashing import BuiltinHash
from tests.system.servers import maildirs
from tests.system.servers.ports import free_port, wait_for_port
from tests.system.servers.processes import running, short_folder

from passerelle.protocols.interfaces import Endpoint, Limits, Security

ROUNDS = 10  # the default of 500,000 takes 0.3 s of CPU a sign-in


@dataclass(frozen=True, slots=True)
class Pymap:
    """A running server and its Maildirs. It runs as ourselves: its Python is ours."""

    home: Path
    owner: pwd.struct_passwd
    port: int

    def add_user(self, name: str, password: str) -> None:
        """A new account; the server reads its files at each sign-in."""
        maildirs.make_maildir(self.home / name, self.owner)
        hashed = BuiltinHash(rounds=ROUNDS).hash(password)
        for file, line in (
            ("pymap-etc-passwd", f"{name}:x::::{name}:\n"),
            ("pymap-etc-shadow", f"{name}:{hashed}:\n"),
        ):
            with (self.home / file).open("a") as users:
                users.write(line)

    def deliver(self, user: str, raw: bytes, *, received: datetime | None = None) -> Path:
        """Put one message into the user's mailbox; seen at the next SELECT."""
        return maildirs.deliver(self.home / user, raw, self.owner, received=received)

    def endpoint(self, *, limits: Limits | None = None) -> Endpoint:
        """How to connect; without encryption, as this server's sign-in wants it."""
        return Endpoint(
            "localhost", self.port, Security.NONE, loopback=True, limits=limits or Limits()
        )


@contextlib.contextmanager
def pymap(users: Mapping[str, str]) -> Iterator[Pymap]:
    """Run a pymap for those users (name to password)."""
    owner = pwd.getpwuid(os.geteuid())
    with short_folder(owner) as home:
        server = Pymap(home, owner, free_port())
        for name, password in users.items():
            server.add_user(name, password)
        arguments = ["--host", "127.0.0.1", "--port", str(server.port), "--no-tls"]
        arguments += ["--no-service", "admin", "maildir", str(home)]
        log = home / "log"
        code = "import sys; from pymap.main import main; sys.exit(main())"
        with running([sys.executable, "-c", code, *arguments], log=log) as process:
            wait_for_port(server.port, process, log=log)
            yield server
