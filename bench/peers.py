"""The tools beside which Passerelle is measured: mbsync and OfflineIMAP, into fresh Maildirs."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Figure, watch


@dataclass(frozen=True, slots=True)
class Account:
    """The account that everybody reads."""

    host: str
    port: int
    username: str
    password: str


def mbsync(
    account: Account, folder: Path, *, fsync: bool, before: Sequence[str] = ()
) -> Figure | None:
    """One pull of INBOX with mbsync (isync); None where it is not installed.

    `before` is what runs the command (`disk.slower`).
    """
    binary = shutil.which("mbsync")
    if binary is None:
        return None
    target = folder / "mail"
    target.mkdir(parents=True)
    config = folder / "mbsyncrc"
    config.write_text(
        f"FSync {'yes' if fsync else 'no'}\n\n"
        "IMAPAccount bench\n"
        f"Host {account.host}\nPort {account.port}\n"
        f"User {account.username}\nPass {account.password}\nSSLType None\nAuthMechs LOGIN\n\n"
        "IMAPStore far\nAccount bench\n\n"
        f"MaildirStore near\nPath {target}/\nInbox {target}/INBOX\n\n"
        f"Channel all\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\n"
        f"SyncState {folder}/state-\n",
        encoding="utf-8",
    )
    return watch([*before, binary, "-q", "-c", str(config), "all"])


def offlineimap(account: Account, folder: Path) -> Figure | None:
    """One sync with OfflineIMAP; None where it is not installed."""
    binary = shutil.which("offlineimap")
    if binary is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "offlineimaprc"
    config.write_text(
        f"[general]\naccounts = bench\nmetadata = {folder}/state\nfsync = true\n"
        "[Account bench]\nlocalrepository = near\nremoterepository = far\n"
        f"[Repository near]\ntype = Maildir\nlocalfolders = {folder}/mail\n"
        f"[Repository far]\ntype = IMAP\nremotehost = {account.host}\n"
        f"remoteport = {account.port}\nremoteuser = {account.username}\n"
        f"remotepass = {account.password}\nssl = no\nstarttls = no\nreadonly = true\n"
        "auth_mechanisms = LOGIN\n",
        encoding="utf-8",
    )
    return watch([binary, "-o", "-u", "quiet", "-c", str(config)])


def version(binary: str, *arguments: str) -> str:
    """The first line that a tool prints of its version, or that it is not there."""
    if shutil.which(binary) is None:
        return "not installed"
    answer = subprocess.run([binary, *arguments], capture_output=True, text=True, check=False)
    return (answer.stdout or answer.stderr).strip().splitlines()[0]
