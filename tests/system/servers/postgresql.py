"""A real PostgreSQL in a folder of its own, by TCP on a free loopback port and by socket."""

import contextlib
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.system.servers.ports import free_port, wait_for_port
from tests.system.servers.processes import (
    as_user,
    hand_over,
    program,
    running,
    short_folder,
    unprivileged,
)

PACKAGE = "postgresql"
OWNER = "passerelle"
DATABASE = "passerelle"
READY_SECONDS = 120.0
FAST_SHUTDOWN = signal.SIGINT  # SIGTERM would wait for the clients to leave


@dataclass(frozen=True, slots=True)
class Postgresql:
    """A running server with one empty database."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """By TCP."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def socket_url(self) -> str:
        """By the socket in `folder`."""
        folder = str(self.folder).replace("/", "%2F")
        return f"postgresql://{OWNER}@{folder}:{self.port}/{DATABASE}"


@contextlib.contextmanager
def postgresql(
    *, data: Path | None = None, port: int = 0, settings: tuple[str, ...] = ()
) -> Iterator[Postgresql]:
    """Run a PostgreSQL; `data` is where its cluster lies when it shall not be a fresh folder.

    A server stopped and started on the same `data` and `port` holds what was written, and its
    clients find it again.
    """
    owner = unprivileged("postgres")
    with short_folder(owner) as home:
        cluster = data or home / "data"
        if not (cluster / "PG_VERSION").exists():
            _initialise(cluster, owner)
        server = Postgresql(home, port or free_port())
        log = home / "log"
        options = [
            f"port={server.port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={home}",
            "max_connections=200",
            *settings,
        ]
        command = [*as_user(owner), _program("postgres"), "-D", str(cluster)]
        for option in options:
            command += ["-c", option]
        with running(command, log=log, stop=FAST_SHUTDOWN) as process:
            wait_for_port(server.port, process, log=log)
            _create_database(server, owner)
            yield server


def _program(name: str) -> str:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return program(name, package=PACKAGE, folders=":".join(str(folder) for folder in folders))


def _initialise(cluster: Path, owner: pwd.struct_passwd) -> None:
    cluster.mkdir(exist_ok=True)
    hand_over(cluster, owner)
    command = [_program("initdb"), "-D", str(cluster), "-U", OWNER, "--auth=trust"]
    # Durability is a setting of the server, not of initdb: the cluster itself may be made fast.
    command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    _run(command, owner)


def _create_database(server: Postgresql, owner: pwd.struct_passwd) -> None:
    """Make the database; the port may answer some moments before sign-in is possible."""
    where = ["-h", str(server.folder), "-p", str(server.port), "-U", OWNER]
    _wait_until_ready(where, owner)
    exists = [_program("psql"), *where, "-d", "postgres", "-Atc"]
    query = f"SELECT count(*) FROM pg_database WHERE datname = '{DATABASE}'"
    if _run([*exists, query], owner).strip() == "0":
        _run([_program("createdb"), *where, DATABASE], owner)


def _wait_until_ready(where: list[str], owner: pwd.struct_passwd) -> None:
    """pg_isready waits for an answer by itself, and one that is starting answers with a no."""
    ends = time.monotonic() + READY_SECONDS
    while True:
        try:
            _run([_program("pg_isready"), *where], owner)
        except RuntimeError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)
        else:
            return


def _run(command: list[str], owner: pwd.struct_passwd) -> str:
    done = subprocess.run(
        [*as_user(owner), *command], capture_output=True, text=True, check=False, cwd="/"
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout
