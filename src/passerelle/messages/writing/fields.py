"""Fields of a header: folded, and none that can begin another (RFC 5322, 2047, 2231).

All is ASCII but the local part of an address that is not (RFC 6532, 3.2).
"""

import base64
import re
import urllib.parse
from collections.abc import Iterable, Iterator
from unicodedata import normalize

from passerelle.faults.mail.messages import DraftRefused
from passerelle.messages.addresses import normalised
from passerelle.messages.keys import domain_key
from passerelle.messages.values import Address

LINE_OCTETS = 998  # RFC 5322, 2.1.1, without the line end
_FOLD = 76
_WORD_OCTETS = 42  # 56 characters of base64 and the frame of an encoded word stay under 75

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9 !#$&+,.@^_`{}~()\[\]-]{1,50}")
_ENCODED = re.compile(r"(?:%[0-9A-F]{2}|[^%]){1,16}")  # so that a piece is a line


def folded(name: str, words: Iterable[str], separator: str = "") -> str:
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


def one_line(text: str, field: str) -> str:
    """The text, which no header may break; `DraftRefused` names the field."""
    if _CONTROL.search(text):
        raise DraftRefused(field=field)
    return text


def phrase(text: str) -> list[str]:
    """The words of an unstructured field; encoded where plain ones would not come back alike."""
    plain = text.split(" ")
    longest = max(map(len, plain))
    if text.isascii() and "=?" not in text and "" not in plain and longest < LINE_OCTETS // 2:
        return plain
    return list(_words(text)) or [""]


def mailbox(address: Address, field: str) -> str:
    """An address with its name (RFC 5322, 3.4), or `DraftRefused`."""
    one_line(address.name, field)
    spec = normalised(address.address)
    local, _, host_name = (spec or "").rpartition("@")
    host = domain(host_name)
    if spec is None or host is None:
        raise DraftRefused(field=field)
    local = one_line(local if local.isascii() else normalize("NFC", local), field)
    if not address.name:
        return f"{local}@{host}"
    return f"{_name(address.name)} <{local}@{host}>"


def domain(name: str) -> str | None:
    """A host name in ASCII."""
    host = name if name.isascii() else domain_key(name)
    return host if host.isascii() and normalised(f"a@{host}") else None


def parameter(name: str, value: str, field: str) -> list[str]:
    """A parameter of a MIME field, each piece to stand on a line of its own (RFC 2231, 3 and 4)."""
    if _PLAIN_VALUE.fullmatch(one_line(value, field)):
        return [f'{name}="{value}"']
    encoded = urllib.parse.quote(value, safe="")
    pieces = _ENCODED.findall(encoded)
    if len(pieces) == 1:
        return [f"{name}*=utf-8''{encoded}"]
    return [
        f"{name}*{number}*={'' if number else 'utf-8' + chr(39) * 2}{piece}"
        for number, piece in enumerate(pieces)
    ]


def _name(name: str) -> str:
    if not name.isascii() or "=?" in name or len(name) > _FOLD:
        return " ".join(_words(name))
    if _ATOMS.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


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
