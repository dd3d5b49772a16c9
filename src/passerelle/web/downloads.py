"""Bytes that somebody else wrote, handed out so that no browser runs or shows them.

Always an attachment, always plain octets, sandboxed and without sniffing; the name is one line of
a file name and nothing more, whatever the message said (RFC 6266). But an image of a text that is
written here is shown in its editor, as the type that its octets are.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

NAME_CHARS = 120
POLICY = "default-src 'none'; sandbox"
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')


Answer = TypeVar("Answer", HttpResponse, StreamingHttpResponse)


def download(data: bytes, name: str, *, fallback: str) -> HttpResponse:
    """The answer that stores `data` under a safe form of `name`."""
    return stored_answer(HttpResponse(data), name, fallback=fallback)


def stored_answer(response: Answer, name: str, *, fallback: str) -> Answer:
    """Have the browser store what the answer holds under a safe form of `name`."""
    disposition = content_disposition_header(
        as_attachment=True, filename=safe_name(name) or fallback
    )
    assert disposition is not None
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = disposition
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def image_answer(data: bytes, mimetype: str) -> HttpResponse:
    """The answer that a page shows as an image of that type, and a browser as nothing else."""
    response = HttpResponse(data, content_type=mimetype)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def table_answer(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """A table for a spreadsheet, line by line, to be stored under a name of ours."""
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def safe_name(name: str) -> str:
    """The last part of a path, without control, direction and reserved characters."""
    last = re.split(r"[\\/]", name)[-1]
    # Categories Cc, Cf, Cs, Co, Cn: line breaks, marks that turn the writing direction around so
    # that `gpj.exe` reads `exe.jpg`, lone surrogates.
    printable = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    cleaned = " ".join(_FORBIDDEN.sub("_", printable).split()).strip(" .")
    if len(cleaned) <= NAME_CHARS:
        return cleaned
    stem, dot, ending = cleaned.rpartition(".")
    ending = ending[:20] if dot else ""
    return f"{(stem or cleaned)[: NAME_CHARS - len(ending) - 1]}{dot}{ending}"
