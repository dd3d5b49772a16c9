"""The text of a reply below which the answered text stands, quoted (RFC 3676, 4.5).

The line that introduces it comes from the caller, in the writer's language.
"""

from collections.abc import Callable
from datetime import datetime

from passerelle.messages.values import Address

QUOTED_CHARS = 50_000

Wording = Callable[[str, datetime | None], str]  # of who wrote, and when


def quote_reply(text: str, sender: Address | None, date: datetime | None, wording: Wording) -> str:
    """Two empty lines to write in, the introducing line, and each line behind `> `."""
    who = (sender.name or sender.address) if sender else ""
    quoted = (_quoted(line) for line in text[:QUOTED_CHARS].strip("\n").split("\n"))
    return "\n".join(["", "", wording(who, date), *quoted, ""])


def _quoted(line: str) -> str:
    """Quotations of quotations grow by one mark without a space between."""
    return f">{line}" if line.startswith(">") else f"> {line}".rstrip()
