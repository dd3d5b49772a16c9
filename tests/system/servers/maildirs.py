"""Puts messages into Maildirs as a delivery agent would, and reads what was delivered."""

import contextlib
import itertools
import os
import pwd
from datetime import UTC, datetime
from pathlib import Path

from tests.system.servers.processes import hand_over

_counter = itertools.count(1)


def make_maildir(folder: Path, owner: pwd.struct_passwd) -> Path:
    """An empty Maildir, if there is none yet."""
    for path in (folder, *(folder / name for name in ("cur", "new", "tmp"))):
        with contextlib.suppress(FileExistsError):
            path.mkdir()
            hand_over(path, owner)
    return folder


def deliver(
    folder: Path, raw: bytes, owner: pwd.struct_passwd, *, received: datetime | None = None
) -> Path:
    """Write one message into `new`; its time is what IMAP shows as INTERNALDATE."""
    when = received or datetime.now(UTC)
    name = f"{int(when.timestamp())}.M{next(_counter):06}P{os.getpid()}.tests"
    draft, final = folder / "tmp" / name, folder / "new" / name
    draft.write_bytes(raw)
    hand_over(draft, owner)
    os.utime(draft, (when.timestamp(), when.timestamp()))
    draft.rename(final)
    return final


def delivered(folder: Path) -> list[bytes]:
    """All messages that lie in the Maildir now."""
    files = [*(folder / "new").glob("*"), *(folder / "cur").glob("*")]
    return [file.read_bytes() for file in sorted(files)]
