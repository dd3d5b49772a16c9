"""A notice to bytes: plain text, and its HTML beside it where there is one. Sends nothing.

Nobody's program may answer it (RFC 3834, 5: Auto-Submitted). Its HTML is ours and is put into the
message as it is; whoever makes it escapes what others wrote.
"""

import base64
import secrets
from datetime import datetime

from passerelle.mailboxes.models import SystemRelay
from passerelle.messages import Address, Automatic, Draft, compose, new_message_id

TOKEN_BYTES = 18
BODY_FIELDS = 2  # of a composed message, the last ones: Content-Type, Content-Transfer-Encoding


def notice(
    relay: SystemRelay, to: str, subject: str, text: str, *, html: str | None, now: datetime
) -> bytes:
    """The message. Raises `DraftRefused` for an address or a subject that none can have."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _, _, domain = relay.sender_address.rpartition("@")
    plain = compose(
        Draft(
            message_id=new_message_id(domain, token),
            sender=Address(relay.sender_name, relay.sender_address),
            to=(Address("", to),),
            subject=subject,
            text=text,
            date=now,
            automatic=Automatic.AUTO_GENERATED,
        )
    )
    return plain if html is None else _with_html(plain, html, f"=_{token}")


def _with_html(plain: bytes, html: str, boundary: str) -> bytes:
    """The same message as multipart/alternative (RFC 2046, 5.1.4), the better part last."""
    head, _, body = plain.partition(b"\r\n\r\n")
    fields = head.split(b"\r\n")
    around, inside = fields[:-BODY_FIELDS], fields[-BODY_FIELDS:]
    mark = boundary.encode("ascii")
    coded = base64.encodebytes(html.encode("utf-8", "replace")).replace(b"\n", b"\r\n")
    return b"\r\n".join(
        (
            *around,
            b'Content-Type: multipart/alternative; boundary="' + mark + b'"',
            b"",
            b"--" + mark,
            *inside,
            b"",
            body,
            b"--" + mark,
            b'Content-Type: text/html; charset="utf-8"',
            b"Content-Transfer-Encoding: base64",
            b"",
            coded,
            b"--" + mark + b"--",
            b"",
        )
    )
