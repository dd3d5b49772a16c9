"""The whole demonstration, started as `make demo` starts it, used by its link, and stopped."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

pytestmark = [pytest.mark.usefixtures("usual_port_taken"), pytest.mark.timeout(900)]
START_SECONDS = 420.0
STOP_SECONDS = 120.0


class Demonstration:
    """A running one, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read)
        self._reader.start()
        self.said: list[str] = []

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def wait_for(self, pattern: str) -> re.Match[str]:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                self.said.append(self._lines.get(timeout=0.2))
            except Empty:
                assert self.process.poll() is None, "".join(self.said)
                continue
            if found := re.search(pattern, self.said[-1]):
                return found
        raise AssertionError("".join(self.said))

    def stop(self) -> None:
        """Ask it to end, and wait for that."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(STOP_SECONDS)
        self._reader.join()


@contextmanager
def demonstration(folder: Path, *, language: str = "en") -> Iterator[Demonstration]:
    command = [sys.executable, "-m", "passerelle.demo", "--folder", str(folder)]
    names = {name: text for name, text in os.environ.items() if not name.startswith("PASSERELLE_")}
    environment = {**names, "LC_ALL": f"{language}_FR.UTF-8", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        running = Demonstration(process)
        try:
            yield running
        finally:
            if process.poll() is None:
                running.stop()


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=120) as answer:
        assert answer.status == 200
        return str(answer.read().decode())


def ports_of(folder: Path) -> dict[str, int]:
    return dict(json.loads((folder / "ports.json").read_text(encoding="utf-8")))


def test_it_starts_answers_stops_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "demo-world"
    with demonstration(folder) as first:
        made = first.wait_for(r"(\d+) users, (\d+) queues, (\d+) contacts")
        link = first.wait_for(r"http://127\.0\.0\.1:\d+/\S+").group()
        assert made.groups() == ("60", "8", "63")
        if link.endswith(f":{ports_of(folder)['web']}/"):
            link = first.wait_for(r"http://127\.0\.0\.1:\d+/\S+").group()
        assert "<form" in read(link)
        first.stop()
        assert first.process.returncode == 0
    assert len(list((folder / "router").glob("*/*.xml"))) == 6
    assert (folder / "passwords.csv").stat().st_mode & 0o077 == 0
    ports = ports_of(folder)
    with demonstration(folder, language="fr") as second:
        second.wait_for(r"http://127\.0\.0\.1:\d+/\S+")
        assert ports_of(folder) == ports
        second.stop()
    assert not any("63 contacts" in line for line in second.said)


def test_only_one_runs_in_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "demo-world"
    with demonstration(folder) as first:
        first.wait_for("63 contacts")
        with demonstration(folder) as second:
            second.process.wait(STOP_SECONDS)
        assert second.process.returncode == 1
        assert first.process.poll() is None
        assert (folder / "home" / "passerelle.sqlite3").exists()


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").touch()
    with demonstration(tmp_path) as refused:
        refused.process.wait(STOP_SECONDS)
    assert refused.process.returncode == 1
    assert [file.name for file in tmp_path.iterdir()] == ["letters"]
