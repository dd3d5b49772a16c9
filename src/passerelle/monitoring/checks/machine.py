"""The machine and its files: settings, home folder, key file, disk. Opens no database."""

import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from passerelle.configuration import Config, read_keys
from passerelle.faults.monitoring import DiskLow
from passerelle.faults.settings import (
    DatabaseOnNetwork,
    HomeNotWritable,
    HomeOpenToOthers,
    HomeOwnedByOthers,
)
from passerelle.faults.store import DiskFull
from passerelle.monitoring.findings import Finding, good, wrong

LEAST_FREE_MB = 500
FULL_MB = 20
MEGABYTE = 1_000_000
OTHERS = 0o077
# statfs(2) has the numbers; /proc/self/mounts tells them by name, without a system call of C.
NETWORK_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "glusterfs", "ceph"}
PROBE = ".passerelle-doctor"


def settings(config: Config) -> Iterator[Finding]:
    """They were understood, or nothing would run; say where they came from."""
    name = _("Settings")
    if config.settings_file.exists():
        yield good(name, _("read from {file}").format(file=config.settings_file))
    else:
        yield good(name, _("from the environment; there is no {file}").format(
            file=config.settings_file))  # fmt: skip
    yield good(_("Time zone"), config.time_zone)


def home(config: Config) -> Iterator[Finding]:
    """Writable, ours, closed to others, and with room."""
    name = _("Home folder")
    probe = config.home / PROBE
    try:
        probe.touch()
        probe.unlink()
        state = config.home.stat()
    except OSError as error:
        yield wrong(name, HomeNotWritable(folder=str(config.home), reason=str(error)))
        return
    if state.st_uid != os.geteuid():
        owner, account = _account(state.st_uid), _account(os.geteuid())
        yield wrong(name, HomeOwnedByOthers(folder=str(config.home), owner=owner, account=account))
    elif state.st_mode & OTHERS:
        yield wrong(name, HomeOpenToOthers(folder=str(config.home)))
    else:
        yield good(name, _("{folder}, only for its owner").format(folder=config.home))
    yield _room(config)


def key_file(config: Config) -> Iterator[Finding]:
    """There, readable and closed to others. Raises `KeyFileUnsafe`."""
    name = _("Key file")
    if not config.key_file.exists():
        yield good(name, _("none yet; passerelle run makes it"))
        return
    keys = read_keys(config.key_file)
    text = _("{file}, keys: {count}, only for its owner")
    yield good(name, text.format(file=config.key_file, count=len(keys.by_id)))


def file_system(config: Config) -> Iterator[Finding]:
    """SQLite's locks need a local disk (sqlite.org/faq.html, question 5)."""
    if config.database_url:
        return
    kind = file_system_of(config.home, Path("/proc/self/mounts"))
    if kind in NETWORK_SYSTEMS:
        yield wrong(_("File system"), DatabaseOnNetwork(kind=kind))
    elif kind:
        yield good(_("File system"), kind)


def file_system_of(folder: Path, mounts: Path) -> str:
    """The kind of the file system that holds the folder; empty where it cannot be told."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # not Linux
        return ""
    place, best, kind = folder.resolve(), -1, ""
    for line in lines:
        parts = line.split(" ")
        mounted = Path(parts[1].replace("\\040", " "))
        if place.is_relative_to(mounted) and len(mounted.parts) >= best:
            best, kind = len(mounted.parts), parts[2]  # the last mount on a place hides the others
    return kind


def _room(config: Config) -> Finding:
    """SQLite fails while a little is left, as its journal takes some at each write."""
    free = shutil.disk_usage(config.home).free // MEGABYTE
    told = _("{free} MB free").format(free=free)
    if free < FULL_MB and not config.database_url:
        return wrong(_("Disk"), DiskFull(answer=told))
    if free < LEAST_FREE_MB:
        return wrong(_("Disk"), DiskLow(folder=str(config.home), free=free))
    return good(_("Disk"), told)


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # an account of a container that has no name
        return str(number)
