"""The installation under a soak: its home, its store, its processes, and a person at its pages."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.system.servers.product import Run

ROOT = Path(__file__).resolve().parents[3]
HURRY_SECONDS = 3.0
AWAY = (psycopg.OperationalError, sqlite3.OperationalError)


def until(
    condition: Callable[[], Any],
    what: str,
    *,
    seconds: float = 120,
    left: Callable[[], object] = tuple,
) -> None:
    """Poll until it holds; a store that is away means not yet.

    Fails saying what never came, and what is `left` that stands in its way.
    """
    ends = time.monotonic() + seconds
    while True:
        with contextlib.suppress(*AWAY):
            if condition():
                return
        if time.monotonic() >= ends:
            pytest.fail(f"never: {what}; left: {left()}")
        time.sleep(0.2)


@dataclass(slots=True)
class Installation:
    """On SQLite in `home`, or on the PostgreSQL of `url`."""

    home: Path
    logs: Path  # beside the home, whose disk may be full
    url: str = ""
    _hurried: float = 0.0

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "PASSERELLE_HOME": str(self.home),
            "PASSERELLE_DATABASE_URL": self.url,
            "PASSERELLE_ALLOW_LOOPBACK_SERVERS": "true",
            "DJANGO_SETTINGS_MODULE": "passerelle.site.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }

    def step(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "tests.system.soak.stage", *words]

    def do(self, *words: str) -> None:
        quiet = self.environment | {"PASSERELLE_LOG_LEVEL": "warning"}
        subprocess.run(self.step(*words), env=quiet, cwd=ROOT, check=True)

    @property
    def log(self) -> str:
        """What the product has said so far."""
        return (self.logs / "log").read_text(errors="replace")

    @contextlib.contextmanager
    def running(self) -> Iterator[Run]:
        """`passerelle run`, ended by SIGTERM as a service is."""
        settings = {
            "PASSERELLE_DATABASE_URL": self.url,
            "PASSERELLE_ALLOW_LOOPBACK_SERVERS": "true",
            "PASSERELLE_LOG_FORMAT": "json",
        }
        product = Run(self.home, log=self.logs / "log", **settings)
        try:
            yield product
            product.process.terminate()
            assert product.process.wait(15) == 0
        finally:
            product.close()

    def workers(self, product: Run) -> list[int]:
        """The children of the supervisor but the web server, which has a child of its own."""
        file = Path(f"/proc/{product.process.pid}/task/{product.process.pid}/children")
        children = [int(word) for word in file.read_text().split()]
        return [pid for pid in children if not product.children(pid)]

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement beside the product; the rows of a SELECT."""
        if self.url:
            with psycopg.connect(self.url, connect_timeout=5) as server:
                cursor = server.execute(statement.encode())
                return cursor.fetchall() if cursor.description else []
        file = self.home / "passerelle.sqlite3"
        with closing(sqlite3.connect(file, timeout=20)) as connection, connection:
            return connection.execute(statement).fetchall()

    def hurry(self) -> None:
        """What waits for another try is due now; at most so often as servers bear it.

        Healthy mailboxes keep their turn: were all due at once again and again, the same ones
        would come first each time, and the last ones never.
        """
        if time.monotonic() - self._hurried < HURRY_SECONDS:
            return
        self._hurried = time.monotonic()
        self.sql(
            "UPDATE enginework SET dueon = CURRENT_TIMESTAMP "
            "WHERE dueon > CURRENT_TIMESTAMP AND (attempts > 0 OR kind = 'outgoing')"
        )
        self.sql(
            "UPDATE mailsubmission SET postponeemailprocessinguntil = NULL WHERE state = 'waiting'"
        )

    def open_alerts(self) -> list[tuple[str, str]]:
        """Code and cause of each that is open now."""
        return [
            (code, cause)
            for code, cause in self.sql(
                "SELECT tracecode, cause FROM tracelog WHERE closedon IS NULL"
            )
        ]

    def open_causes(self, code: str) -> int:
        """How many causes of that code are open."""
        return len({cause for known, cause in self.open_alerts() if known == code})


class Workers:
    """Workers without a supervisor, one after the other, each there in a moment by a fork."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def start(self) -> int:
        """Another one, when the last has ended; its process number."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


class Person:
    """Somebody at the pages, in a process of its own; a store that is away is waited out."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._lock = threading.Lock()

    def submit(self, number: int, mailbox: int) -> None:
        self._say("submit", number, mailbox)

    def password(self, mailbox: int, password: str) -> None:
        self._say("password", mailbox, password)

    def _say(self, *words: object) -> None:
        with self._lock:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(words) + "\n")
            self._process.stdin.flush()
            assert self._process.stdout.readline(), "the person is dead"


@contextlib.contextmanager
def person(installation: Installation) -> Iterator[Person]:
    """A person for the time of the block."""
    with _beside(installation, "person") as process:
        yield Person(process)


@contextlib.contextmanager
def workers(installation: Installation) -> Iterator[Workers]:
    """What starts workers for the time of the block."""
    with _beside(installation, "forks") as process:
        yield Workers(process)


@contextlib.contextmanager
def _beside(installation: Installation, step: str) -> Iterator["subprocess.Popen[str]"]:
    """A step that is told what to do line by line."""
    with (installation.logs / f"{step}.log").open("wb") as log:
        process = subprocess.Popen(
            installation.step(step),
            env=installation.environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    with process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)
