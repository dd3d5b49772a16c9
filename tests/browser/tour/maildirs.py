"""What lies in a Maildir of the demonstration, while its servers move and remove files."""

from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


def delivered(maildir: Path) -> list[EmailMessage]:
    """Its messages, the earliest first; none is met twice."""
    while True:
        with suppress(FileNotFoundError):  # a server took it from under us: look anew
            return _messages(maildir)


def _messages(maildir: Path) -> list[EmailMessage]:
    found: dict[str, tuple[float, bytes]] = {}
    for part in ("new", "cur"):  # a server moves them this way, and adds flags to the name
        for file in (maildir / part).iterdir():
            name = file.name.partition(":")[0]
            found[name] = (file.stat().st_mtime, file.read_bytes())
    messages = [
        message_from_bytes(octets, policy=policy.default) for _, octets in sorted(found.values())
    ]
    assert all(isinstance(message, EmailMessage) for message in messages)
    return messages
