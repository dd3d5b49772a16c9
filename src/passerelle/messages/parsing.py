"""Bytes to a `Message`. Bounded in time and size, and true to no hostile claim.

Header fields are read here and by `headers`, the tree by `parts`; every text is clean. What is
beyond the limits is left out: the raw message keeps it.
"""

import hashlib
import re

from passerelle.faults.mail.messages import MessageNotUnderstood
from passerelle.messages.addresses import parse_addresses
from passerelle.messages.automatic import automatic_of
from passerelle.messages.charsets import decode
from passerelle.messages.clean import clean, clean_line
from passerelle.messages.headers.dates import moment
from passerelle.messages.headers.facts import header_facts_of
from passerelle.messages.headers.fields import Headers
from passerelle.messages.headers.words import decode_words
from passerelle.messages.html import html_to_text
from passerelle.messages.kinds import Kind, is_tnef, kind_of
from passerelle.messages.parts import Leaf, Opened, is_body, leaves, open_message
from passerelle.messages.tnef import Tnef, read_tnef, unpacked
from passerelle.messages.values import DEFAULT_LIMITS, Address, Attachment, Message, ParseLimits

TEST_HEADER = "X-Passerelle-Test"

_MESSAGE_ID = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"\s+")
_TNEF_PARTS = 3  # of one message that are unpacked; Outlook sends one


def parse(raw: bytes, *, whole: bool = True, limits: ParseLimits = DEFAULT_LIMITS) -> Message:
    """Read a message; with `whole=False` only its header was fetched, and no text is looked for.

    Raises `MessageNotUnderstood` when there is no header field at all, and nothing else.
    """
    opened = open_message(raw, limits)
    headers = opened.headers
    if not headers.fields:
        raise MessageNotUnderstood(size=len(raw))
    text, html, attachments = _content(raw, opened, limits) if whole else ("", "", ())
    senders = _addresses(headers, "from", limits)
    return Message(
        message_id=_first_id(headers.get("message-id")),
        in_reply_to=_first_id(headers.get("in-reply-to")),
        references=_references(headers.get("references"), limits),
        subject=clean_line(decode_words(headers.get("subject")), limits.name_chars),
        sender=senders[0] if senders else None,
        reply_to=_addresses(headers, "reply-to", limits),
        to=_addresses(headers, "to", limits),
        cc=_addresses(headers, "cc", limits),
        date=moment(headers.get("date")),
        text=text,
        html=html,
        attachments=attachments,
        automatic=automatic_of(headers),
        test_id=clean_line(headers.get(TEST_HEADER.lower()), 200),
        received=moment(headers.get("received").rpartition(";")[2]),
        whole=whole,
        header_facts=header_facts_of(headers),
        bcc=_addresses(headers, "bcc", limits),
    )


def _content(
    raw: bytes, opened: Opened, limits: ParseLimits
) -> tuple[str, str, tuple[Attachment, ...]]:
    """The text, the HTML and the attachments."""
    plain: list[str] = []
    html: list[str] = []
    attachments: list[Attachment] = []
    packed: list[tuple[str, str]] = []  # texts and HTML
    for leaf in leaves(raw, opened, limits):
        octets = leaf.content(raw)
        if not is_body(leaf):
            attachments.append(_attachment(leaf, octets, attachments))
            if is_tnef(leaf.mimetype, leaf.filename) and len(packed) < _TNEF_PARTS:
                found = read_tnef(octets) or Tnef()
                packed.append((found.text, found.html))
                attachments.extend(unpacked(leaf.path, found))
        elif leaf.mimetype == "text/html":
            html.append(clean(decode(octets[: limits.html_chars], leaf.charset)))
        else:
            plain.append(clean(decode(octets[: limits.text_chars], leaf.charset)))
    source = "\n".join(html)[: limits.html_chars]
    text = "\n".join(part for part in plain if part.strip())
    if not text and not source:
        text, source = next((one for one in packed if any(one)), ("", ""))
        source = source[: limits.html_chars]
    if not text and source:
        text = html_to_text(source)
    return text[: limits.text_chars], source, tuple(attachments)


def _attachment(leaf: Leaf, octets: bytes, before: list[Attachment]) -> Attachment:
    kind = kind_of(leaf.mimetype, leaf.filename, leaf.said, octets)
    if before and before[-1].mimetype == "application/pgp-encrypted":
        kind = Kind.PGP_ENCRYPTED  # that one is but a version, this the message (RFC 3156, 4)
    return Attachment(
        part=leaf.path,
        filename=leaf.filename,
        mimetype=leaf.mimetype,
        size=len(octets),
        digest=hashlib.sha256(octets).hexdigest(),
        inline=leaf.disposition == "inline" or (not leaf.disposition and bool(leaf.content_id)),
        content_id=leaf.content_id,
        kind=kind,
    )


def _addresses(headers: Headers, name: str, limits: ParseLimits) -> tuple[Address, ...]:
    """The addresses of every field of that name: several are forbidden and common."""
    found: list[Address] = []
    for value in headers.all(name):
        room = limits.addresses - len(found)
        if room <= 0:
            break
        found.extend(parse_addresses(value, room))
    return tuple(found)


def _first_id(value: str) -> str:
    """The first message id of a field, in angle brackets and without the spaces of folding."""
    match = _MESSAGE_ID.search(value)
    if match:
        found = match[0]
    else:
        words = value.split(None, 1)
        found = f"<{words[0].strip('<>')}>" if words else ""
    found = clean(_SPACE.sub("", found))
    return "" if found == "<>" else found


def _references(value: str, limits: ParseLimits) -> tuple[str, ...]:
    """The ids, the oldest first and each once; of too many, the first and the newest."""
    found = (clean(_SPACE.sub("", text)) for text in _MESSAGE_ID.findall(value))
    ids = tuple(dict.fromkeys(text for text in found if text != "<>"))
    if len(ids) > limits.references:
        return (ids[0], *ids[len(ids) - limits.references + 1 :])
    return ids
