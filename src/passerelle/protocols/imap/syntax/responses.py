"""What a server says, as typed values (RFC 9051, 7). No rule, no bytes on the wire."""

from dataclasses import dataclass
from enum import Enum

Value = bytes | None | list["Value"]
"""An atom, number or string; NIL; a parenthesised list."""


class Condition(Enum):
    OK = "OK"
    NO = "NO"
    BAD = "BAD"
    PREAUTH = "PREAUTH"
    BYE = "BYE"


@dataclass(frozen=True, slots=True)
class Status:
    """A condition, tagged or not (`tag` is then empty), with its response code if it has one."""

    tag: bytes
    condition: Condition
    code: str  # upper case, empty when there is none
    arguments: bytes  # what follows the code inside its brackets
    text: str


@dataclass(frozen=True, slots=True)
class Continuation:
    """`+`: the server waits for more."""

    text: bytes


@dataclass(frozen=True, slots=True)
class Data:
    """An untagged response; `parts` are its lines and literals in turns, lexed only on demand."""

    name: bytes  # upper case: FETCH, EXISTS, SEARCH, CAPABILITY …
    number: int  # in front of the name, else 0
    parts: tuple[bytes, ...]  # the rest of the line, literal, line, literal …


Response = Status | Continuation | Data
