"""What a fixture stored, to be put back for each further test that wants the same.

Services that make a small company cost tenths of a second; putting back its rows costs a few
thousandths. Only for tests whose transaction is rolled back, and for what stands in the tables of
our models. Other rows of the test are left alone.
"""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

T = TypeVar("T")
Model = type[models.Model]
Row = tuple[Any, ...]
Rows = dict[Model, dict[Row, Row]]  # of each table, by primary key


@dataclass(frozen=True, slots=True)
class StoredRows:
    """What came into our tables while something was made, and what went or was replaced."""

    added: Rows
    gone: Rows
    since: datetime
    until: datetime

    def put_back(self, passed: timedelta = timedelta()) -> None:
        """Do the same again; the times since the making are by so much later."""
        # As one: keys may point to rows that follow.
        with transaction.atomic(), connection.cursor() as cursor:
            for model, rows in self.gone.items():
                same = " AND ".join(f"{_quoted(one)} = %s" for one in model._meta.pk_fields)
                cursor.executemany(f"DELETE FROM {_table(model)} WHERE {same}", list(rows))
                assert cursor.rowcount == len(rows), "it was made over rows of its test"
            for model, rows in self.added.items():
                signs = ", ".join(["%s"] * len(_fields(model)))
                cursor.executemany(
                    f"INSERT INTO {_table(model)} ({_columns(model)}) VALUES ({signs})",
                    self._later(model, rows.values(), passed),
                )

    def _later(self, model: Model, rows: Iterable[Row], passed: timedelta) -> list[Row]:
        times = [isinstance(one, models.DateTimeField) for one in _fields(model)]
        return [
            tuple(
                self._moved(value, passed) if is_time and value is not None else value
                for value, is_time in zip(row, times, strict=True)
            )
            for row in rows
        ]

    def _moved(self, value: datetime, passed: timedelta) -> Any:
        moment = aware(value)
        if moment < self.since:
            return value
        return connection.ops.adapt_datetimefield_value(moment + passed)


@dataclass
class MadeOnce(Generic[T]):
    """What `make` returns and stores: made for the first test of a process, put back for others.

    Work that was due five minutes after the making is due five minutes after it is put back: all
    times since the making move along, in the rows and in the records that are returned.
    """

    make: Callable[[], T]
    _kept: list[tuple[T, StoredRows]] = field(default_factory=list)

    def again(self) -> T:
        """The same once more, in the transaction of a test."""
        if not self._kept:
            self._kept.append(recorded(self.make))
            return deepcopy(self._kept[0][0])
        made, rows = self._kept[0]
        passed = timezone.now() - rows.until
        rows.put_back(passed)
        copies: dict[int, Any] = {}
        copy = deepcopy(made, copies)
        for one in copies.values():
            if isinstance(one, models.Model):
                _move_times(one, rows.since, passed)
        return copy


def recorded(make: Callable[[], T]) -> tuple[T, StoredRows]:
    """What `make` returned, and what it did to our tables."""
    since, before = timezone.now(), _all_rows()
    made = make()
    until = timezone.now()
    after = _all_rows()
    added, gone = _missing_in(before, after), _missing_in(after, before)
    return made, StoredRows(added, gone, since, until)


def aware(moment: datetime) -> datetime:
    """A moment as a row holds it: SQLite keeps UTC and does not say so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _all_rows() -> Rows:
    found: Rows = {}
    ours = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("passerelle.")
    ]
    with connection.cursor() as cursor:
        for model in ours:
            cursor.execute(f"SELECT {_columns(model)} FROM {_table(model)}")
            places = [_fields(model).index(one) for one in model._meta.pk_fields]
            rows = cursor.fetchall()
            found[model] = {tuple(row[place] for place in places): row for row in rows}
    return found


def _missing_in(some: Rows, others: Rows) -> Rows:
    """The rows of `others` that `some` does not hold as they are."""
    missing = {
        model: {pk: row for pk, row in rows.items() if some[model].get(pk) != row}
        for model, rows in others.items()
    }
    return {model: rows for model, rows in missing.items() if rows}


def _move_times(record: models.Model, since: datetime, passed: timedelta) -> None:
    for one in record._meta.concrete_fields:
        moment = record.__dict__.get(str(one.attname))
        if isinstance(moment, datetime) and moment >= since:
            setattr(record, str(one.attname), moment + passed)


def _fields(model: Model) -> "list[models.Field[Any, Any]]":
    return list(model._meta.local_concrete_fields)


def _table(model: Model) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(model: Model) -> str:
    return ", ".join(_quoted(one) for one in _fields(model))


def _quoted(column: "models.Field[Any, Any]") -> str:
    return connection.ops.quote_name(str(column.column))
