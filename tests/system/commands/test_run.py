"""`passerelle run` in a fresh home: it answers, and SIGTERM ends all of it."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

STOP_SECONDS = 10


class Run:
    """A running product, its address, and the processes that belong to it."""

    def __init__(self, home: Path) -> None:
        environment = os.environ | {
            "PASSERELLE_HOME": str(home),
            "PASSERELLE_LISTEN": "127.0.0.1:0",
            "PASSERELLE_DATABASE_URL": "",
            "PASSERELLE_WORKERS": "2",
        }
        command = [sys.executable, "-m", "passerelle", "--json", "run"]
        with (home / "log").open("wb") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=log
            )
        assert self.process.stdout is not None
        self.started: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.address = urlsplit(self.started["address"])

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection(self.address.netloc, timeout=30)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def children(self, parent: int | None = None) -> list[int]:
        """All descendants that are alive."""
        parent = parent or self.process.pid
        file = Path(f"/proc/{parent}/task/{parent}/children")
        mine = [int(word) for word in file.read_text().split()] if file.exists() else []
        return mine + [pid for child in mine for pid in self.children(child)]

    def until(self, condition: Any) -> None:
        ends = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < ends, "it never came true"
            time.sleep(0.02)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path)
    yield run
    run.close()


def gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_it_answers_and_sigterm_ends_all_of_it(product: Run, tmp_path: Path) -> None:
    assert product.get("/") < 500
    assert product.get(urlsplit(product.started["sign_in_link"]).path) == 200
    assert (tmp_path / "passerelle.key").stat().st_mode & 0o777 == 0o600
    product.until(lambda: len(product.children()) == 4)  # gunicorn's two, two workers
    children = product.children()
    product.process.terminate()
    assert product.process.wait(STOP_SECONDS) == 0
    assert gone(children)


def test_a_dead_worker_is_replaced(product: Run) -> None:
    product.get("/")
    product.until(lambda: len(product.children()) == 4)
    first = product.children()[1]
    os.kill(first, signal.SIGKILL)
    product.until(lambda: gone([first]) and len(product.children()) == 4)


def test_children_do_not_outlive_a_killed_parent(product: Run) -> None:
    product.get("/")
    product.until(lambda: len(product.children()) == 4)
    children = product.children()
    product.process.kill()
    product.until(lambda: gone(children))
