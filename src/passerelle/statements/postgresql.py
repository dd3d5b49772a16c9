"""Statements to PostgreSQL in one journey, by the pipeline of its protocol.

psycopg's own pipeline sends each statement by itself and looks for answers after each, so that it
saves no journey and hardly any CPU. This speaks through its wrapper of libpq instead.
PostgreSQL's manual, 34.5 ("Pipeline Mode") and 55.2.3 ("Extended Query").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Connection, errors, generators
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from passerelle.statements.values import Answer, Statement

Driver = Connection[Any]
Key = tuple[str, tuple[int, ...]]  # a text, and the types of its values

# A prepared statement is gone, or there already (a pooler gave the connection to somebody else),
# or answers in other columns than before (a table was changed): it has to be prepared anew.
STALE = frozenset({"26000", "42P05", "0A000"})
SUCCESS = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})

_prepared: WeakKeyDictionary[Driver, dict[Key, bytes]] = WeakKeyDictionary()
_numbers = count()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement as the server gets it."""

    key: Key
    name: bytes
    is_new: bool  # prepared in the same journey
    values: Sequence[Buffer | None]
    formats: Sequence[Format]


def in_one_journey(driver: Driver, statements: Sequence[Statement]) -> list[Answer]:
    """Run them in a transaction, which is begun if none is. Raises what the driver raises."""
    names = _prepared.setdefault(driver, {})
    ready = _made_ready(driver, names, statements)
    begins = not driver.autocommit and driver.info.transaction_status == TransactionStatus.IDLE
    awaited = begins + sum(1 + one.is_new for one in ready)
    server = driver.pgconn
    server.enter_pipeline_mode()
    try:
        if begins:
            server.send_query_params(b"BEGIN", None)
        for one in ready:
            _put(server, one)
        server.pipeline_sync()
        results = driver.wait(_exchange(server, awaited))
    except BaseException:
        driver.close()  # whoever came next would read the rest of these answers
        raise
    finally:
        if server.status == ConnStatus.OK:
            server.exit_pipeline_mode()
    _require_success(driver, names, results[:awaited], awaited)
    names.update((one.key, one.name) for one in ready)  # they outlive the transaction
    return _answers(driver, ready, results[begins:])


def _made_ready(
    driver: Driver, names: dict[Key, bytes], statements: Sequence[Statement]
) -> list[_Ready]:
    ready, new = [], dict[Key, bytes]()
    for one in statements:
        values = Transformer(driver)
        dumped = values.dump_sequence(one.values, [PyFormat.AUTO] * len(one.values))
        key = one.text, tuple(values.types or ())
        name = names.get(key) or new.get(key)
        is_new = name is None
        if name is None:
            name = new[key] = f"passerelle_{next(_numbers)}".encode()
        ready.append(_Ready(key, name, is_new, dumped, values.formats or ()))
    return ready


def _put(server: PGconn, one: _Ready) -> None:
    """Into what is sent when it is whole."""
    text, types = one.key
    if one.is_new:
        first, *others = text.split("%s")
        numbered = first + "".join(f"${at}{piece}" for at, piece in enumerate(others, 1))
        server.send_prepare(one.name, numbered.encode(), types)
    server.send_query_prepared(one.name, one.values, one.formats)


def _exchange(server: PGconn, awaited: int) -> PQGen[list[PGresult]]:
    """Send all; so many results. What comes behind one that failed is not run."""
    yield from generators.send(server)
    results: list[PGresult] = []
    for _ in range(awaited + 1):  # the last one says that there are no more
        results += yield from generators.fetch_many(server)
    return results


def _require_success(
    driver: Driver, names: dict[Key, bytes], results: Sequence[PGresult], awaited: int
) -> None:
    for result in results:
        if result.status not in SUCCESS:
            error = errors.error_from_result(result, driver.info.encoding)
            if error.sqlstate in STALE:
                names.clear()
            raise error
    if len(results) < awaited:
        raise errors.OperationalError("the connection was lost")


def _answers(driver: Driver, ready: Sequence[_Ready], results: Iterable[PGresult]) -> list[Answer]:
    coming, answers = iter(results), []
    for one in ready:
        if one.is_new:
            next(coming)
        answers.append(_answer(driver, next(coming)))
    return answers


def _answer(driver: Driver, result: PGresult) -> Answer:
    rows: Sequence[Sequence[Any]] = ()
    if result.ntuples:
        values = Transformer(driver)
        values.set_pgresult(result)
        rows = values.load_rows(0, result.ntuples, tuple)
    return Answer(rows, result.command_tuples or 0)
