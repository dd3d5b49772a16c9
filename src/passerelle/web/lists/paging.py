"""Pages of a list by seeking: the next page starts after the last row shown.

The cost of a page does not grow with its number, and rows that arrive meanwhile move nothing.
A cursor is the sort value and the key of a row; whatever else stands in it is ignored.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet

PAGE_ROWS = 50
CURSOR_CHARS = 1_000

M = TypeVar("M", bound=Model)

# Of these rows, in the order of these columns, so many, beyond a place in it.
First = Callable[[QuerySet[M], Sequence[str], int, Q], list[M]]


@dataclass(frozen=True, slots=True)
class Order:
    """By which column a list is sorted; the primary key settles ties."""

    field: str
    descending: bool = False

    def columns(self, *, backwards: bool) -> list[str]:
        sign = "-" if self.descending != backwards else ""
        return [f"{sign}{self.field}", f"{sign}pk"]


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """The rows of one page, and the cursors of its neighbours ("" where there is none)."""

    rows: Sequence[M]
    after: str
    before: str


@dataclass(frozen=True, slots=True)
class Start:
    """Beyond which row a page begins (its sort value and key), and whether it goes backwards."""

    beyond: tuple[Any, Any] | None = None
    backwards: bool = False


def every(rows: QuerySet[M], order: Sequence[str], limit: int, beyond: Q) -> list[M]:
    """The first rows, whichever they are."""
    return list(rows.filter(beyond).order_by(*order)[:limit])


def page_of(
    rows: QuerySet[M],
    order: Order,
    query: Mapping[str, str],
    *,
    first: First[M] = every,
    size: int = PAGE_ROWS,
) -> Page[M]:
    """The page that `after` or `before` in the address asks for; the first one otherwise.

    `first` chooses from the rows beyond its beginning; all of them are shown otherwise.
    """

    def take(start: Start, limit: int) -> list[M]:
        columns = order.columns(backwards=start.backwards)
        return first(rows, columns, limit, _beyond(order, start))

    return page_taken(take, rows.model, order, query, size=size)


def page_taken(
    take: Callable[[Start, int], list[M]],
    model: type[M],
    order: Order,
    query: Mapping[str, str],
    *,
    size: int = PAGE_ROWS,
) -> Page[M]:
    """`page_of` over rows that `take` finds: from a start so many, in the order of the list."""
    start = _start(model, order, query)
    found = take(start, size + 1)
    more = len(found) > size
    found = found[:size]
    if start.backwards:
        found.reverse()
    return Page(
        rows=found,
        after=_cursor(order, found[-1]) if found and (more or start.backwards) else "",
        before=_cursor(order, found[0])
        if found and start.beyond is not None and (more or not start.backwards)
        else "",
    )


def _start(model: type[Model], order: Order, query: Mapping[str, str]) -> Start:
    before = query.get("before")
    position = _position(model, order, before or query.get("after") or "")
    return Start(position, backwards=bool(before)) if position is not None else Start()


def _beyond(order: Order, start: Start) -> Q:
    if start.beyond is None:
        return Q()
    sign = "lt" if order.descending != start.backwards else "gt"
    value, key = start.beyond
    # The first term says it twice, so that a database seeks in its index and does not scan it.
    within = Q(**{f"{order.field}__{sign}e": value})
    return within & (
        Q(**{f"{order.field}__{sign}": value}) | Q(**{order.field: value, f"pk__{sign}": key})
    )


def _cursor(order: Order, row: Model) -> str:
    text = json.dumps([str(getattr(row, order.field)), str(row.pk)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(model: type[Model], order: Order, cursor: str) -> tuple[Any, Any] | None:
    if not cursor or len(cursor) > CURSOR_CHARS:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        value, key = map(str, json.loads(text))
        value.encode()  # no database takes half of a surrogate pair
        if "\0" in value:  # PostgreSQL takes no NUL in a text
            return None
        sort = model._meta.get_field(order.field)
        assert isinstance(sort, Field)
        found = sort.to_python(value)
        # A moment without a zone, or one that leaves the calendar in ours, is nobody's.
        found = found.astimezone(UTC) if isinstance(found, datetime) else found
        return found, model._meta.pk.to_python(key)
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        return None
