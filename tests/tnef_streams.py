"""TNEF streams as Outlook writes them (MS-OXTNEF), for tests of what reads them."""

from dataclasses import dataclass

SIGNATURE = (0x223E9F78).to_bytes(4, "little")
MESSAGE, FILE = 1, 2
BODY, SUBJECT, CODEPAGE, OF_MESSAGE = 0x0002800C, 0x00018004, 0x00069007, 0x00069003
RENDERING, TITLE, DATA, OF_FILE = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
STRING8, UNICODE, OBJECT, BINARY, INTEGER = 0x1E, 0x1F, 0x0D, 0x0102, 0x03
SEVERAL = 0x1000
MESSAGE_WITHIN = bytes.fromhex("0703020000000000c000000000000046")


def number(value: int, octets: int = 4) -> bytes:
    return value.to_bytes(octets, "little")


def attribute(level: int, name: int, value: bytes) -> bytes:
    checksum = number(sum(value) & 0xFFFF, 2)
    return bytes([level]) + number(name) + number(len(value)) + value + checksum


def stream(*attributes: bytes, codepage: int = 1252) -> bytes:
    head = attribute(MESSAGE, CODEPAGE, number(codepage) + number(0))
    return SIGNATURE + number(7, 2) + head + b"".join(attributes)


def properties(*values: bytes) -> bytes:
    return number(len(values)) + b"".join(values)


def integer(name: int, value: int) -> bytes:
    return number(INTEGER, 2) + number(name, 2) + number(value)


def variable(name: int, kind: int, *values: bytes, named: bytes = b"") -> bytes:
    """A property of one or several values, each filled up to a multiple of four."""
    several = SEVERAL if len(values) != 1 else 0
    padded = (number(len(value)) + value + bytes(-len(value) % 4) for value in values)
    head = number(kind | several, 2) + number(name, 2) + named
    return head + number(len(values)) + b"".join(padded)


def wide(name: int, text: str) -> bytes:
    return variable(name, UNICODE, f"{text}\0".encode("utf-16-le"))


@dataclass(frozen=True, slots=True)
class Packed:
    """One file as Outlook packs it."""

    name: str = "file.txt"
    data: bytes = b"data"
    mimetype: str = ""
    content_id: str = ""

    def __bytes__(self) -> bytes:
        values = [wide(0x3707, self.name)]
        values += [wide(0x370E, self.mimetype)] if self.mimetype else []
        values += [wide(0x3712, self.content_id)] if self.content_id else []
        return (
            attribute(FILE, RENDERING, bytes(14))
            + attribute(FILE, TITLE, b"SHORT~1.TXT\0")
            + attribute(FILE, DATA, self.data)
            + attribute(FILE, OF_FILE, properties(*values))
        )


def within(name: str, inner: bytes) -> bytes:
    """A message within the message."""
    values = [wide(0x3001, name), variable(0x3701, OBJECT, MESSAGE_WITHIN + inner)]
    return attribute(FILE, RENDERING, bytes(14)) + attribute(FILE, OF_FILE, properties(*values))


def letter(html: str, *files: Packed, subject: str = "Order") -> bytes:
    """A message with a text in HTML, and files."""
    values = [
        wide(0x0037, subject),
        integer(0x3FDE, 65001),
        variable(0x1013, BINARY, html.encode()),
    ]
    return stream(attribute(MESSAGE, OF_MESSAGE, properties(*values)), *map(bytes, files))


def carried(octets: bytes, text: str = "", name: str = "winmail.dat") -> bytes:
    """A MIME message that carries the stream as Exchange sends it."""
    head = (
        "From: Carla <carla@customer.example>\r\nTo: ann@company.example\r\nSubject: Order\r\n"
        "Message-ID: <tnef@customer.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
        f'--b\r\nContent-Type: application/ms-tnef; name="{name}"\r\n'
        "Content-Transfer-Encoding: binary\r\n\r\n"
    )
    return head.encode() + octets + b"\r\n--b--\r\n"
