"""A draft to bytes: plain text that every server takes (RFC 5322, 2045, 2047). Sends nothing.

All of it is ASCII with lines of at most 998 octets, so neither 8BITMIME nor SMTPUTF8 is asked of
anybody. No field can begin another one: a line break in a header is refused. There is no Bcc.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from email.utils import format_datetime

from passerelle.faults.messages import DraftRefused
from passerelle.messages.addresses import normalised
from passerelle.messages.parsing import TEST_HEADER
from passerelle.messages.values import Address, Automatic, Draft

LINE_OCTETS = 998  # RFC 5322, 2.1.1, without the line end
_FOLD = 76
_WORD_OCTETS = 42  # 56 characters of base64 and the frame of an encoded word stay under 75

_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_ID_TOKEN = re.compile(r"[A-Za-z0-9._-]{8,100}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_SUBMITTED = {
    Automatic.AUTO_REPLIED: "auto-replied",
    Automatic.AUTO_GENERATED: "auto-generated",
}


def compose(draft: Draft) -> bytes:
    """The whole message, lines ended by CRLF; `DraftRefused` names the field that cannot be."""
    encoding, body = _body(draft.text)
    lines = [*_fields(draft), "MIME-Version: 1.0", 'Content-Type: text/plain; charset="utf-8"']
    lines.append(f"Content-Transfer-Encoding: {encoding}")
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def new_message_id(domain: str, token: str) -> str:
    """A Message-ID (RFC 5322, 3.6.4); `token` is random and given by the caller."""
    if not _ID_TOKEN.fullmatch(token):
        raise ValueError("a token has 8 to 100 letters, digits, dots, dashes or underscores")
    host = _domain(domain.lower())
    if host is None:
        raise DraftRefused(field="Message-ID")
    return f"<{token}@{host}>"


def _fields(draft: Draft) -> Iterator[str]:
    if not _ID.fullmatch(draft.message_id):
        raise DraftRefused(field="Message-ID")
    yield _folded("From", [_address(draft.sender, "From")])
    if draft.to:
        yield _folded("To", [_address(one, "To") for one in draft.to], ",")
    if draft.cc:
        yield _folded("Cc", [_address(one, "Cc") for one in draft.cc], ",")
    yield f"Date: {format_datetime(draft.date)}"
    yield f"Message-ID: {draft.message_id}"
    yield _folded("Subject", _phrase(_line(draft.subject, "Subject")))
    yield from _threading(draft)
    if submitted := _SUBMITTED.get(draft.automatic):
        yield f"Auto-Submitted: {submitted}"
    if draft.test_id:
        if not _ID_TOKEN.fullmatch(draft.test_id):
            raise DraftRefused(field=TEST_HEADER)
        yield f"{TEST_HEADER}: {draft.test_id}"


def _threading(draft: Draft) -> Iterator[str]:
    """In-Reply-To and References; an id of somebody else that cannot be written is left out.

    It is no reason to refuse: whoever sends mail under a hostile id could never be answered.
    """
    if _ID.fullmatch(draft.in_reply_to):
        yield f"In-Reply-To: {draft.in_reply_to}"
    known = [one for one in draft.references if _ID.fullmatch(one)]
    if known:
        yield _folded("References", known)


def _line(text: str, field: str) -> str:
    if _CONTROL.search(text):
        raise DraftRefused(field=field)
    return text


def _address(address: Address, field: str) -> str:
    _line(address.name, field)
    spec = normalised(address.address)
    local, _, domain = (spec or "").rpartition("@")
    host = _domain(domain)
    if spec is None or host is None or not local.isascii():
        raise DraftRefused(field=field)  # a local part outside ASCII needs SMTPUTF8 everywhere
    if not address.name:
        return f"{local}@{host}"
    return f"{_name(address.name)} <{local}@{host}>"


def _domain(domain: str) -> str | None:
    """A host name in ASCII."""
    try:
        host = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    except UnicodeError:
        return None
    return host if normalised(f"a@{host}") else None


def _name(name: str) -> str:
    if not name.isascii() or "=?" in name or len(name) > _FOLD:
        return " ".join(_words(name))
    if _ATOMS.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _phrase(text: str) -> list[str]:
    """The words of an unstructured field; encoded where plain ones would not come back alike."""
    plain = text.split(" ")
    longest = max(map(len, plain))
    if text.isascii() and "=?" not in text and "" not in plain and longest < LINE_OCTETS // 2:
        return plain
    return list(_words(text)) or [""]


def _words(text: str) -> Iterator[str]:
    """Encoded words (RFC 2047), none of which breaks a character."""
    piece = b""
    for character in text:
        octets = character.encode("utf-8")
        if len(piece) + len(octets) > _WORD_OCTETS:
            yield _word(piece)
            piece = b""
        piece += octets
    if piece:
        yield _word(piece)


def _word(octets: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(octets).decode('ascii')}?="


def _folded(name: str, words: Iterable[str], separator: str = "") -> str:
    """A field whose lines break between words."""
    lines, line = [], f"{name}:"
    words = list(words)
    for number, word in enumerate(words, 1):
        written = word + (separator if number < len(words) else "")
        if len(line) + 1 + len(written) > _FOLD and line != f"{name}:":
            lines.append(line)
            line = ""
        line = f"{line} {written}"
    return "\r\n".join([*lines, line])


def _body(text: str) -> tuple[str, bytes]:
    """How the text is carried: as it is, quoted where little needs it, else in base64."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    octets = "\r\n".join([*lines, ""]).encode("utf-8", "replace")
    if octets.isascii() and b"\0" not in octets and all(len(one) <= LINE_OCTETS for one in lines):
        return "7bit", octets
    quoted = binascii.b2a_qp(octets, istext=True)
    encoded = base64.encodebytes(octets).replace(b"\n", b"\r\n")
    if len(quoted) <= len(encoded):
        return "quoted-printable", quoted
    return "base64", encoded
