"""The header of a message or a part: fields in their order, unfolded (RFC 5322, 2.2). Bounded.

Lines that are no field are passed over; nothing is decoded but 8-bit octets (RFC 6532, or
windows-1252 where they are not UTF-8).
"""

import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass

from passerelle.messages.charsets import FALLBACK, decode
from passerelle.messages.values import ParseLimits

_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(r"^([!-9;-~]{1,100})[ \t]*:(.*(?:\n[ \t].*)*)", re.MULTILINE)
_NO_FIELD = re.compile(rb"^(?![!-9;-~]{1,100}[ \t]*:|[ \t])[^\r\n]", re.MULTILINE)
_FOLD = re.compile(r"\r?\n")
_PARAMETER = re.compile(r';\s*([^\s=;]{1,60})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PARAMETERS_CHARS = 8_000


@dataclass(frozen=True, slots=True)
class Headers:
    """Fields by lower-case name; each value as written, without its folds."""

    fields: Mapping[str, tuple[str, ...]]

    def get(self, name: str) -> str:
        """The first value, or ""."""
        values = self.fields.get(name)
        return values[0] if values else ""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value, in order."""
        return self.fields.get(name, ())


def header_end(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the header that begins at `start` ends, and where its body begins."""
    if raw.startswith(b"\r\n", start, end):
        return start, start + 2
    if raw.startswith(b"\n", start, end):
        return start, start + 1
    match = _END.search(raw, start, end)
    return (match.start(), match.end()) if match else (end, end)


def header_and_body(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """`header_end` of a message or a part, whose body may stand right below its header.

    Only where no body would be left is the first line that is no field taken for its beginning:
    elsewhere such a line is a broken fold, and the fields below it count.
    """
    head, body = header_end(raw, start, end)
    if body < end:
        return head, body
    unseparated = _NO_FIELD.search(raw, start, head)
    if unseparated is None or unseparated.start() == start:
        return head, body
    return unseparated.start(), unseparated.start()


def read_headers(octets: bytes, limits: ParseLimits) -> Headers:
    """The fields of a header block."""
    text = octets[: limits.header_bytes].decode("utf-8", "surrogateescape")
    is_ascii = text.isascii()  # asked once, as most are
    found: dict[str, list[str]] = {}
    for number, match in enumerate(_FIELD.finditer(text)):
        if number >= limits.header_fields:
            break
        value = match[2][: limits.field_chars]
        if "\n" in value:
            value = _FOLD.sub("", value)
        value = value.strip()
        found.setdefault(match[1].lower(), []).append(value if is_ascii else _eight_bit(value))
    return Headers({name: tuple(values) for name, values in found.items()})


def _eight_bit(value: str) -> str:
    if value.isascii():
        return value
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape").decode(FALLBACK, "replace")
    return value


def parameter(found: Mapping[str, str], name: str) -> str:
    """One parameter in any of its forms (RFC 2231): plain, with its charset, or in pieces."""
    plain = found.get(name)
    return plain if plain is not None else extended_parameter(found, name)


def extended_parameter(found: Mapping[str, str], name: str) -> str:
    """One parameter with its charset, or in pieces; "" where it is only plain."""
    if (extended := found.get(f"{name}*")) is not None:
        return _extended(extended)
    if f"{name}*0" in found or f"{name}*0*" in found:
        return _continued(found, name)
    return ""


def _extended(text: str) -> str:
    charset, mark, rest = text.partition("'")
    if not mark:
        return text
    return decode(urllib.parse.unquote_to_bytes(rest.partition("'")[2]), charset)


def _continued(found: Mapping[str, str], name: str) -> str:
    """The pieces name*0, name*1*, … put together; a gap ends the value."""
    octets: list[bytes] = []
    charset = ""
    for number in range(100):
        if (text := found.get(f"{name}*{number}*")) is not None:
            if number == 0 and "'" in text:
                charset, _, rest = text.partition("'")
                text = rest.partition("'")[2]
            octets.append(urllib.parse.unquote_to_bytes(text))
        elif (text := found.get(f"{name}*{number}")) is not None:
            octets.append(text.encode("utf-8", "surrogateescape"))
        else:
            break
    return decode(b"".join(octets), charset)


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """A field such as Content-Type: its value in lower case, its parameters as written."""
    if not value:  # most parts have no Content-Disposition
        return "", {}
    value = value[:_PARAMETERS_CHARS]
    found: dict[str, str] = {}
    for name, text in _PARAMETER.findall(value):
        found.setdefault(name.lower(), _unquoted(text.strip()))
    return value.partition(";")[0].strip().lower(), found


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return _ESCAPED.sub(r"\1", text[1:-1])
    return text
