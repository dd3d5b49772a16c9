"""What becomes of the fields of two records that are merged. Pure: over values, not over tables.

The master's value stays, field by field, unless a person takes the other's; where the master has
none, the other's is proposed. Addresses are no such choice: all of them are kept.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from passerelle.messages import key_of

Values = Mapping[str, Any]  # by the name of a field
FIRST_ADDRESS = "email_address1"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the two records differ; "" or None is no value."""

    name: str
    ours: Any  # the master's
    theirs: Any

    @property
    def fills(self) -> bool:
        """Whether the other has what the master lacks."""
        return not self.ours


@dataclass(frozen=True, slots=True)
class Addresses:
    """What the columns hold afterwards, and which addresses they have no room for."""

    columns: tuple[str, ...]
    further: tuple[str, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """All of them."""
        return (*filter(None, self.columns), *self.further)


def differences(ours: Values, theirs: Values) -> list[Difference]:
    """The fields, in their order, in which the other says something else than the master."""
    return [
        Difference(name, value, theirs[name])
        for name, value in ours.items()
        if theirs[name] and theirs[name] != value
    ]


def taken_by_itself(found: Collection[Difference]) -> frozenset[str]:
    """What is taken from the other where nobody chooses."""
    return frozenset(one.name for one in found if one.fills)


def addresses_after(
    ours: Sequence[str], theirs: Sequence[str], *, room: int, theirs_first: bool
) -> Addresses:
    """Every address once: the master's, then the other's, whose first one may go before all."""
    ordered = [*theirs[:1], *ours, *theirs] if theirs_first else [*ours, *theirs]
    by_key: dict[str, str] = {}
    for address in filter(None, ordered):
        by_key.setdefault(key_of(address), address)
    kept = tuple(by_key.values())
    columns = kept[:room] + ("",) * (room - len(kept))
    return Addresses(columns, kept[room:])
