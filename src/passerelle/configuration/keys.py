"""The key file: what encrypts stored secrets and signs sessions, outside the database.

One line a key, `id base64`; the first encrypts, all decrypt, so that a key is rotated by putting
a new line on top. The file is made at the first start with mode 0600 and never printed.
"""

import base64
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from passerelle.faults import noop
from passerelle.faults.settings import HomeNotWritable, KeyFileUnsafe

KEY_BYTES = 32  # AES-256
MODE = 0o600


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of the file, newest first."""

    by_id: dict[str, bytes] = field(repr=False)

    @property
    def current(self) -> tuple[str, bytes]:
        return next(iter(self.by_id.items()))


def ensure_keys(file: Path) -> Keys:
    """Read the key file, making it first where there is none.

    Raises `KeyFileUnsafe` when others may read it or it holds no key, `HomeNotWritable`.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # recorded mail lies there
    except OSError as error:
        raise HomeNotWritable(folder=str(file.parent), reason=str(error)) from error
    try:
        _make(file)
    except FileExistsError:
        pass  # made before, or by another process just now
    except OSError as error:
        raise HomeNotWritable(folder=str(file.parent), reason=str(error)) from error
    return read_keys(file)


def read_keys(file: Path) -> Keys:
    """Read the key file. Raises `KeyFileUnsafe`."""
    try:
        text = file.read_text(encoding="ascii")
        mode = file.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileUnsafe(file=str(file), reason=noop("cannot be read")) from error
    if mode & 0o077:
        raise KeyFileUnsafe(file=str(file), reason=noop("can be read by others"))
    return Keys(_parsed(text, file))


def add_key(file: Path) -> str:
    """Put a new key on top of the file; the others still decrypt. The caller holds the lock."""
    keys = read_keys(file)
    key_id = secrets.token_hex(4)
    _write(file, {key_id: secrets.token_bytes(KEY_BYTES), **keys.by_id})
    return key_id


def remove_key(file: Path, key_id: str) -> None:
    """Take a key out of the file. The caller holds the lock and knows that nothing needs it."""
    keys = read_keys(file).by_id
    _write(file, {known: key for known, key in keys.items() if known != key_id})


def merge_keys(file: Path, text: bytes) -> None:
    """Add the keys of another key file below the ones that are there. Raises `KeyFileUnsafe`."""
    added = _parsed(text.decode("ascii", "replace"), file)
    with locked_keys(file):
        known = read_keys(file).by_id if file.exists() else {}
        _write(file, {**known, **{name: key for name, key in added.items() if name not in known}})


@contextmanager
def locked_keys(file: Path) -> Iterator[None]:
    """One process at a time changes the file; whatever ends it gives the lock back."""
    descriptor = os.open(
        file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, MODE
    )
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(file: Path, keys: Mapping[str, bytes]) -> None:
    """Replace the file in one step: a kill leaves the old one or the new one, on the disk."""
    draft = file.with_suffix(f".{os.getpid()}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE), "w") as stream:
            stream.writelines(
                f"{key_id} {base64.b64encode(key).decode()}\n" for key_id, key in keys.items()
            )
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except OSError as error:
        raise HomeNotWritable(folder=str(file.parent), reason=str(error)) from error
    finally:
        draft.unlink(missing_ok=True)


def _parsed(text: str, file: Path) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for line in text.splitlines():
        key_id, _, encoded = line.strip().partition(" ")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise KeyFileUnsafe(file=str(file), reason=noop("is damaged")) from error
        if len(key) == KEY_BYTES:
            keys[key_id] = key
    if not keys:
        raise KeyFileUnsafe(file=str(file), reason=noop("holds no key"))
    return keys


def _make(file: Path) -> None:
    line = f"{secrets.token_hex(4)} {base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"
    # Written whole beside it, then linked: a kill leaves either no key file or a good one.
    draft = file.with_suffix(f".{os.getpid()}.new")
    if file.exists():
        raise FileExistsError(file)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    finally:
        draft.unlink()
