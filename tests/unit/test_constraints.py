"""Check constraints decided without the database: the same verdict as its own, for all there are.

Not by chosen records: by each combination of values that the condition tells apart.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from passerelle.constraints import CheckConstraint
from passerelle.crm.models import Account, Contact

Model = type[models.Model]
ALL = {
    f"{model.__name__}-{check.name}": (model, check)
    for model in apps.get_models()
    for check in model._meta.constraints
    if isinstance(check, models.CheckConstraint)
}


def compared(condition: Any) -> Iterator[tuple[str, Any]]:
    """The field and the value of each comparison."""
    if isinstance(condition, Q):
        for part in condition.children:
            yield from compared(part)
    else:
        yield condition[0].partition("__")[0], condition[1]


def values_of(field: Any, wanted: list[Any]) -> set[Any]:
    """Each that some comparison names, others, and none."""
    if field.is_relation:
        return {None, UUID(int=7) if isinstance(field.target_field, models.UUIDField) else 7}
    named = {one for value in wanted for one in (value if isinstance(value, list) else [value])}
    if isinstance(field, models.BooleanField):
        return {None, True, False}
    if isinstance(field, models.IntegerField):
        return {None, 99, *named, *(one + 1 for one in named)}
    if isinstance(field, models.CharField):
        return {None, "", "nobody", *(one.upper() for one in named), *named}
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    return {None, noon.time() if isinstance(field, models.TimeField) else noon}


def cases(model: Model, condition: Any) -> tuple[list[Any], list[tuple[Any, ...]]]:
    wanted: dict[str, list[Any]] = {}
    for name, value in compared(condition):
        wanted.setdefault(name, []).append(value)
    fields = [model._meta.get_field(name) for name in wanted]
    values = [values_of(field, wanted[field.name]) for field in fields]
    return fields, list(product(*values))


def refused_by_the_database(
    model: Model, check: models.CheckConstraint, fields: list[Any], rows: list[tuple[Any, ...]]
) -> set[int]:
    """By the text that the table is made with."""
    editor = connection.SchemaEditorClass(connection)
    made_of: Any = check
    text = made_of._get_check_sql(model, editor).replace("%", "%%")
    cast = ", ".join(f"CAST(%s AS {field.db_type(connection)})" for field in fields)
    names = ", ".join(f'"{field.column}"' for field in fields)
    made = ", ".join(f"({number}, {cast})" for number in range(len(rows)))
    stored = [
        field.get_db_prep_value(value, connection)
        for row in rows
        for field, value in zip(fields, row, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH cases(number, {names}) AS (VALUES {made})"
            f" SELECT number FROM cases WHERE NOT ({text})",
            stored,
        )
        return {number for (number,) in cursor.fetchall()}


def refuses(check: models.CheckConstraint, record: models.Model, *exclude: str) -> bool:
    try:
        check.validate(type(record), record, exclude=set(exclude))
    except ValidationError:
        return True
    return False


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("name", ALL)
def test_each_is_decided_as_the_database_does_and_without_it(
    name: str, django_assert_num_queries: Any
) -> None:
    model, check = ALL[name]
    fields, rows = cases(model, check.condition)
    with django_assert_num_queries(0):
        refused = {
            number for number, row in enumerate(rows) if refuses(check, _record(model, fields, row))
        }
    assert refused == refused_by_the_database(model, check, fields, rows)
    assert 0 < len(refused) < len(rows)


def _record(model: Model, fields: list[Any], row: tuple[Any, ...]) -> models.Model:
    return model(**{field.attname: value for field, value in zip(fields, row, strict=True)})


def test_all_of_them_are_of_this_kind_and_migrations_name_djangos() -> None:
    assert len(ALL) > 100
    for _, check in ALL.values():
        assert isinstance(check, CheckConstraint)
        path, _, named = check.deconstruct()
        djangos = models.CheckConstraint(**named)
        assert path == "django.db.models.CheckConstraint"
        assert (check, djangos) == (djangos, check)


@pytest.mark.parametrize(
    ("condition", "exclude", "refused"),
    [
        (Q(name="Acme"), (), True),
        (Q(name="Acme"), ("name",), False),
        (Q(name="Acme") & Q(statecode=0), ("statecode",), False),  # as Django has it
        (~Q(name="Works"), (), True),
        (~(Q(name="Works") | Q(statecode=1)), (), True),
        (Q(name="Works") ^ Q(statecode=0), (), True),
        (Q(name=F("email_address1")), (), True),
        (Q(name__startswith="W"), (), False),
        (Q(Exact(Length("name"), 4)), (), True),
    ],
)
@pytest.mark.django_db
@pytest.mark.database
def test_what_is_not_known_here_the_database_decides(
    condition: Q, exclude: tuple[str, ...], refused: bool
) -> None:
    check = CheckConstraint(condition=condition, name="probe")
    djangos = models.CheckConstraint(condition=condition, name="probe")
    record = Account(name="Works", statecode=0)
    assert refuses(check, record, *exclude) is refuses(djangos, record, *exclude) is refused


def test_what_is_against_one_says_so_as_django_does() -> None:
    check = next(one for one in Contact._meta.constraints if one.name == "contact_state")
    record = Contact(statecode=7)
    with pytest.raises(ValidationError) as refused:
        check.validate(Contact, record)
    assert refused.value.messages == [check.get_violation_error_message()]
    assert refused.value.code == check.violation_error_code
