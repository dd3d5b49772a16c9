"""The files of a `winmail.dat` as attachments of the message that carries it.

Each has a path of its own behind that of the part, as 2!1, so that it is found again in the raw
message, which stays as it came.
"""

import hashlib
from collections.abc import Iterator

from passerelle.messages.kinds import kind_of
from passerelle.messages.tnef.reading import Tnef, read_tnef
from passerelle.messages.values import INNER, Attachment, PartPath


def unpacked(path: PartPath, tnef: Tnef) -> Iterator[Attachment]:
    """The files of a stream that lies in the part of that path."""
    for number, file in enumerate(tnef.files, 1):
        yield Attachment(
            part=PartPath(f"{path}{INNER}{number}"),
            filename=file.filename,
            mimetype=file.mimetype,
            size=len(file.data),
            digest=hashlib.sha256(file.data).hexdigest(),
            inline=bool(file.content_id),
            content_id=file.content_id,
            kind=kind_of(file.mimetype, file.filename),
        )


def inner_file(octets: bytes, number: str) -> bytes | None:
    """The octets of the file with that number; None when there is none."""
    found = read_tnef(octets)
    if found is None or not (number.isascii() and number.isdigit()):
        return None
    at = int(number[:6]) - 1
    return bytes(found.files[at].data) if 0 <= at < len(found.files) else None
