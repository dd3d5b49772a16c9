"""Snapshots of PostgreSQL by its own pg_dump, pg_restore and psql, all in one exported moment.

A restore is one transaction: it drops what is there, makes what the backup holds, counts, and
marks the copy; broken off anywhere, the database is as it was before. Extensions and what belongs
to them stay, and it breaks off where something of another schema depends on our tables.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from passerelle.engine.services import crash_point
from passerelle.faults.store import DatabaseGone
from passerelle.faults.upkeep import BackupNotWritten, DumpProgramFailed, DumpProgramMissing
from passerelle.upkeep.backup.contents import Contents, Progress, Thing

LOOK_SECONDS = 0.5
ANSWER_CHARS = 300
PARTS = ("USER", "PASSWORD", "HOST", "PORT")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
# What stands in the schema by itself, by its name as DROP takes it: no extension and no part of
# one, and no part of another thing, such as the sequence of a column.
CONTENTS = """
    SELECT one.type, one.name, one.identity
    FROM pg_depend AS member, pg_identify_object(member.classid, member.objid, 0) AS one
    WHERE member.refclassid = 'pg_namespace'::regclass
        AND member.refobjid = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        AND member.deptype = 'n'
        AND member.classid <> 'pg_extension'::regclass
        AND NOT EXISTS (
            SELECT FROM pg_depend AS part
            WHERE part.classid = member.classid AND part.objid = member.objid
                AND part.objsubid = 0 AND part.deptype IN ('a', 'e', 'i')
        )
    ORDER BY one.type, one.identity
"""


class PostgresqlSnapshots:
    """Of the database of these settings of Django, in which tables of these names are ours."""

    make = "postgresql"

    def __init__(self, settings: Mapping[str, Any], ours: Collection[str]) -> None:
        self._settings = settings
        self._ours = ours

    def take(self, target: Path, progress: Progress) -> Mapping[str, int]:
        program = _program("pg_dump")
        with self._connected() as server, server.transaction():
            server.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            moment = server.execute("SELECT pg_export_snapshot()").fetchone()
            assert moment is not None
            counts = _counts(server)
            command = [
                program, "--format=custom", "--no-owner", "--no-privileges", "--compress=0",
                f"--snapshot={moment[0]}", f"--file={target}",
            ]  # fmt: skip
            self._run(command, lambda: progress(_size(target), 0))
        return counts

    @contextmanager
    def rehearsal(self, source: Path, folder: Path) -> Iterator[Mapping[str, str]]:
        name = f"passerelle_rehearsal_{secrets.token_hex(4)}"
        restore = _program("pg_restore")
        with self._connected() as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            options = ["--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={name}"]
            self._run([restore, *options, str(source)])
            yield {
                "PASSERELLE_HOME": str(folder),
                "PASSERELLE_DATABASE_URL": self._url(name),
            }
        finally:
            with self._connected() as server:
                statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                server.execute(statement.format(sql.Identifier(name)))

    def _url(self, name: str) -> str:
        given = {key: quote(str(self._settings.get(key) or ""), safe="") for key in PARTS}
        login = given["USER"] + (f":{given['PASSWORD']}" if given["PASSWORD"] else "")
        port = f":{given['PORT']}" if given["PORT"] else ""
        return f"postgresql://{login}@{given['HOST']}{port}/{name}"

    def contents(self) -> Contents:
        ours: list[Thing] = []
        foreign: list[Thing] = []
        with self._connected() as server:
            for kind, name, written in server.execute(CONTENTS).fetchall():
                is_ours = kind == "table" and name in self._ours
                (ours if is_ours else foreign).append(Thing(kind, written))
        return Contents(tuple(ours), tuple(foreign))

    def put(self, source: Path, *, counts: Mapping[str, int], removed: Contents) -> None:
        restore, psql = _program("pg_restore"), _program("psql")
        with tempfile.TemporaryDirectory(dir=source.parent) as folder:
            script, last = Path(folder) / "database.sql", Path(folder) / "last.sql"
            command = [restore, "--no-owner", "--no-privileges", f"--file={script}", str(source)]
            self._run(command)
            last.write_text(_last_statements(counts), encoding="utf-8")
            first = Path(folder) / "first.sql"
            first.write_text(_drops(removed), encoding="utf-8")
            crash_point("restore.before-swap")
            command = [
                psql, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
                f"--file={first}", f"--file={script}", f"--file={last}",
            ]  # fmt: skip
            self._run(command)
            crash_point("restore.after-swap")

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """A connection of its own: Django's are ended when they stand still in a transaction."""
        names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
        given = {
            theirs: self._settings[ours]
            for ours, theirs in (names | {"PORT": "port"}).items()
            if self._settings.get(ours)
        }
        try:
            with psycopg.connect(**given, autocommit=True, connect_timeout=10) as server:
                yield server
        except psycopg.Error as error:
            raise DatabaseGone(answer=" ".join(str(error).split())[:ANSWER_CHARS]) from error

    def _run(self, command: list[str], look: Any = None) -> None:
        """Run a program of PostgreSQL, which gets its password by the environment."""
        names = {"NAME": "PGDATABASE", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
        names |= {"HOST": "PGHOST", "PORT": "PGPORT"}
        given = {
            theirs: str(self._settings[ours])
            for ours, theirs in names.items()
            if self._settings.get(ours)
        }
        try:
            with tempfile.TemporaryFile() as said:
                process = subprocess.Popen(
                    command,
                    env=os.environ | given | {"PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"},
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                )
                try:
                    status = _awaited(process, look)
                finally:
                    process.kill()
                    process.wait()
                said.seek(0)
                answer = said.read().decode("utf-8", "replace")
        except OSError as error:
            raise BackupNotWritten(file=command[0], answer=str(error)) from error
        if status:
            words = " ".join(answer.split())[:ANSWER_CHARS] or str(status)
            raise DumpProgramFailed(program=Path(command[0]).name, answer=words)


def _awaited(process: "subprocess.Popen[bytes]", look: Any) -> int:
    while True:
        try:
            return process.wait(LOOK_SECONDS if look else None)
        except subprocess.TimeoutExpired:
            look()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise DumpProgramMissing(program=name)
    return found


def _counts(server: psycopg.Connection[tuple[Any, ...]]) -> dict[str, int]:
    counts = {}
    for (name,) in server.execute(TABLES).fetchall():
        statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
        row = server.execute(statement).fetchone()
        assert row is not None
        counts[str(name)] = int(row[0])
    return counts


def _drops(removed: Contents) -> str:
    """What begins the restore's transaction. Our tables go in one statement, as they have keys to
    each other and nothing else may depend on them.
    """
    drops = [f"DROP {kind} IF EXISTS {name} CASCADE;\n" for kind, name in removed.foreign]
    if removed.ours:
        drops.append(f"DROP TABLE {', '.join(one.name for one in removed.ours)};\n")
    return "".join(drops)


def _last_statements(counts: Mapping[str, int]) -> str:
    """What ends the restore's transaction: counts that differ break it off."""
    checks = "".join(
        f"SELECT 1 / (count(*) = {int(count)})::int FROM public.{_quoted(name)};\n"  # noqa: S608
        for name, count in sorted(counts.items())
    )
    return f"\\o /dev/null\n{checks}UPDATE public.systemsettings SET iscopy = true;\n"  # noqa: S608


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
