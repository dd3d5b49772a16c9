"""Every message that others made, by name; what they wrote on the wire, with its line ends."""

import importlib.util
import re
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import httpx
from tests.system.corpora.archives import BOUNCES, MAILS, STREAMS, samples


@cache
def collected() -> dict[str, bytes]:
    """All messages that can be had here: a machine without network has those of Python alone."""
    found = dict(_of_python())
    for archive in (BOUNCES, MAILS, STREAMS):
        with suppress(httpx.HTTPError):
            for name, octets in samples(archive):
                found[name] = _carrying(name, octets) if archive is STREAMS else octets
    return {name: re.sub(rb"\r?\n", b"\r\n", raw) for name, raw in found.items()}


def _of_python() -> Iterator[tuple[str, bytes]]:
    """Those of the interpreter's own tests; some distributions leave them out."""
    spec = importlib.util.find_spec("test.test_email")
    for folder in spec.submodule_search_locations or () if spec else ():
        for file in sorted((Path(folder) / "data").glob("msg_*.txt")):
            yield f"python/{file.name}", file.read_bytes()


def _carrying(name: str, stream: bytes) -> bytes:
    """A message as Outlook sends it, around a stream of TNEF."""
    message = EmailMessage()
    message["From"], message["To"] = "carla@customer.example", "anna@example.org"
    message["Subject"], message["Message-ID"] = name, f"<{name.partition('/')[2]}@tnef.example>"
    message.set_content("See winmail.dat")
    message.add_attachment(
        stream, maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    return message.as_bytes()
