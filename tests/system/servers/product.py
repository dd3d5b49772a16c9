"""`passerelle run` as people start it, on a free port, with its processes in sight."""

import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class Run:
    """A running product, its address, and the processes that belong to it."""

    def __init__(self, home: Path, *, log: Path | None = None, **settings: str) -> None:
        environment = os.environ | {
            "PASSERELLE_HOME": str(home),
            "PASSERELLE_LISTEN": "127.0.0.1:0",
            "PASSERELLE_DATABASE_URL": "",
            "PASSERELLE_WORKERS": "2",
            **settings,
        }
        command = [sys.executable, "-m", "passerelle", "--json", "run"]
        with (log or home / "log").open("wb") as errors:
            self.process = subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=errors
            )
        assert self.process.stdout is not None
        self.started: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.address = urlsplit(self.started["address"])

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection(self.address.netloc, timeout=120)
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
        ends = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < ends, "it never came true"
            time.sleep(0.02)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
