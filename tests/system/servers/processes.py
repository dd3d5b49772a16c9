"""Starts servers as an unprivileged user, in a folder of their own, and ends them always.

As root the server is dropped to a user that the system or the server's package brought; tests
themselves keep their user, as their Python may lie where others cannot read.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

STOP_SECONDS = 15


def program(name: str, *, package: str, folders: str = "/usr/sbin:/usr/bin") -> str:
    """Where that program is; the test is skipped, naming the package, when it is not installed."""
    found = shutil.which(name) or shutil.which(name, path=folders)
    if found is None:
        pytest.skip(f"{name} is not installed: apt-get install {package}")
    return found


def unprivileged(preferred: str) -> pwd.struct_passwd:
    """The user for servers: ourselves, unless we are root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    for name in (preferred, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("no unprivileged user is known here")


def as_user(user: pwd.struct_passwd) -> list[str]:
    """What to put in front of a command so that it runs as that user."""
    if os.geteuid() == user.pw_uid:
        return []
    ids = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    return [program("setpriv", package="util-linux"), *ids]


@contextlib.contextmanager
def short_folder(user: pwd.struct_passwd) -> Iterator[Path]:
    """A folder of that user with a short path: a socket's name has 108 characters at most."""
    folder = Path(tempfile.mkdtemp(prefix="psr-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        hand_over(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def hand_over(path: Path, user: pwd.struct_passwd) -> None:
    """Make that file or folder the user's."""
    if os.geteuid() != user.pw_uid:
        os.chown(path, user.pw_uid, user.pw_gid)


@contextlib.contextmanager
def running(
    command: Sequence[str],
    *,
    log: Path,
    environment: dict[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator["subprocess.Popen[bytes]"]:
    """That program in a process group of its own; the whole group has ended afterwards."""
    with log.open("ab") as output:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment,
        )
    try:
        yield server
    finally:
        _end(server, stop)


def _end(server: "subprocess.Popen[bytes]", stop: signal.Signals) -> None:
    server.send_signal(stop)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(server.pid, signal.SIGKILL)  # children that outlived it
