"""Whether the database has the shape that this version needs."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from passerelle.faults.store import DatabaseOutdated


def steps_behind() -> int:
    """How many migrations are not applied yet."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def require_up_to_date() -> None:
    """Raise `DatabaseOutdated` when it is behind."""
    behind = steps_behind()
    if behind:
        raise DatabaseOutdated(count=behind)
