"""Questions about a list of values, with a text that is made once, for a short list.

Django makes the text of a query anew each time; for the twenty that each batch of messages asks
that costs more than their answers. Where the list stands is seen by making the text twice, for two
short lists; there it is stretched. A list is filled up with its last value, so that there are few
lengths.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic
from uuid import UUID

from django.db import connection, connections
from django.db.models import QuerySet

from passerelle.crm.services.chunks import Wanted

_STAND_INS = 2  # values of the list that a text is made for
_SHORTEST = 8  # values: fewer lengths than one by one, for the few messages of a usual look

# A query by the list; all else in it is the same each time.
Ask = Callable[[Sequence[Any]], QuerySet[Any, Any]]


@dataclass(frozen=True, slots=True)
class _Text:
    statement: str
    values: tuple[Any, ...]  # as the driver takes them
    lists: tuple[int, ...]  # where in them the list begins, each time it stands there
    # Of the columns, by position, whose values are not yet those of their field.
    converters: dict[int, tuple[Sequence[Callable[..., Any]], Any]]


class Prepared(Generic[Wanted]):
    """One such question. For any thread; nothing is read before it is asked."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._short: dict[tuple[str, type], _Text] = {}
        self._texts: dict[tuple[str, type, int], _Text] = {}

    def rows(self, values: Sequence[Wanted]) -> list[Sequence[Any]]:
        """What a query of columns (`values_list`) gives; nothing, unasked, for no value."""
        if not values:
            return []
        text = self._text(values)
        with connection.cursor() as cursor:
            cursor.execute(text.statement, _filled(text, values))
            found: list[Sequence[Any]] = cursor.fetchall()
        return _converted(found, text) if text.converters else found

    def sql(self, values: Sequence[Wanted]) -> tuple[str, list[Any]]:
        """Statement and values for at least one value, to be put into another statement."""
        text = self._text(values)
        return text.statement, _filled(text, values)

    def _text(self, values: Sequence[Wanted]) -> _Text:
        length, kind = _length(len(values)), type(values[0])
        key = connection.vendor, kind, length
        text = self._texts.get(key)
        if text is None:
            short = self._short.get((connection.vendor, kind)) or _made(self._ask, kind)
            self._short[connection.vendor, kind] = short
            text = self._texts[key] = _stretched(short, length)
        return text


def _length(count: int) -> int:
    """The length that a list is filled up to: a power of two."""
    return max(_SHORTEST, 1 << (count - 1).bit_length())


def _filled(text: _Text, values: Sequence[Wanted]) -> list[Any]:
    items = _as_driver_takes(values)
    length = _length(len(items))
    items += [items[-1]] * (length - len(items))
    filled = list(text.values)
    for start in text.lists:
        filled[start : start + length] = items
    return filled


def _as_driver_takes(values: Sequence[Any]) -> list[Any]:
    if isinstance(values[0], UUID) and not connection.features.has_native_uuid_field:
        return [value.hex for value in values]
    return list(values)


def _made(ask: Ask, kind: type) -> _Text:
    """The text for a short list of this kind. Raises ValueError for a list that is torn."""
    here = connections[connection.alias]  # asked for each value; the proxy costs as much again
    one, other = (list(_stand_ins(kind, start)) for start in (1, _STAND_INS + 1))
    compiler = ask(one).query.get_compiler(connection=here)
    statement, values = compiler.as_sql()
    _, others = ask(other).query.get_compiler(connection=here).as_sql()
    places = [at for at, (a, b) in enumerate(zip(values, others, strict=True)) if a != b]
    lists = tuple(places[::_STAND_INS])
    whole = [at for start in lists for at in range(start, start + _STAND_INS)]
    pieces = statement.split("%s")
    if places != whole or len(pieces) != len(values) + 1:
        raise ValueError(f"the list is torn in {statement[:100]}")
    columns = (column for column, *_ in compiler.select[: compiler.col_count])
    return _Text(statement, tuple(values), lists, compiler.get_converters(columns))


def _stretched(text: _Text, length: int) -> _Text:
    """The same for lists of this length."""
    pieces, values = text.statement.split("%s"), list(text.values)
    for start in reversed(text.lists):
        pieces[start + 1 : start + _STAND_INS] = [pieces[start + 1]] * (length - 1)
        values[start : start + _STAND_INS] = [None] * length
    more = length - _STAND_INS
    lists = tuple(start + at * more for at, start in enumerate(text.lists))
    return _Text("%s".join(pieces), tuple(values), lists, text.converters)


def _stand_ins(kind: type, start: int) -> Iterator[Any]:
    for number in range(start, start + _STAND_INS):
        if kind is UUID:
            yield UUID(int=number)
        elif kind is bytes:
            yield number.to_bytes(8)
        else:
            yield kind(number)


def _converted(rows: list[Sequence[Any]], text: _Text) -> list[Sequence[Any]]:
    made = [list(row) for row in rows]
    for at, (functions, column) in text.converters.items():
        for row in made:
            for function in functions:
                row[at] = function(row[at], column, connection)
    return list(map(tuple, made))
