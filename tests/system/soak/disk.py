"""A small disk of its own, in memory, that can be filled and freed: never the machine's."""

import contextlib
import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

BLOCK = b"\0" * 65536


@dataclass(frozen=True, slots=True)
class Disk:
    """A mounted file system of a few hundred megabytes."""

    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        """Take every block that is left."""
        with self._ballast.open("ab", buffering=0) as ballast:
            for block in (BLOCK, BLOCK[:4096]):
                try:
                    while True:
                        ballast.write(block)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        """Give it all back."""
        self._ballast.unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[Disk]:
    """Mount one for the block; without the right to mount, the test is skipped."""
    folder = tempfile.mkdtemp(prefix="psr-disk-", dir="/tmp")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "passerelle", folder]
    try:
        if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("a disk that can be filled must be mounted as root; run as root")
        try:
            yield Disk(Path(folder))
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
    finally:
        Path(folder).rmdir()
