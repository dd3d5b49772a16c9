"""One `passerelle run` a home: a lock that the kernel gives back whatever ends the process."""

import fcntl
import os
from pathlib import Path

from passerelle.faults.settings import RunsAlready

FILE_NAME = "passerelle.lock"


def lock_home(home: Path) -> int:
    """Hold the home until the returned descriptor is closed. Raises `RunsAlready`."""
    descriptor = os.open(home / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(descriptor, 20).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise RunsAlready(folder=str(home), process=holder or "?") from error
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor
