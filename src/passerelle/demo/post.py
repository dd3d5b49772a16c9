"""The demonstration's post: who has a mailbox here, and how a message gets into it.

The SMTP server and the made-up customers both deliver through it, with the trace fields of
RFC 5321, 4.4, which is where POP3 clients find the time of receipt.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from passerelle.demo.company import DOMAIN, our_addresses
from passerelle.demo.maildir import Maildir

SERVER = f"mail.{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Post:
    """All Maildirs, ours and the customers', below one folder."""

    folder: Path

    def make(self) -> None:
        for address in our_addresses():
            self.maildir(address).make()

    def maildir(self, address: str) -> Maildir:
        return Maildir(self.folder / address.lower())

    def accepts(self, address: str) -> bool:
        """Whether mail to the address can be delivered: ours must exist, others are made."""
        local, _, domain = address.lower().rpartition("@")
        if domain == DOMAIN:
            return address.lower() in our_addresses()
        safe = all(part.strip("-.") for part in domain.split(".")) and local not in {"", ".", ".."}
        return safe and domain.endswith(".example") and not set(address) & set("/\\\0:")

    def deliver(
        self, sender: str, recipients: Iterable[str], content: bytes, at: datetime | None = None
    ) -> None:
        """Put the message into the Maildir of each recipient."""
        moment = datetime.now(UTC) if at is None else at
        for recipient in recipients:
            maildir = self.maildir(recipient)
            maildir.make()
            maildir.deliver(_traced(sender, recipient, content, moment), moment)


def _traced(sender: str, recipient: str, content: bytes, moment: datetime) -> bytes:
    trace = (
        f"Return-Path: <{sender}>\r\n"
        f"Delivered-To: {recipient}\r\n"
        f"Received: from localhost (localhost [127.0.0.1]) by {SERVER}\r\n"
        f"\tfor <{recipient}>; {format_datetime(moment)}\r\n"
    )
    return trace.encode("ascii", "replace") + content
