"""Mail addresses: header fields to addresses, checked; and masks for logs (RFC 5322, 3.4).

One pass over the characters, without recursion, so that no nesting of comments or quotes costs
more than its length. Groups give their members; what is no address is left out.
"""

import re
from collections.abc import Iterator

from passerelle.messages.clean import clean_line
from passerelle.messages.headers.words import decode_words
from passerelle.messages.keys import domain_key
from passerelle.messages.values import Address

ADDRESS_CHARS = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
LOCAL_CHARS = 64
NAME_CHARS = 200

_LOCAL = re.compile(r'[^\s@<>()\[\],;:\\"\x00-\x20\x7f-\x9f\ud800-\udfff]+')
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\\x00-\x1f\x7f\ud800-\udfff]|\\[ -~])+"')
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?|_[\w-]{0,62}")
_LITERAL = re.compile(r"\[[0-9A-Fa-f:.IPv]{2,50}\]")
_SIMPLE = re.compile(r'(?:"?([^"<>(),;:\\@]*?)"?\s*<([^\s<>(),;:"@]+@[^\s<>(),;:"@]+)>)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SIMPLE_CHARS = 400
_WORD = r'[^\s",;:<>()]+'
_BARE = re.compile(_WORD)
_UNQUOTED = rf'<[^<>]*>|[,;:]|{_WORD}|[()"<>]'
_TOKEN_UNQUOTED = re.compile(_UNQUOTED)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|' + _UNQUOTED, re.DOTALL)
_PARENTHESIS = re.compile(r"\\.|[()]", re.DOTALL)


def parse_address(text: str) -> Address | None:
    """One address as a person or a header writes it, with or without a name; None if it is none."""
    found = parse_addresses(text, 2)
    return found[0] if len(found) == 1 else None


def parse_domain(text: str) -> str:
    """A domain as a person writes it, with an @ or without, as keys have it; "" if it is none."""
    domain = domain_key(text.strip().removeprefix("@").strip("."))
    found = parse_address(f"a@{domain}") if "." in domain else None
    return domain if found is not None and found.key == f"a@{domain}" else ""


def parse_addresses(text: str, limit: int) -> tuple[Address, ...]:
    """The addresses of a header field, in order, at most `limit` of them."""
    if len(text) <= _SIMPLE_CHARS and (simple := _simple(text)) is not None:
        found = _address(*simple)
        return (found,) if found else ()
    addresses: list[Address] = []
    for name, spec in _mailboxes(text):
        if (found := _address(name, spec)) is not None:
            addresses.append(found)
            if len(addresses) >= limit:
                break
    return tuple(addresses)


def _simple(text: str) -> tuple[str, str] | None:
    """Name and address of a field that is one address, bare or in angle brackets, as most are."""
    if _BARE.fullmatch(text):
        return "", text
    named = _SIMPLE.fullmatch(text)
    return (named[1], named[2]) if named else None


def masked(address: str) -> str:
    """An address for a log: its domain, and the first character of what stands before it."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{clean_line(domain, ADDRESS_CHARS)}" if at and local else "…"


def without_tag(key: str) -> str | None:
    """The address without the tag behind a plus sign (RFC 5233, 1); None where it has none."""
    local, _at, domain = key.rpartition("@")
    plain, plus, _tag = local.partition("+")
    return f"{plain}@{domain}" if plus and plain and plain[0] != '"' else None


def normalised(spec: str) -> str | None:
    """The address with its domain as the DNS has it, or None when it is not valid."""
    local, at, domain = spec.rpartition("@")
    if not at or len(spec) > ADDRESS_CHARS or len(local) > LOCAL_CHARS:
        return None
    if not (_LOCAL.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local)):
        return None
    if local[0] == "." or local[-1] == "." or (".." in local and local[0] != '"'):
        return None
    domain = domain_key(domain.removesuffix("."))
    if _LITERAL.fullmatch(domain) or all(map(_LABEL.fullmatch, domain.split("."))):
        return f"{local}@{domain}"
    return None


def _address(name: str, spec: str) -> Address | None:
    address = normalised(spec.strip())
    if address is None:
        return None
    return Address(clean_line(decode_words(name.strip()), NAME_CHARS), address)


def _mailboxes(text: str) -> Iterator[tuple[str, str]]:
    """Name and address of each mailbox of a list, as they are written."""
    reader = _Reader()
    for kind, piece in _tokens(text):
        if kind == "mark" and piece in ",;":
            yield from reader.taken()
        elif kind == "mark" and piece == ":":
            reader.clear()  # the name of a group ends here
        else:
            reader.add(kind, piece)
    yield from reader.taken()


class _Reader:
    """The words of one mailbox as they come."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._words: list[str] = []
        self._comment = ""
        self._angle: str | None = None

    def add(self, kind: str, piece: str) -> None:
        match kind:
            case "angle":
                self._angle = self._angle or piece
            case "comment":
                self._comment = self._comment or piece
            case _:
                self._words.append(piece)

    def taken(self) -> Iterator[tuple[str, str]]:
        """The mailbox that the words make, if they do; then ready for the next."""
        if self._angle is not None:
            # A route (RFC 5322, 4.4) stands before a colon and is ignored.
            name = " ".join(map(_plain, self._words)) or self._comment
            yield name, self._angle.rpartition(":")[2]
        elif self._words:
            yield self._comment, "".join(self._words)
        self.clear()


def _plain(word: str) -> str:
    if len(word) > 1 and word[0] == word[-1] == '"':
        return _ESCAPED.sub(r"\1", word[1:-1])
    return word


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """The tokens of a list. Each character is looked at a bounded number of times."""
    pattern, position = _TOKEN, 0
    while match := pattern.search(text, position):
        piece, position = match[0], match.end()
        if piece == "(":
            close = _comment_end(text, position)
            yield "comment", text[position : close - 1]
            position = close
        elif piece == '"':
            pattern = _TOKEN_UNQUOTED  # no quote closes any more: look for none again
        elif piece[0] == "<" and len(piece) > 1:
            yield "angle", piece[1:-1]
        elif piece in ",;:":
            yield "mark", piece
        elif piece not in ")<>":
            yield "word", piece


def _comment_end(text: str, position: int) -> int:
    """Behind the parenthesis that closes a comment; comments nest (RFC 5322, 3.2.2)."""
    depth = 1
    for match in _PARENTHESIS.finditer(text, position):
        depth += (match[0] == "(") - (match[0] == ")")
        if not depth:
            return match.end()
    return len(text) + 1
