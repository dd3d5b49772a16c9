"""One mailbox read for the first time into an empty store, and into one of a million emails.

`python -m bench.filled [--database sqlite|postgresql] [--emails N] [--messages M] [--folder F]`.
The million are those of `bench.million`, with as many customers and the index of words, which goes
on while mail is read. To reach: 1.5 times the empty store, and less than 400 MB. PostgreSQL
is as its package sets it.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from tests.system.servers.dovecot import dovecot
from tests.system.servers.postgresql import postgresql

from bench.cycle import passerelle
from bench.installation import database_at, environment, fresh_database
from bench.mail import fill_mailbox
from bench.measure import Figure, cpu_seconds, postmaster
from bench.peers import Account, mbsync

PASSWORD = "only-for-measurements"
# While the store is made: what is lost then is made again.
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=2GB")


@dataclass(frozen=True, slots=True)
class FilledFigure:
    """The same mail into both."""

    messages: int
    emails: int  # in the full store before
    empty: Figure
    full: Figure
    databases: tuple[float, float]  # seconds of CPU of the server, for the empty and the full one
    octets: int  # that the full store takes

    @property
    def ratio(self) -> float:
        """Of their walls."""
        return self.full.wall / self.empty.wall


def main() -> None:
    """Make both stores, measure, print."""
    parser = argparse.ArgumentParser(prog="bench.filled")
    parser.add_argument("--database", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--emails", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--folder", default="", help="that stays; it may hold the full store")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as folder:
        report(
            given.database,
            run(
                Path(given.folder or folder),
                on_postgresql=given.database == "postgresql",
                emails=given.emails,
                messages=given.messages,
            ),
        )


def run(folder: Path, *, on_postgresql: bool = False, emails: int, messages: int) -> FilledFigure:
    """Fill, then read the mailbox into the empty store and into the full one."""
    folder.mkdir(parents=True, exist_ok=True)
    with _databases(folder, wanted=on_postgresql, hasty=True) as (_, full):
        begun = time.perf_counter()
        fill(folder / "full", full, emails)
        print(f"{emails} emails were made in {time.perf_counter() - begun:.0f} s", flush=True)
    with (
        _databases(folder, wanted=on_postgresql) as (empty, full),
        dovecot({"bench": PASSWORD}) as server,
    ):
        fill_mailbox(server, "bench", messages)
        account = Account("127.0.0.1", server.ports["imap"], "bench", PASSWORD)
        mbsync(account, folder / "warm", fsync=False)  # Dovecot writes its index
        octets = _octets(folder / "full", full)
        into_empty, of_empty = _read(account, folder, ("empty", empty), messages)
        into_full, of_full = _read(account, folder, ("full", full), messages)
    return FilledFigure(messages, emails, into_empty, into_full, (of_empty, of_full), octets)


def _read(
    account: Account, folder: Path, store: tuple[str, str], messages: int
) -> tuple[Figure, float]:
    """What it took, and the seconds of CPU of PostgreSQL."""
    name, url = store
    before = cpu_seconds(postmaster(folder / "data")) if url else 0.0
    figure = passerelle(account, folder / name, messages=messages, database_url=url)
    after = cpu_seconds(postmaster(folder / "data")) if url else 0.0
    return figure, after - before


@contextmanager
def _databases(folder: Path, *, wanted: bool, hasty: bool = False) -> Iterator[tuple[str, str]]:
    """The addresses of the empty and of the full one; SQLite's are the homes alone."""
    if not wanted:
        yield "", ""
        return
    folder.chmod(0o755)
    with postgresql(data=folder / "data", settings=HASTY if hasty else ()) as server:
        yield _database(server.url, "empty"), _database(server.url, "full")


def _database(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        is_there = found.fetchone() is not None
    return database_at(url, name) if is_there else fresh_database(url, name)


def fill(home: Path, url: str, emails: int) -> None:
    """The company of `bench.million`, unless it is there."""
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bench.steps.million", "fill", str(emails)]
    settings = environment(home, url, PASSERELLE_LOG_LEVEL="error")
    subprocess.run(command, env=settings, check=True)


def _octets(home: Path, url: str) -> int:
    if not url:
        return (home / "passerelle.sqlite3").stat().st_size
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        return int(row[0])


def report(name: str, one: FilledFigure) -> None:
    """Print a row a store, and the ratio."""
    print(f"| {name}, {one.messages} messages into | wall | CPU of ours | of the server | PSS |")
    print("|---|---|---|---|---|")
    stored = f"{one.emails} emails ({one.octets / 1e9:.1f} GB)"
    rows = zip(("an empty store", stored), (one.empty, one.full), one.databases, strict=True)
    for store, figure, server in rows:
        print(
            f"| {store} | {figure.wall:.1f} s | {figure.cpu:.1f} s | {server:.1f} s "
            f"| {figure.peak_pss / 1e6:.0f} MB |"
        )
    print(f"full to empty: {one.ratio:.2f}", flush=True)


if __name__ == "__main__":
    main()
