"""A value that cannot print itself: passwords, tokens, keys.

It never appears in a log, an error, a page or a `repr`; whoever needs the text asks for it by
name, and that call is easy to find.
"""

from dataclasses import dataclass, field
from typing import NoReturn


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that only `reveal()` gives out. Equality compares the text."""

    _text: str = field(repr=False)

    def reveal(self) -> str:
        """The text itself; call it where it is put on the wire and nowhere else."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __str__(self) -> str:
        return "••••••••"

    def __repr__(self) -> str:
        return "Secret(••••••••)"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled: pass the credential's key instead")
