"""A heart that breaks is noticed, or its worker would wait for ever for work it may not claim."""

import threading

import pytest

from passerelle.engine.working.heart import Heart
from passerelle.engine.working.workers import enlist

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.only_on("postgresql"),  # a database in memory has one connection
]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_broken_by_an_error_of_ours_it_is_lost() -> None:
    def break_off() -> None:
        raise RuntimeError("an error of ours")

    heart = Heart(enlist(), beat_seconds=0.01, lease_seconds=30, on_beat=break_off)
    heart.start()
    _end_of_heart()
    assert heart.lost


def test_stopped_it_is_not_lost() -> None:
    beaten = threading.Event()
    heart = Heart(enlist(), beat_seconds=0.01, lease_seconds=30, on_beat=beaten.set)
    heart.start()
    assert beaten.wait(60)
    heart.stop()
    _end_of_heart()
    assert not heart.lost


def _end_of_heart() -> None:
    for thread in threading.enumerate():
        if thread.name == "heart":
            thread.join(60)
