"""Cuts the lines and literals of one response into values (RFC 9051, 9: the formal syntax).

Liberal in atoms, strict in structure and depth: whatever cannot be cut is a `ValueError`, which
the session turns into a fault.
"""

import re
from collections.abc import Iterator, Sequence

from passerelle.protocols.imap.syntax.responses import Value

DEPTH = 16  # FETCH of what we ask nests one deep

_TOKEN = re.compile(
    rb' *(?:(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*)"'
    rb'|(?P<atom>(?:[^ ()"\[]|\[[^\]]*\])+))'
)
_ESCAPED = re.compile(rb"\\(.)")


def values(parts: Sequence[bytes]) -> list[Value]:
    """The values of a response; lines stand at even places of `parts`, literals at odd ones."""
    top: list[Value] = []
    stack = [top]
    for place, part in enumerate(parts):
        if place % 2:
            stack[-1].append(part)
            continue
        for kind, text in _tokens(part):
            if kind == "open":
                inner: list[Value] = []
                stack[-1].append(inner)
                stack.append(inner)
                if len(stack) > DEPTH:
                    raise ValueError("nested too deep")
            elif kind == "close":
                if len(stack) == 1:
                    raise ValueError("closed twice")
                stack.pop()
            else:
                stack[-1].append(_value(kind, text))
    if len(stack) > 1:
        raise ValueError("not closed")
    return top


def _tokens(line: bytes) -> Iterator[tuple[str, bytes]]:
    place = 0
    end = len(line.rstrip(b" "))
    while place < end:
        found = _TOKEN.match(line, place)
        if found is None:
            raise ValueError("not a token")
        kind = found.lastgroup or ""
        yield kind, found[kind]
        place = found.end()


def _value(kind: str, text: bytes) -> Value:
    if kind == "quoted":
        return _ESCAPED.sub(rb"\1", text) if b"\\" in text else text
    return None if text.upper() == b"NIL" else text
