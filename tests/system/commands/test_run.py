"""`passerelle run` in a fresh home: it answers, and SIGTERM ends all of it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.system.servers.product import Run

STOP_SECONDS = 120


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
