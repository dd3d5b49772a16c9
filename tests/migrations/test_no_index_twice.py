"""No key has an index that another begins with: it would be written with every row in vain."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model, UniqueConstraint

MODELS = [one for one in apps.get_models() if one.__module__.startswith("passerelle.")]

# Of every row, and not because the column is unique.
INDEXES_OF_ONE_COLUMN = {
    "sqlite": """
        SELECT held.name FROM pragma_index_list(%s) AS made, pragma_index_info(made.name) AS held
        WHERE NOT made."unique" AND NOT made.partial
        GROUP BY made.name HAVING count(*) = 1
    """,
    "postgresql": """
        SELECT attname FROM pg_index
        JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
        WHERE indrelid = %s::regclass AND indnatts = 1 AND indpred IS NULL AND NOT indisunique
    """,
}


def keys_of(model: type[Model]) -> Iterator[ForeignKey[Model, Model]]:
    for field in model._meta.local_fields:
        if isinstance(field, ForeignKey) and not field.unique:
            yield field


def whole_indexes_of(model: type[Model]) -> Iterator[tuple[str, ...]]:
    """The fields of each index of several fields that holds every row."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None:
            yield tuple(constraint.fields)
    for index in model._meta.indexes:
        if index.condition is None:
            yield tuple(field.removeprefix("-") for field in index.fields)


def test_no_index_begins_with_that_of_a_key() -> None:
    twice = [
        f"{model.__name__}.{key.name}"
        for model in MODELS
        for key in keys_of(model)
        if key.db_index and any(one[:1] == (key.name,) for one in whole_indexes_of(model))
    ]
    assert twice == []


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_tables_have_the_indexes_that_keys_tell_of(model: type[Model]) -> None:
    """A migration that changed a key on paper alone would leave its index, or drop none."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES_OF_ONE_COLUMN[connection.vendor], [model._meta.db_table])
        made = {column for (column,) in cursor.fetchall()}
    for key in keys_of(model):
        assert (key.column in made) is key.db_index, key.name
