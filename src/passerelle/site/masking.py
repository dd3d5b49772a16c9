"""Takes what people wrote out of lines of the log: addresses, and the words of foreign errors.

A traceback keeps its frames and the kinds of its errors. The words of an error stay only when they
are ours or tell of the system: a parser's may quote a message, a database's a row.
"""

import logging
import re
import traceback
from types import TracebackType

from structlog.typing import EventDict, WrappedLogger

MASK = "…@"
# Generous on purpose: what only looks like an address is masked, too. The domain stays, so that
# one sees whose server is meant. It begins where a word does: tried at each of its letters, a long
# one without any at sign would take quadratic time.
_LETTER = r"[^\s<>\"'=,;:()\[\]{}]"
ADDRESS = re.compile(rf"(?<!{_LETTER}){_LETTER}+@(?=[\w\[])")
OURS = ("passerelle.",)
SYSTEM = (OSError, ImportError, TypeError, AttributeError, AssertionError)
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def masked(text: str) -> str:
    """The text without the local parts of addresses."""
    return ADDRESS.sub(MASK, text) if "@" in text else text


def mask_fields(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A processor of structlog: masks every text of an event, in lists, too."""
    return {name: _masked_value(value) for name, value in event.items()}


class MaskingFilter(logging.Filter):
    """The same for records of the standard library's loggers, whose texts are others'."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = masked(record.getMessage())
        if record.exc_info:
            said = f"{said}\n{told(record.exc_info)}"
        record.msg, record.args, record.exc_info, record.exc_text = said, None, None, None
        return True


def told(info: ExcInfo | tuple[None, None, None]) -> str:
    """A traceback: frames, kinds, and words only where they cannot be somebody else's."""
    _kind, error, _frames = info
    if error is None:
        return ""
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
        lines[:0] = [*([frames] if frames else []), _last_line(error)]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return masked("\n".join(lines))


def _last_line(error: BaseException) -> str:
    name = type(error).__qualname__
    plain = isinstance(error, SYSTEM) or type(error).__module__.startswith(OURS)
    return f"{name}: {error}" if plain else f"{name} (its words are left out)"


def _masked_value(value: object) -> object:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list | tuple):
        return [_masked_value(one) for one in value]
    return value
