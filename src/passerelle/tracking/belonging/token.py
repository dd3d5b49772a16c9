"""The tracking token: a prefix, one digit, a user's number and a counter, at a subject's end.

The shape is that of Dynamics 365: `CRM:` and seven digits by default. It decides nothing about
records: the counter wraps, so a token is not unique and the newest match wins.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

PREFIX_CHARS = 20
BASE_MAX = 2_147_483_647
USER_DIGITS_MAX = 10
COUNTER_DIGITS_MAX = 9
SUBJECT_CHARS = 255  # MaximumSubjectLengthOnMailServer's default
EARLIER_MOST = 10  # formats that are read besides today's
FOUND_MAX = 5  # tokens of one subject that are looked up
SEARCHED_CHARS = 1_000  # of a subject, from its end
ONLINE_DIGIT = "0"  # the legacy digit that told Outlook's offline tokens (1) from the server's


@dataclass(frozen=True, slots=True)
class TokenFormat:
    """How tokens look in this organization."""

    prefix: str = "CRM:"
    base: int = 0  # added to every user's number
    user_digits: int = 3
    counter_digits: int = 3

    def __post_init__(self) -> None:
        if not 1 <= len(self.prefix) <= PREFIX_CHARS or self.prefix != self.prefix.strip():
            raise ValueError("a prefix has 1 to 20 characters and no space around it")
        if not 0 <= self.base <= BASE_MAX:
            raise ValueError("the base is from 0 to 2,147,483,647")
        if not 1 <= self.user_digits <= USER_DIGITS_MAX:
            raise ValueError("a user's number has 1 to 10 digits")
        if not 1 <= self.counter_digits <= COUNTER_DIGITS_MAX:
            raise ValueError("the counter has 1 to 9 digits")


def format_as_text(form: TokenFormat) -> str:
    """As a line in which earlier formats are kept; the base does not matter to who reads tokens."""
    return f"{form.prefix} {form.user_digits} {form.counter_digits}"


def formats_of_text(text: str) -> tuple[TokenFormat, ...]:
    """The formats of some lines, each with a prefix, a user's digits and the counter's.

    Raises `ValueError` with the line that is none, or without any where there are too many.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > EARLIER_MOST:
        raise ValueError
    return tuple(map(_format_of_line, lines))


def _format_of_line(line: str) -> TokenFormat:
    try:
        prefix, user, counter = line.split()
        return TokenFormat(prefix, 0, int(user), int(counter))
    except ValueError as error:
        raise ValueError(line) from error


def make(form: TokenFormat, number: int, counter: int) -> str:
    """The token of a user's or queue's `number`; the counter wraps at its number of digits."""
    if number < 0 or counter < 0:
        raise ValueError("numbers and counters are not negative")
    user = f"{(form.base + number) % 10**form.user_digits:0{form.user_digits}d}"
    count = f"{counter % 10**form.counter_digits:0{form.counter_digits}d}"
    return f"{form.prefix}{ONLINE_DIGIT}{user}{count}"


def append_token(subject: str, token: str, limit: int = SUBJECT_CHARS) -> str:
    """The subject with the token at its end, cut to make room; a token over the limit is dropped.

    A subject that ends with that very token is left as it is.
    """
    if len(token) > limit or not token:
        return subject[:limit]
    stripped = subject.rstrip()
    if stripped.endswith(token):
        stripped = stripped[: -len(token)].rstrip()
    room = limit - len(token) - 1
    kept = stripped[:room].rstrip() if room > 0 else ""
    return f"{kept} {token}" if kept else token


def find_tokens(subject: str, form: TokenFormat) -> tuple[str, ...]:
    """The tokens in a subject, the last first, each once."""
    found = _pattern(form).findall(subject[-SEARCHED_CHARS:])
    tokens = (f"{form.prefix}{digits}" for digits in reversed(found))
    return tuple(dict.fromkeys(tokens))[:FOUND_MAX]


def without_tokens(subject: str, form: TokenFormat) -> str:
    """The subject without any token."""
    return _pattern(form).sub(" ", subject)


@lru_cache(maxsize=32)
def _pattern(form: TokenFormat) -> re.Pattern[str]:
    """Exactly the digits of the format: one more or one less is another organization's token."""
    digits = 1 + form.user_digits + form.counter_digits
    # Some clients change case, some put a space after the colon of a prefix.
    return re.compile(rf"{re.escape(form.prefix)} ?([0-9]{{{digits}}})(?![0-9])", re.IGNORECASE)
