"""Lets a command do the work that it asked for, where no worker runs; nothing else that is due."""

import contextlib
import threading
from collections.abc import Iterator

from django.db import connection

from passerelle.engine.services import run_due, workers_alive


@contextlib.contextmanager
def run_here_unless_workers_do(kind: str) -> Iterator[None]:
    """Work of this kind runs while the block looks on; the block ends when the work has."""
    if workers_alive():
        yield
        return
    thread = threading.Thread(target=_run, args=[kind], name=kind, daemon=True)
    thread.start()
    yield
    thread.join()


def _run(kind: str) -> None:
    try:
        run_due(kinds=[kind])
    finally:
        connection.close()
