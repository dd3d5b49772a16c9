"""Runs the migrations on the database of this process, and tells what they did.

As a program (`python -m passerelle.upkeep.migrating`) it does so in the environment of a rehearsal
and prints one line of JSON.
"""

import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field

import django

# Tables that Django fills itself after each migration.
DJANGOS = {"django_migrations", "django_content_type", "auth_permission"}


@dataclass(frozen=True, slots=True)
class Report:
    """What the migrations did: steps as `app.name`, and tables whose rows became others."""

    steps: list[str]
    seconds: float
    tables_made: list[str] = field(default_factory=list)
    tables_removed: list[str] = field(default_factory=list)
    rows_changed: dict[str, list[int]] = field(default_factory=dict)  # before, after


def migrate_here() -> Report:
    """Migrate and check every constraint. Raises what Django raises."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    before, started = row_counts(), time.monotonic()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    call_command("migrate", interactive=False, verbosity=0)
    connection.check_constraints()
    after = row_counts()
    both = (before.keys() & after.keys()) - DJANGOS
    return Report(
        steps=[f"{step.app_label}.{step.name}" for step, _ in plan],
        seconds=time.monotonic() - started,
        tables_made=sorted(after.keys() - before.keys()),
        tables_removed=sorted(before.keys() - after.keys()),
        rows_changed={
            name: [before[name], after[name]]
            for name in sorted(both)
            if before[name] != after[name]
        },
    )


def row_counts() -> dict[str, int]:
    """Rows a table, as it is now."""
    from django.db import connection

    with connection.cursor() as cursor:
        counts = {}
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
            counts[name] = int(cursor.fetchone()[0])
        return counts


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passerelle.site.settings")
    django.setup()
    sys.stdout.write(json.dumps(asdict(migrate_here())) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
