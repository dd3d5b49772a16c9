"""The demonstration's IMAP server: pymap as a child process over the same Maildirs.

Its accounts are two files in the mail folder; the hash of the one demonstration password takes
few rounds, as many mailboxes are polled and nothing here is worth a slow one.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from pysasl.hashing import BuiltinHash

from passerelle.demo.world import HOST

_ROUNDS = 1_000


def write_accounts(folder: Path, addresses: Iterable[str], password: str) -> None:
    """Write pymap's users and passwords; the home of an account is relative to the folder."""
    hashed = BuiltinHash(rounds=_ROUNDS).hash(password)
    listed = sorted(addresses)
    _write(folder / "pymap-etc-passwd", [f"{name}:x::::{name}:" for name in listed])
    _write(folder / "pymap-etc-shadow", [f"{name}:{hashed}:" for name in listed])


def command(folder: Path, port: int) -> list[str]:
    """The command line of the server."""
    program = str(Path(sys.executable).parent / "pymap")
    options = ["--host", HOST, "--port", str(port), "--no-tls"]
    return [program, *options, "maildir", str(folder.absolute())]


def _write(file: Path, lines: Iterable[str]) -> None:
    file.touch(mode=0o600)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
