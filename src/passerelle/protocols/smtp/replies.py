"""What an SMTP server answers: one code, some lines (RFC 5321, 4.2). Bounded by the wire."""

import re
from dataclasses import dataclass
from enum import Enum

_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?\Z", re.DOTALL)
_SHOWN = 300  # characters of an answer that is quoted in a fact
MOST_LINES = 200


class Kind(Enum):
    """The first digit of the code (RFC 5321, 4.2.1)."""

    DONE = 2
    MORE = 3
    LATER = 4
    REFUSED = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """One whole answer."""

    code: int
    lines: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        return Kind(self.code // 100)

    @property
    def closing(self) -> bool:
        """421: the server closes the connection, whatever was asked."""
        return self.code == 421  # noqa: PLR2004 - the code is its own name in RFC 5321

    @property
    def shown(self) -> str:
        """The answer in one line, as it may be quoted."""
        return f"{self.code} {' '.join(self.lines)}".strip()[:_SHOWN]


def parse_line(line: bytes) -> tuple[int, str, bool]:
    """Code, text, and whether this is the last line. Raises `ValueError` on anything else."""
    found = _LINE.match(line)
    if found is None:
        raise ValueError("no line of a reply")
    # NUL is replaced, too: answers are kept beside their recipients, and no store takes it.
    text = (found[3] or b"").decode("utf-8", "replace").replace("\x00", "\ufffd")
    return int(found[1]), text, found[2] != b"-"
