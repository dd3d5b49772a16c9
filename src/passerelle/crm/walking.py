"""All rows of a table, some at a time."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet


def every_key(rows: QuerySet[Any], size: int) -> Iterator[list[UUID]]:
    """The keys of these rows in their order, so many a query; of rows made meanwhile not all."""
    keys = rows.order_by("pk").values_list("pk", flat=True)
    portion = list(keys[:size])
    while portion:
        yield portion
        portion = list(keys.filter(pk__gt=portion[-1])[:size])
