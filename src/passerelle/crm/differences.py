"""How far a table that is worked out from the records is from what they say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Differences:
    """How many rows the table lacks, and how many it has too many."""

    lacking: int = 0
    surplus: int = 0

    def __add__(self, other: "Differences") -> "Differences":
        return Differences(self.lacking + other.lacking, self.surplus + other.surplus)

    def __bool__(self) -> bool:
        return bool(self.lacking or self.surplus)
