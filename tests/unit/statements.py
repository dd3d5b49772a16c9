"""A process that dies at a statement of a transaction: nothing of that may stay."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

from django.db import connection

from passerelle.engine.services import Killed

_OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@contextmanager
def killed_before(nth: int) -> Iterator[None]:
    """Within the block, the nth statement is not executed, but raises `Killed`."""
    statements = count(1)

    def execute(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if not sql.startswith(_OF_TRANSACTIONS) and next(statements) == nth:
            raise Killed(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


def survives_any_kill(act: Callable[[], object], look: Callable[[], object]) -> int:
    """Let it die before each of its statements in turn, then do it; how often it died.

    After each death all must be as before.
    """
    before = look()
    for nth in count(1):
        with suppress(Killed), killed_before(nth):
            act()
            return nth - 1
        assert look() == before
    raise AssertionError
