"""A user whose mail lies on a real Dovecot, and a real worker process upon a store that fails."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.system.servers.processes import running
from tests.system.servers.smtp_server import smtp_server
from tests.system.sync.stage import PASSWORD, USER
from tests.unit.sync.memory import Letter

ROOT = Path(__file__).resolve().parents[3]
WAIT_SECONDS = 180.0


def until(condition: Callable[[], Any]) -> None:
    """Poll until it holds; fails after a time that no healthy machine needs."""
    ends = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.05)


class Stage:
    """One installation in a folder, on SQLite there or on the PostgreSQL of `url`."""

    def __init__(self, home: Path, imap: Dovecot, smtp_port: int) -> None:
        self.home = home
        self.imap = imap
        self.url = ""
        self._smtp_port = smtp_port

    @property
    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "PASSERELLE_HOME": str(self.home),
            "PASSERELLE_DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "passerelle.site.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }

    def prepare(self) -> None:
        self.do("prepare", self.imap.ports["imap"], self._smtp_port)

    def do(self, step: str, *arguments: int) -> None:
        """One step of `tests.system.sync.stage`."""
        command = [sys.executable, "-m", "tests.system.sync.stage", step, *map(str, arguments)]
        subprocess.run(command, env=self._environment, cwd=ROOT, check=True)

    def worker(self, *, threads: int = 8) -> AbstractContextManager["subprocess.Popen[bytes]"]:
        command = [sys.executable, "-m", "tests.system.store.stage"]
        environment = self._environment | {"PASSERELLE_THREADS": str(threads)}
        return running(command, log=self.log, environment=environment)

    @property
    def log(self) -> Path:
        return self.home / "worker.log"

    def deliver(self, numbers: range, *, size: int = 10) -> None:
        for number in numbers:
            self.imap.deliver(USER, bytes(Letter(number, text="x" * size)))

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement beside the worker; the rows of a SELECT."""
        if self.url:
            with psycopg.connect(self.url) as server:
                cursor = server.execute(statement.encode())
                return cursor.fetchall() if cursor.description else []
        file = self.home / "passerelle.sqlite3"
        with closing(sqlite3.connect(file, timeout=20)) as connection, connection:
            return connection.execute(statement).fetchall()

    def emails(self, *, hurried: bool = False) -> int:
        """How many are recorded; `hurried`: and all work is due now, whatever gap it waits out."""
        if hurried:
            self.sql("UPDATE enginework SET dueon = CURRENT_TIMESTAMP WHERE dueon IS NOT NULL")
        return int(self.sql("SELECT count(*) FROM email")[0][0])

    def alerts(self) -> list[tuple[str, str, bool]]:
        """Kind, code, and whether it is closed."""
        rows = self.sql(
            "SELECT regardingkind, tracecode, closedon FROM tracelog ORDER BY createdon"
        )
        return [(kind, code, closed is not None) for kind, code, closed in rows]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with dovecot({USER: PASSWORD}) as imap, smtp_server() as smtp:
        yield Stage(tmp_path, imap, smtp.port)
