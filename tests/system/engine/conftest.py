"""A database of its own with the due table and a table to write into, on SQLite or PostgreSQL."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from tests.system.servers.processes import running

ROOT = Path(__file__).resolve().parents[3]
WAIT_SECONDS = 120.0
Worker = subprocess.Popen[bytes]


def until(condition: Callable[[], Any]) -> None:
    """Poll until it holds; fails after a time that no healthy machine needs."""
    ends = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.02)


class Stage:
    """The folder, the database, and the worker processes upon them."""

    def __init__(self, folder: Path, environment: dict[str, str], server: str) -> None:
        self.folder = folder
        self._environment = environment
        self._server = server
        self._workers = ExitStack()

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement beside the workers; the rows of a SELECT."""
        if self._server:
            with psycopg.connect(self._environment["PASSERELLE_DATABASE_URL"]) as server:
                cursor = server.execute(statement.encode())
                return cursor.fetchall() if cursor.description else []
        file = self.folder / "passerelle.sqlite3"
        with closing(sqlite3.connect(file, timeout=20)) as connection, connection:
            return connection.execute(statement).fetchall()

    def django(self, program: str) -> None:
        """Run a few lines with Django set up, in a process of its own."""
        lines = "import django; django.setup()\n" + program
        subprocess.run([sys.executable, "-c", lines], cwd=ROOT, env=self._environment, check=True)

    def worker(self, lease: float, *more: float) -> Worker:
        """A worker process on this database; ended with the test."""
        arguments = [str(self.folder), str(lease), *map(str, more)]
        command = [sys.executable, "-m", "tests.system.engine.stage", *arguments]
        log = self.folder / f"worker-{uuid4().hex}.log"
        return self._workers.enter_context(running(command, log=log, environment=self._environment))

    def close(self) -> None:
        self._workers.close()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    environment = os.environ | {
        "PASSERELLE_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "passerelle.site.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    server = os.environ.get("PASSERELLE_DATABASE_URL", "")
    name = f"stage_{uuid4().hex}"
    if server:
        environment["PASSERELLE_DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=name))
        _on_server(server, f"CREATE DATABASE {name}")
    stage = Stage(tmp_path, environment, server)
    try:
        stage.django(
            "from django.core.management import call_command\n"
            "call_command('migrate', 'engine', verbosity=0)"
        )
        stage.sql("CREATE TABLE tally (pid INTEGER, epoch INTEGER)")
        yield stage
    finally:
        stage.close()
        if server:
            _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())
