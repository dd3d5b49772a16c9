"""What a database holds besides rows, as a backup names and counts it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

Progress = Callable[[int, int], None]  # done, of all; zero of zero where that is unknown


class Thing(NamedTuple):
    """A table, view, function and so on, by its name as SQL writes it."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands where a database would be put, without the parts of each thing."""

    ours: tuple[Thing, ...] = ()
    foreign: tuple[Thing, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ours or self.foreign)
