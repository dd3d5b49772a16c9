"""Passerelle reads the same mailbox as the peers: `passerelle run` as people start it."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.installation import environment
from bench.measure import Figure, cpu_seconds, sampled
from bench.peers import Account

LONGEST = 600  # seconds until a run counts as failed
QUESTION = "SELECT laststartedon, lastfinishedon FROM enginework WHERE kind = 'incoming'"
RECORDED = "SELECT count(*) FROM email"


def passerelle(
    account: Account,
    home: Path,
    *,
    messages: int,
    database_url: str = "",
    before: Sequence[str] = (),
) -> Figure:
    """One first reading of the mailbox, from the start of the cycle to its end.

    Into whatever the store holds already; a home that is not there is made. `before` is what runs
    the command (`disk.slower`).
    """
    home.mkdir(parents=True, exist_ok=True)
    settings = environment(
        home,
        database_url,
        PASSERELLE_LISTEN=f"127.0.0.1:{free_port()}",
        PASSERELLE_ALLOW_LOOPBACK_SERVERS="true",
    )
    arguments = [account.host, str(account.port), account.username, account.password]
    subprocess.run([sys.executable, "-m", "bench.prepare", *arguments], env=settings, check=True)
    stored = ask(home, database_url, RECORDED)[0]
    figure, command = Figure(), [*before, sys.executable, "-m", "passerelle", "run"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=settings, stdin=quiet, stdout=quiet) as process:
        try:
            with sampled(process.pid, figure):
                figure.wall = _wait(home, database_url, process)
                figure.cpu = cpu_seconds(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    recorded = ask(home, database_url, RECORDED)[0] - stored
    if recorded != messages:
        raise RuntimeError(f"{recorded} messages were recorded, not {messages}")
    return figure


def _wait(home: Path, database_url: str, process: "subprocess.Popen[bytes]") -> float:
    """Seconds from the start of the cycle to its end, as the due table has them."""
    ends = time.monotonic() + LONGEST
    while time.monotonic() < ends and process.poll() is None:
        with suppress(Exception):  # the database may be busy or not migrated yet
            started, finished = ask(home, database_url, QUESTION)
            if started and finished:
                return (_moment(finished) - _moment(started)).total_seconds()
        time.sleep(0.2)
    raise RuntimeError("the cycle did not end")


def ask(home: Path, database_url: str, question: str) -> Any:
    """The first row of an answer, asked beside the service."""
    if database_url:
        with psycopg.connect(database_url) as connection:
            return connection.execute(question).fetchone()
    import sqlite3

    file = f"file:{home / 'passerelle.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(file, uri=True, timeout=5)) as connection:
        return connection.execute(question).fetchone()


def _moment(value: datetime | str) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
