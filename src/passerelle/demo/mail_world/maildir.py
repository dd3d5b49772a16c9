"""A Maildir as a folder of files: deliver, list, find, remove.

A message is written into `tmp`, brought to disk and renamed into `new`, so that no reader ever
sees half of one. Lines end in CRLF, as the servers hand files out as they are.
"""

import itertools
import os
import re
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_PARTS = ("cur", "new", "tmp")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_count = itertools.count()


@dataclass(frozen=True, slots=True)
class Entry:
    """One message: the part of its file's name that never changes, and its size on disk."""

    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Maildir:
    """One mailbox. Several processes may use it at the same time."""

    folder: Path

    def make(self) -> None:
        for part in _PARTS:
            (self.folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)

    def deliver(self, content: bytes, at: datetime | None = None, *, durable: bool = True) -> str:
        """Store one message; `at` is when it arrived, else now. Returns its key."""
        moment = time.time() if at is None else at.timestamp()
        seconds, micros = divmod(int(moment * 1_000_000), 1_000_000)
        key = f"{seconds}.M{micros:06}P{os.getpid()}Q{next(_count)}.demo"
        draft = self.folder / "tmp" / key
        with draft.open("xb") as stream:
            stream.write(_LINE_END.sub(b"\r\n", content))
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        os.utime(draft, (moment, moment))
        draft.rename(self.folder / "new" / key)
        return key

    def entries(self) -> list[Entry]:
        """All messages, oldest first."""
        found: dict[str, int] = {}
        for part in ("new", "cur"):  # the way of a file that moves meanwhile
            for file in (self.folder / part).iterdir():
                try:
                    found[_key(file.name)] = file.stat().st_size
                except FileNotFoundError:
                    continue  # another reader moved it meanwhile: it is met next time
        return [Entry(key, found[key]) for key in sorted(found, key=_order)]

    def unread(self) -> list[Path]:
        """The files in `new`, oldest first."""
        return sorted((self.folder / "new").iterdir(), key=lambda file: _order(file.name))

    def mark_read(self, file: Path) -> None:
        """Move a file of `new` to `cur`, seen."""
        file.rename(self.folder / "cur" / f"{_key(file.name)}:2,S")

    def read(self, key: str) -> bytes | None:
        """The bytes of one message; None when it is gone."""
        for _ in range(2):  # it may be renamed between looking and opening, once
            file = self._find(key)
            try:
                return None if file is None else file.read_bytes()
            except FileNotFoundError:
                continue
        return None

    def remove(self, key: str) -> None:
        file = self._find(key)
        if file is not None:
            file.unlink(missing_ok=True)

    def _find(self, key: str) -> Path | None:
        for part in ("new", "cur"):
            for file in (self.folder / part).iterdir():
                if _key(file.name) == key:
                    return file
        return None


def _key(name: str) -> str:
    return name.split(":", 1)[0]


def _order(name: str) -> tuple[int, str]:
    seconds = name.split(".", 1)[0]
    return (int(seconds) if seconds.isdigit() else 0, name)
