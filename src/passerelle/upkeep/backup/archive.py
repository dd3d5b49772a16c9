"""The file of a backup: a ZIP whose members are compressed by zstd, written once and never changed.

Its directory stands at the end and is written last, so that half a file is no backup. It appears
under its name in one step, whole and on the disk.
"""

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import zstandard

from passerelle.faults import noop
from passerelle.faults.upkeep import BackupNotWritten, BackupThere, BackupUnreadable
from passerelle.upkeep.backup.manifest import LARGEST_BYTES, NAME, Manifest, Part, manifest_of

DATABASE = "database.zst"
KEYS = "keys.sealed"
BLOCK = 1 << 20
# Four bytes can stand for a block of 128 kB (RFC 8878, 3.1.1.2): so much at a time, no more than
# 64 MB come out at once, whoever wrote the file.
SLICE = 2048
LARGEST_SMALL_BYTES = 1 << 20
LEVEL = 3
MODE = 0o600
Progress = Callable[[int], None]  # bytes done


def nothing(_done: int) -> None:
    """Progress that nobody looks at."""


class Writer:
    """Adds parts to an archive that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.parts: dict[str, Part] = {}

    def add_file(self, name: str, source: Path, progress: Progress = nothing) -> None:
        """Compress a file into a member; `progress` hears the bytes of the source."""
        digest, size, done = hashlib.sha256(), 0, 0
        compressor = zstandard.ZstdCompressor(level=LEVEL).compressobj()
        with source.open("rb") as stream, self._open(name) as member:
            while block := stream.read(BLOCK):
                done += len(block)
                size += _put(member, compressor.compress(block), digest)
                progress(done)
            size += _put(member, compressor.flush(), digest)
        self.parts[name] = Part(size, digest.hexdigest())

    def add_bytes(self, name: str, octets: bytes) -> None:
        with self._open(name) as member:
            member.write(octets)
        self.parts[name] = Part(len(octets), hashlib.sha256(octets).hexdigest())

    def close_with(self, manifest: Manifest) -> None:
        with self._open(NAME) as member:
            member.write(manifest.as_json())

    def _open(self, name: str) -> IO[bytes]:
        return self._archive.open(name, "w", force_zip64=True)


def _put(member: IO[bytes], octets: bytes, digest: "hashlib._Hash") -> int:
    digest.update(octets)
    return member.write(octets)


@contextlib.contextmanager
def writing(file: Path, draft: Path) -> Iterator[Writer]:
    """Write the draft; it becomes `file` when the block ends well. Raises `BackupNotWritten`.

    Raises `BackupThere` rather than to write over another file.
    """
    if file.exists():
        raise BackupThere(file=str(file))
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(descriptor, "wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
                yield Writer(archive)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
        draft.unlink()
        _keep_folder(file.parent)
    except FileExistsError as error:
        raise BackupThere(file=str(file)) from error
    except OSError as error:
        answer = error.strerror or str(error)
        raise BackupNotWritten(file=str(file), answer=answer) from error


class Reader:
    """An archive whose directory and manifest were understood. Nothing of it is trusted further."""

    def __init__(self, archive: zipfile.ZipFile, file: Path, manifest: Manifest) -> None:
        self._archive = archive
        self._file = file
        self.manifest = manifest

    def extract(self, name: str, target: Path, progress: Progress = nothing) -> None:
        """Unpack a member and check its digest. Raises `BackupUnreadable`."""
        done = 0
        with target.open("xb") as stream:
            os.fchmod(stream.fileno(), MODE)
            for octets in self._unpacked(name):
                stream.write(octets)
                done += len(octets)
                progress(done)
            stream.flush()
            os.fsync(stream.fileno())

    def check(self, name: str, progress: Progress = nothing) -> None:
        """Read a member whole, and keep nothing. Raises `BackupUnreadable`."""
        done = 0
        for octets in self._unpacked(name):
            done += len(octets)
            progress(done)

    def octets(self, name: str) -> bytes:
        """A small member. Raises `BackupUnreadable`."""
        found = bytearray()
        for block in self._stored(name):
            found += block
            if len(found) > LARGEST_SMALL_BYTES:
                raise self._damaged()
        return bytes(found)

    def _unpacked(self, name: str) -> Iterator[bytes]:
        decompressor = zstandard.ZstdDecompressor().decompressobj()
        try:
            for octets in self._stored(name):
                for at in range(0, len(octets), SLICE):
                    yield decompressor.decompress(octets[at : at + SLICE])
        except zstandard.ZstdError as error:
            raise self._damaged() from error
        if not decompressor.eof:
            raise self._damaged()

    def _stored(self, name: str) -> Iterator[bytes]:
        digest = hashlib.sha256()
        expected = self.manifest.parts.get(name)
        try:
            with self._archive.open(name) as member:
                while block := member.read(BLOCK):
                    digest.update(block)
                    yield block
        except (KeyError, OSError, zipfile.BadZipFile, EOFError) as error:
            raise self._damaged() from error
        if expected is None or digest.hexdigest() != expected.sha256:
            raise self._damaged()

    def _damaged(self) -> BackupUnreadable:
        return BackupUnreadable(file=str(self._file), reason=noop("it was damaged or changed"))


@contextlib.contextmanager
def reading(file: Path) -> Iterator[Reader]:
    """Open a backup. Raises `BackupUnreadable`."""
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        reason = noop("it is not there, not whole, or something else")
        raise BackupUnreadable(file=str(file), reason=reason) from error
    with archive:
        try:
            with archive.open(NAME) as member:
                text = member.read(LARGEST_BYTES)  # what is longer is no JSON then
        except (KeyError, OSError, zipfile.BadZipFile, RuntimeError) as error:
            reason = noop("it has no manifest")
            raise BackupUnreadable(file=str(file), reason=reason) from error
        yield Reader(archive, file, manifest_of(text, str(file)))


def _keep_folder(folder: Path) -> None:
    """The name is on the disk, too, when this returns (fsync(2))."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
