"""Ordinary letters, composed by the standard library: plain text, threads, attachments.

What is odd on purpose (charsets, raw bytes, bounces) is in `oddities`.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import uuid4

from passerelle.demo.company import Desk, Person
from passerelle.demo.correspondence.phrases import CLOSING, GREETING


@dataclass(frozen=True, slots=True)
class File:
    """An attachment."""

    name: str
    kind: str  # as "text/csv"
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter; `answers` are the ids of its thread, the one that it answers last."""

    sender: Person
    to: Sequence[Person | Desk]
    subject: str
    text: str
    at: datetime
    message_id: str
    cc: Sequence[Person | Desk] = ()
    answers: Sequence[str] = ()
    files: Sequence[File] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(person.address for person in (*self.to, *self.cc))


def compose(letter: Letter) -> bytes:
    """The bytes of the letter."""
    message = EmailMessage(policy=SMTP)
    message["Date"] = format_datetime(letter.at)
    message["From"] = _address(letter.sender)
    message["To"] = [_address(person) for person in letter.to]
    if letter.cc:
        message["Cc"] = [_address(person) for person in letter.cc]
    message["Subject"] = letter.subject
    message["Message-ID"] = letter.message_id
    if letter.answers:
        message["In-Reply-To"] = letter.answers[-1]
        message["References"] = " ".join(letter.answers)
    message.set_content(letter.text)
    for file in letter.files:
        main, _, sub = file.kind.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    if letter.files:  # the library's own boundary is a new one each time
        message.set_boundary(f"=_{letter.message_id.partition('@')[0].strip('<')}")
    return message.as_bytes()


def new_id(sender: Person, token: str = "") -> str:
    """A Message-ID of the sender's own domain, by a token that is made unless it is given."""
    return f"<{token or uuid4().hex}@{sender.address.rpartition('@')[2]}>"


def body(sender: Person, to: Person | Desk, text: str) -> str:
    """The text between a greeting and a signature, in the sender's language."""
    greeting = GREETING[sender.language].format(name=_spoken(to))
    signature = "\n".join(line for line in (sender.fullname, sender.job, sender.company) if line)
    return f"{greeting}\n\n{text}\n\n{CLOSING[sender.language]}\n{signature}\n"


def quoted(text: str) -> str:
    """The text as an answer quotes it."""
    return "".join(f"> {line}\n" for line in text.splitlines())


def pdf(title: str) -> bytes:
    """A page that readers open: the smallest PDF with one line of text."""
    stream = f"BT /F1 18 Tf 60 780 Td ({title}) Tj ET".encode("ascii", "replace")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Font<</F1 5 0 R>>>>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 7\n0000000000 65535 f \n"
    tail = b"trailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(content)
    return content + head + table + tail


def png(side: int, red: int, green: int, blue: int) -> bytes:
    """A square of one colour."""
    row = b"\0" + bytes((red, green, blue)) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(row * side)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def _spoken(to: Person | Desk) -> str:
    return to.first_name if isinstance(to, Person) else to.name


def _address(person: Person | Desk) -> Address:
    name = person.fullname if isinstance(person, Person) else person.name
    return Address(name, addr_spec=person.address)
