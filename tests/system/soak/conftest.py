"""An installation with its servers, all of which can be switched off and on under it."""

import contextlib
import os
import pwd
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from tests.system.servers import dovecot, smtp_server
from tests.system.servers.ports import free_port
from tests.system.servers.postgresql import DATABASE, postgresql
from tests.system.servers.processes import hand_over, short_folder, unprivileged
from tests.system.soak.disk import Disk, small_disk
from tests.system.soak.installation import Installation, person
from tests.system.soak.stage import first_password, name_of
from tests.system.soak.world import Switch, World

DISK_MEGABYTES = 1024  # of memory, of which only what is written is used, and all once filled
MakeWorld = Callable[..., AbstractContextManager[World]]


@pytest.fixture
def make_world(tmp_path: Path) -> MakeWorld:
    """Makes a world on `store`, with so many mailboxes, each looked into every so many seconds."""

    @contextlib.contextmanager
    def make(store: str, *, mailboxes: int, polling: int, seed: int) -> Iterator[World]:
        users = {name_of(number): first_password(number) for number in range(mailboxes)}
        with ExitStack() as things:
            imap = things.enter_context(dovecot.laid_out(users))
            disk = things.enter_context(small_disk(DISK_MEGABYTES))
            installation, database = things.enter_context(_store(store, disk, tmp_path))
            smtp = smtp_server.SmtpServer(free_port(), {}, None)
            ports = str(imap.ports["imaps"]), str(smtp.port)
            authority = str(imap.certificates.authority)
            installation.do("prepare", str(mailboxes), *ports, authority, str(polling))
            world = World(
                installation=installation,
                imap=imap,
                imap_power=Switch(lambda: dovecot.serving(imap)),
                smtp=smtp,
                smtp_power=Switch(lambda: smtp_server.serving(smtp)),
                disk=disk,
                database=database,
                person=things.enter_context(person(installation)),
                mailboxes=mailboxes,
                chance=random.Random(seed),
            )
            things.callback(world.imap_power.off)
            things.callback(world.smtp_power.off)
            yield world

    return make


@contextlib.contextmanager
def _store(
    store: str, disk: Disk, folder: Path
) -> Iterator[tuple[Installation, Switch[Any] | None]]:
    """The database lies on the small disk: SQLite's home, or PostgreSQL's tables without its log.

    PostgreSQL stops when it cannot write its log, which is another trouble.
    """
    home = folder / "home"
    home.mkdir()
    if store == "sqlite":
        yield Installation(disk.folder / "home", folder), None
        return
    owner, port = unprivileged("postgres"), free_port()
    with short_folder(owner) as cluster:
        database = Switch(lambda: postgresql(data=cluster / "data", port=port))
        try:
            _move_tables(database.now.url, disk, owner)
            yield Installation(home, folder, database.now.url), database
        finally:
            database.off()


def _move_tables(url: str, disk: Disk, owner: pwd.struct_passwd) -> None:
    tables = disk.folder / "tables"
    tables.mkdir()
    hand_over(tables, owner)
    other = f"{url.rpartition('/')[0]}/postgres"
    with psycopg.connect(other, autocommit=True) as server:
        place = sql.Literal(os.fspath(tables))
        server.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(place))
        name = sql.Identifier(DATABASE)
        server.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE small").format(name))
