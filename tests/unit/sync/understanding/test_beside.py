"""Large batches are read by a second process; nobody depends on it."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Email
from passerelle.protocols.interfaces import Listed, RawMessage
from passerelle.sync.incoming import listed
from passerelle.sync.models import Quarantine
from passerelle.sync.understanding import batches, beside
from passerelle.sync.understanding.batches import Batch
from passerelle.sync.understanding.beside import reading_beside
from passerelle.sync.understanding.content import Understood
from passerelle.sync.understanding.reader_process import read_or_leave
from passerelle.sync.understanding.received import understood

pytestmark = pytest.mark.skipif(
    len(os.sched_getaffinity(0)) < 2, reason="one core reads and records by itself"
)
GOOD, BAD = bytes(Letter(1)), b"\x00\xff"


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "WORTH_IT", 2)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Each reader that is started; all are gone in the end."""
    started: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, *words: Any, **options: Any) -> None:
            super().__init__(*words, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    yield started
    assert all(process.poll() is not None for process in started)


def batch(*messages: bytes) -> Batch:
    raws = [
        RawMessage(Listed(uid, "", len(data), None), data) for uid, data in enumerate(messages, 1)
    ]
    return Batch(tuple(raws), raws[-1].listed)


def after_the_first(fill: Callable[[Batch], Batch]) -> Callable[[Batch], Batch]:
    """The same when the recorder has read the first batch by itself."""
    assert not fill(batch(GOOD)).contents
    return fill


def contents(of: Batch) -> list[object]:
    return [one.content for one in understood(of)]


def test_it_says_what_the_recorder_would_have_read() -> None:
    with reading_beside(2) as fill:
        filled = after_the_first(fill)(batch(GOOD, BAD, GOOD))
    assert filled.contents == (read_or_leave(GOOD), None, read_or_leave(GOOD))
    assert repr(contents(filled)) == repr(contents(batch(GOOD, BAD, GOOD)))


def test_few_messages_start_no_process(processes: list["subprocess.Popen[bytes]"]) -> None:
    with reading_beside(1) as fill:
        assert not fill(batch(GOOD)).contents
    assert not processes


def test_a_second_one_reads_by_itself(processes: list["subprocess.Popen[bytes]"]) -> None:
    with reading_beside(2), reading_beside(2) as fill:
        assert not any(fill(batch(GOOD)).contents for _ in range(2))
    with reading_beside(2) as fill:
        assert after_the_first(fill)(batch(GOOD)).contents
    assert len(processes) == 2


def test_who_lost_it_goes_on(processes: list["subprocess.Popen[bytes]"]) -> None:
    with reading_beside(2) as fill:
        assert after_the_first(fill)(batch(GOOD)).contents
        processes[0].kill()
        processes[0].wait()
        lost = [fill(batch(GOOD)) for _ in range(2)]
    assert not any(one.contents for one in lost)
    assert all(isinstance(content, Understood) for one in lost for content in contents(one))


def test_nobody_waits_while_it_starts(processes: list["subprocess.Popen[bytes]"]) -> None:
    with reading_beside(2) as fill:
        processes[0].send_signal(signal.SIGSTOP)  # for ever, as far as the first batch knows
        (content,) = contents(fill(batch(GOOD)))
        assert isinstance(content, Understood)
        assert processes[0].poll() is None


def test_it_is_told_none_of_our_settings(
    processes: list["subprocess.Popen[bytes]"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSERELLE_DATABASE_URL", "postgresql://secret")
    with reading_beside(2):
        assert b"PASSERELLE" not in Path(f"/proc/{processes[0].pid}/environ").read_bytes()


def test_it_ends_when_the_recorder_is_gone() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "passerelle.sync.understanding.reader_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        said, _ = process.communicate(pickle.dumps([GOOD]), timeout=120)
    assert pickle.loads(said) == [read_or_leave(GOOD)]
    assert process.returncode == 0


@pytest.mark.django_db
def test_a_mailbox_is_read_with_it_and_without(
    company: Company,
    processes: list["subprocess.Popen[bytes]"],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "BATCH_MESSAGES", 2)  # the second batch is read by the process
    company.inbox.deliver(b"\x00\xff")
    for number in range(3):
        company.inbox.deliver(bytes(Letter(number)))
    company.read()
    assert len(processes) == 1
    monkeypatch.setattr(listed, "reading_beside", lambda _: reading_beside(0))
    for number in range(3, 6):
        company.inbox.deliver(bytes(Letter(number)))
    company.read()
    assert len(processes) == 1
    assert (Email.objects.count(), Quarantine.objects.count()) == (6, 1)
