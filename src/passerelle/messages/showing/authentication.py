"""What the server that received a message found out of its sender: SPF, DKIM, DMARC (RFC 8601).

Anybody can write such a field. The topmost of the server that is believed counts and no other; it
has to take fields in its own name out of what arrives (section 5). Bounded, and never raises.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from passerelle.messages.clean import clean_line
from passerelle.messages.parts import open_message

FIELDS = 20
FIELD_CHARS = 4_000
DOMAIN_CHARS = 255

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([;=])|([^\s;="]+)')
_SIGNS = frozenset({";", "="})
_ESCAPED = re.compile(r"\\(.)")
_DOMAIN = re.compile(r"[\w.-]{1,255}")


class Method(Enum):
    """What was looked at."""

    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"


class Verdict(Enum):
    """What came of it. Whatever is neither is no proof in either direction."""

    PASSED = "passed"
    FAILED = "failed"
    UNPROVED = "unproved"


@dataclass(frozen=True, slots=True)
class Check:
    """One method, what came of it, in the server's own word, too, and for which domain."""

    method: Method
    verdict: Verdict
    word: str
    domain: str  # "" when the field names none


@dataclass(frozen=True, slots=True)
class Checks:
    """What one server found, in the order SPF, DKIM, DMARC; each once."""

    server: str
    checks: tuple[Check, ...]


_METHODS = {method.value: method for method in Method}
_VERDICTS = {"pass": Verdict.PASSED, "fail": Verdict.FAILED, "hardfail": Verdict.FAILED}
_DOMAIN_OF = {
    Method.SPF: ("smtp.mailfrom", "smtp.mail", "smtp.helo"),
    Method.DKIM: ("header.d", "header.i"),
    Method.DMARC: ("header.from", "header.d"),
}


def checks_of(raw: bytes, server: str) -> Checks | None:
    """What `server` wrote at the top of a message; None when it wrote nothing, or is ""."""
    if not server:
        return None
    for value in open_message(raw).headers.all("authentication-results")[:FIELDS]:
        tokens = list(_tokens(value[:FIELD_CHARS]))
        if tokens and tokens[0].lower() == server.lower():
            checks = tuple(_checks(tokens))
            return Checks(server, checks) if checks else None
    return None


def _tokens(value: str) -> Iterator[str]:
    """Words and signs, without comments; a quoted string is one word."""
    for match in _TOKEN.finditer(_without_comments(value)):
        if match[1] is not None:
            word = _ESCAPED.sub(r"\1", match[1])
            yield f'"{word}"' if word in _SIGNS else word  # no sign when it is quoted
        else:
            yield match[0]


def _without_comments(value: str) -> str:
    """A comment may hold others, and a quoted string may hold a parenthesis."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for character in value:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == '"' and not depth:
            quoted = not quoted
        elif character == "(" and not quoted:
            depth += 1
        elif character == ")" and depth:
            depth -= 1
            kept.append(" ")
            continue
        if not depth:
            kept.append(character)
    return "".join(kept)


def _checks(tokens: list[str]) -> Iterator[Check]:
    found = [check for part in _parts(tokens) if (check := _check(part)) is not None]
    for method in Method:
        of_method = [check for check in found if check.method is method]
        # Of several signatures one that holds is enough; a server lists all of them.
        passed = [check for check in of_method if check.verdict is Verdict.PASSED]
        yield from (passed or of_method)[:1]


def _parts(tokens: list[str]) -> Iterator[list[str]]:
    """What stands between semicolons, without the server's name."""
    part: list[str] = []
    for word in [*tokens[1:], ";"]:
        if word == ";":
            yield part
            part = []
        else:
            part.append(word)


def _check(part: list[str]) -> Check | None:
    """A method with its result and its properties; None for one that is not told."""
    match part:
        case [name, "=", word, *rest]:
            method = _METHODS.get(name.partition("/")[0].lower())
        case _:
            return None
    if method is None:
        return None
    word = clean_line(word, 20).lower()
    verdict = _VERDICTS.get(word, Verdict.UNPROVED)
    return Check(method, verdict, word, _domain(method, rest))


def _domain(method: Method, rest: list[str]) -> str:
    properties: dict[str, str] = {}
    for name, sign, value in zip(rest, rest[1:], rest[2:], strict=False):
        if sign == "=":
            properties.setdefault(name.lower(), value)
    said = next((properties[name] for name in _DOMAIN_OF[method] if name in properties), "")
    domain = said.rpartition("@")[2].strip("<>").lower()
    return domain if _DOMAIN.fullmatch(domain) else ""
