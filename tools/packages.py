"""The servers and the browser that the tests need: found, installed, or named.

On Debian and its kin, as root, what lacks is installed without asking and without starting any
service; elsewhere the exact command is printed and the tests that need it say that they skip.
What the distribution does not offer as a package of its own is named and left: Ubuntu's Chromium
comes as a snap, which neither runs in a container nor as the tests start it.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.steps import ROOT

NEEDED = (
    "dovecot-imapd",
    "dovecot-pop3d",
    "postfix",
    "postgresql",
    "chromium",
    "fonts-dejavu-core",
    "cyrus-common",
    "sasl2-bin",
)
# Installed, it would drive out dovecot-imapd; its programs run as well where they are unpacked.
BESIDE = ("cyrus-imapd",)
UNPACKED = ROOT / ".cache" / "unpacked"
POLICY = Path("/usr/sbin/policy-rc.d")
# invoke-rc.d asks this file before it starts a service; 101 forbids it.
FORBID = (
    "#!/bin/sh\n# Written while packages are installed for tests; removed right after.\nexit 101\n"
)
APT_SECONDS = 600


def provide(needed: Sequence[str] = NEEDED, policy: Path = POLICY) -> bool:
    """Make the packages be there, or say what to do. False when something still lacks."""
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        print(
            "Not a Debian: install by hand what lacks of Dovecot (IMAP, POP3), Postfix, "
            "PostgreSQL, Cyrus and Chromium. Tests without their server are skipped."
        )
        return False
    lacking = _lacking(needed)
    if not lacking:
        return True
    if os.geteuid() == 0:
        _install(lacking, policy)
    else:
        _name(lacking)
    return not _lacking(needed)


def unpacked(name: str, folder: Path = UNPACKED) -> Path:
    """Where the files of a package are that is not installed; nothing is there before."""
    return folder / name


def provide_beside(names: Sequence[str] = BESIDE, folder: Path = UNPACKED) -> bool:
    """Unpack packages that exclude others of the tests'. False when one lacks."""
    if shutil.which("dpkg-deb") is None or shutil.which("apt-get") is None:
        return False
    for name in names:
        if not unpacked(name, folder).exists():
            _unpack(name, folder)
    return all(unpacked(name, folder).exists() for name in names)


def _unpack(name: str, folder: Path) -> None:
    with TemporaryDirectory() as downloads:
        Path(downloads).chmod(0o755)
        _apt("download", name, folder=Path(downloads))
        found = next(Path(downloads).glob(f"{name}_*.deb"), None)
        if found is None:
            print(f"{name} could not be downloaded; its tests are skipped.", flush=True)
            return
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as draft:
            subprocess.run(["dpkg-deb", "--extract", str(found), draft], check=True)
            Path(draft).rename(unpacked(name, folder))
            Path(draft).mkdir()  # which the block removes


def _install(lacking: Sequence[str], policy: Path) -> None:
    with _services_kept_still(policy):
        _apt("update")
        offered = _offered(lacking)
        if offered:
            print(f"Installing for the tests: {' '.join(offered)}", flush=True)
            _apt("install", "--no-install-recommends", *offered)


def _name(lacking: Sequence[str]) -> None:
    print(f"These packages lack: {' '.join(lacking)}.", flush=True)
    offered = _offered(lacking)
    if offered:
        print("To run every test, first run:")
        print(f"  sudo apt-get install --no-install-recommends {' '.join(offered)}")
    print("Until then the tests that need them are skipped, and say so.", flush=True)


def _offered(lacking: Sequence[str]) -> list[str]:
    """Those that apt can install; the others are named."""
    offered = [name for name in lacking if _is_offered(name)]
    for name in lacking:
        if name not in offered:
            print(f"{name} is not offered here as a package (or only as a snap).", flush=True)
    return offered


def _is_offered(name: str) -> bool:
    asked = subprocess.run(
        ["apt-cache", "policy", name],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    candidate = re.search(r"^  Candidate: (.+)$", asked.stdout, re.MULTILINE)
    return candidate is not None and "(none)" not in candidate[1] and "snap" not in candidate[1]


def _lacking(needed: Sequence[str]) -> list[str]:
    return [name for name in needed if not _installed(name)]


def _installed(name: str) -> bool:
    command = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", name]
    asked = subprocess.run(command, capture_output=True, check=False)
    return asked.stdout == b"installed"


def _apt(*words: str, folder: Path | None = None) -> None:
    """Run apt-get without questions; its log is shown only when it fails."""
    command = ["apt-get", "--quiet=2", "--yes", "-o", "DPkg::Lock::Timeout=300", *words]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=APT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        print(f"{' '.join(command)}: not done after {APT_SECONDS} s", flush=True)
        return
    if done.returncode:
        print(done.stdout.decode(errors="replace")[-4000:], flush=True)


@contextmanager
def _services_kept_still(policy: Path) -> Iterator[None]:
    """No installed service starts; a policy that was there before comes back."""
    aside = policy.with_name("policy-rc.d.before-tests")
    had_one = policy.exists() or policy.is_symlink()
    if had_one:
        policy.rename(aside)
    try:
        policy.write_text(FORBID, encoding="ascii")
        policy.chmod(0o755)
        yield
    finally:
        policy.unlink(missing_ok=True)
        if had_one:
            aside.rename(policy)
