"""The demonstration's post: who has a mailbox here, and how a message gets into it.

The SMTP server and the made-up customers both deliver through it, with the trace fields of
RFC 5321, 4.4, which is where POP3 clients find the time of receipt. It also runs the one rule that
mailboxes have here: who is on the road forwards everything as an attachment.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime
from pathlib import Path

from passerelle.demo.company import DOMAIN, Person
from passerelle.demo.mail_world.maildir import Maildir
from passerelle.demo.staff import FORWARD_MAILBOX, forwarded, mailbox_of, our_addresses

SERVER = f"mail.{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Post:
    """All Maildirs, ours and the customers', below one folder."""

    folder: Path
    durable: bool = True  # a world in the making is made anew when it is cut short

    def make(self) -> None:
        for address in our_addresses():
            self.maildir(address).make()

    def maildir(self, address: str) -> Maildir:
        return Maildir(self.folder / address.lower())

    def accepts(self, address: str) -> bool:
        """Whether mail to the address can be delivered: ours must exist, others are made."""
        local, _, domain = address.lower().rpartition("@")
        if domain == DOMAIN:
            return mailbox_of(address) in our_addresses()
        safe = all(part.strip("-.") for part in domain.split(".")) and local not in {"", ".", ".."}
        return safe and domain.endswith(".example") and not set(address) & set("/\\\0:")

    def deliver(
        self, sender: str, recipients: Iterable[str], content: bytes, at: datetime | None = None
    ) -> None:
        """Put the message into the Maildir of each recipient, and do what their rule says."""
        moment = datetime.now(UTC) if at is None else at
        for recipient in recipients:
            self._put(sender, recipient, content, moment)
            user = forwarded().get(mailbox_of(recipient))
            if user is not None:
                wrapped = as_attachment(user, content, moment)
                self._put(user.address, FORWARD_MAILBOX.address, wrapped, moment)

    def file(self, owner: str, folder: str, content: bytes, at: datetime) -> None:
        """Put a message into a folder of a mailbox, as its owner filed it (Maildir++)."""
        parts = folder.split("/")
        for depth in range(1, len(parts) + 1):
            Maildir(self.folder / owner / f".{'.'.join(parts[:depth])}").make()
        filed = Maildir(self.folder / owner / f".{'.'.join(parts)}")
        filed.deliver(content, at, durable=self.durable)

    def _put(self, sender: str, recipient: str, content: bytes, moment: datetime) -> None:
        maildir = self.maildir(mailbox_of(recipient))
        maildir.make()
        traced = _traced(sender, recipient, content, moment)
        maildir.deliver(traced, moment, durable=self.durable)


def as_attachment(user: Person, content: bytes, moment: datetime) -> bytes:
    """The forward that the rule of this user's mailbox makes (RFC 2046, 5.2.1)."""
    token = uuid.uuid5(uuid.NAMESPACE_OID, f"{user.address} {content!r}").hex
    head = (
        f"Date: {format_datetime(moment)}\r\n"
        f"From: {Header(user.fullname, 'utf-8').encode()} <{user.address}>\r\n"
        f"To: {FORWARD_MAILBOX.address}\r\n"
        "Subject: Fwd:\r\n"
        f"Message-ID: <{token}@{DOMAIN}>\r\n"
        "MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/mixed; boundary="=_{token}"\r\n\r\n'
        f"--=_{token}\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return head.encode("ascii") + content + f"\r\n--=_{token}--\r\n".encode("ascii")


def _traced(sender: str, recipient: str, content: bytes, moment: datetime) -> bytes:
    domain = sender.rpartition("@")[2]
    checked = (
        f"Authentication-Results: {SERVER}; spf=pass smtp.mailfrom={sender};\r\n"
        f"\tdkim=pass header.d={domain}; dmarc=pass header.from={domain}\r\n"
    )
    trace = (
        f"Return-Path: <{sender}>\r\n"
        f"{checked if domain not in {'', DOMAIN} else ''}"
        f"Delivered-To: {recipient}\r\n"
        f"Received: from localhost (localhost [127.0.0.1]) by {SERVER}\r\n"
        f"\tfor <{recipient}>; {format_datetime(moment)}\r\n"
    )
    return trace.encode("ascii", "replace") + content
