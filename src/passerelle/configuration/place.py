"""Where an installation is: what tells it from a copy of itself that was started elsewhere.

A name in the settings decides alone where there is one. Otherwise a file of the home folder and
the machine do: the file's number in its file system (a copied folder has others) and, outside
containers, the machine's id (systemd's machine-id(5): a cloned machine gets another). A container
that is restarted with another host name, or on another node with the same volume, is the same
place. Knows no database.
"""

import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from passerelle.configuration.config import Config
from passerelle.faults.settings import HomeNotWritable

FILE_NAME = "passerelle.place"
MODE = 0o600
TOKEN_CHARS = 32
MACHINE_ID = Path("/etc/machine-id")
CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
CONTAINER_VARIABLES = ("container", "KUBERNETES_SERVICE_HOST")


def place_of_home(config: Config, machine: str | None = None) -> str:
    """The place as this process sees it now; the file is made at the first call.

    `machine` is the machine's id, found out here unless it is given. Raises `HomeNotWritable`.
    """
    if config.place:
        return f"name:{config.place}"
    file = config.home / FILE_NAME
    try:
        _ensure(file)
        token = file.read_text(encoding="ascii", errors="replace").strip()[:TOKEN_CHARS]
        number = file.stat().st_ino
    except OSError as error:
        raise HomeNotWritable(folder=str(config.home), reason=str(error)) from error
    told = machine_id() if machine is None else machine
    return f"home:{token}:{number}:{told or '-'}"


def machine_id(
    file: Path = MACHINE_ID,
    marks: tuple[Path, ...] = CONTAINER_MARKS,
    environ: Mapping[str, str] | None = None,
) -> str:
    """A digest of the machine's id; empty in a container, where it says nothing about the place."""
    environ = os.environ if environ is None else environ
    if any(mark.exists() for mark in marks) or any(map(environ.get, CONTAINER_VARIABLES)):
        return ""
    try:
        told = file.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
    # machine-id(5): "should not be exposed"; a digest of ours tells the same and no more.
    return hashlib.sha256(f"passerelle {told}".encode()).hexdigest()[:16] if told else ""


def _ensure(file: Path) -> None:
    if file.exists():
        return
    # Written whole beside it, then linked: two processes agree, and a kill leaves no half file.
    draft = file.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(TOKEN_CHARS // 2) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass  # another process was quicker
    finally:
        draft.unlink(missing_ok=True)
