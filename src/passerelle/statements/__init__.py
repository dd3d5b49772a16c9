"""A few statements of one transaction at once: for what is done for every single email.

PostgreSQL gets them in one journey, prepared when a connection asks them for the first time: to
plan a question of seven tables anew costs more than to answer it, and each journey costs both
sides more than its statement. What is done once a batch or a page goes through Django as usual.
SQLite is in the process, and keeps the texts that it has read by itself.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import connection, connections

from passerelle.statements.values import Answer, Statement

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["Answer", "Statement", "run_together"]


def run_together(statements: Sequence[Statement]) -> list[Answer]:
    """Run them in this order, each seeing what the one before did; an answer for each.

    In the caller's transaction: none is left out because of what another one answered. Raises
    what Django raises for the first that fails; the rest is not run then.
    """
    here = connections[connection.alias]  # the proxy would be asked a dozen times
    if here.vendor != "postgresql" or here.queries_logged or here.execute_wrappers:
        return _one_by_one(here, statements)  # who listens to Django hears these, too
    from passerelle.statements.postgresql import in_one_journey  # the driver is loaded there only

    here.ensure_connection()
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        return in_one_journey(here.connection, statements)


def _one_by_one(here: "BaseDatabaseWrapper", statements: Sequence[Statement]) -> list[Answer]:
    answers = []
    with here.cursor() as cursor:
        for one in statements:
            cursor.execute(one.text, one.values)
            rows = cursor.fetchall() if cursor.description else ()
            answers.append(Answer(rows, cursor.rowcount))
    return answers
