"""What a restore removes from a PostgreSQL where others put something too, and what it refuses."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.system.servers.postgresql import postgresql
from tests.system.upkeep.place import Place
from tools.test import FAST

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.database,
    pytest.mark.only_on("postgresql"),
]
FOREIGN = {
    "aggregate": "CREATE AGGREGATE public.largest(integer) (SFUNC = int4larger, STYPE = integer)",
    "function": "CREATE FUNCTION public.seen() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RETURN new; END $$",
    "materialized view": "CREATE MATERIALIZED VIEW public.counted AS SELECT count(*) FROM email",
    "procedure": "CREATE PROCEDURE public.nothing() LANGUAGE sql AS 'SELECT 1'",
    "sequence": "CREATE SEQUENCE public.bills",
    "table": 'CREATE TABLE public."Their ""own"" table" (number serial, word text)',
    "type": "CREATE TYPE public.mood AS ENUM ('good', 'bad')",
    "view": "CREATE VIEW public.report AS SELECT activityid, subject FROM email",
}
PARTS = (
    "CREATE TRIGGER seen AFTER INSERT ON email FOR EACH ROW EXECUTE FUNCTION public.seen()",
    "CREATE DOMAIN public.positive AS integer CHECK (value > 0)",
    "CREATE TYPE public.pair AS (first integer, second text)",
    "ALTER TABLE email ADD COLUMN mood public.mood",
    "CREATE EXTENSION citext",
)
LEFT = """
    SELECT relkind::text || ' ' || relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'S', 'r')
    UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
        AND typtype IN ('e', 'd', 'c')
        AND typrelid NOT IN (SELECT oid FROM pg_class WHERE relkind <> 'c')
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'routine ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
"""
TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind IN ('r', 'S') AND relnamespace = 'public'::regnamespace
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An installation on a PostgreSQL of its own, from which those of the tests are copied."""
    with postgresql(settings=FAST) as server:
        place = Place(tmp_path_factory.mktemp("home"), server.url)
        place.manage("migrate")
        yield place


@pytest.fixture(scope="module")
def file(original: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of what was there before others came."""
    file = tmp_path_factory.mktemp("backups") / "one.backup"
    original.told("backup", str(file))
    return file


@pytest.fixture
def place(original: Place, file: Path) -> Place:
    """As the original was when it was backed up."""
    name = f"copy_{secrets.token_hex(4)}"
    server, _, template = original.url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as maintenance:
        maintenance.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return Place(original.home, f"{server}/{name}")


def do(place: Place, *statements: str) -> None:
    with psycopg.connect(place.url) as server:
        for statement in statements:
            server.execute(statement.encode())


def names(place: Place, statement: str) -> set[Any]:
    with psycopg.connect(place.url) as server:
        return {name for (name,) in server.execute(statement.encode())}


def test_all_that_is_ours_goes_and_the_backup_stands_alone(place: Place, file: Path) -> None:
    before = names(place, TABLES)
    done = place.told("restore", "--replace", str(file))
    assert "table public.email" in done["replaced"]
    assert len(done["replaced"]) == len(done["counts"])
    assert done["removed"] == []
    assert names(place, TABLES) == before
    assert names(place, LEFT) == set()


def test_what_others_put_there_is_named_and_goes_only_when_told(place: Place, file: Path) -> None:
    before = names(place, TABLES)
    do(place, *FOREIGN.values(), *PARTS)
    there = names(place, TABLES) | names(place, LEFT)
    refused = place.passerelle("restore", "--replace", str(file))
    assert refused.returncode != 0
    assert "PSR-UPK-023" in refused.stderr
    assert "function public.seen()" in refused.stderr
    assert names(place, TABLES) | names(place, LEFT) == there

    done = place.passerelle("restore", "--replace-all", str(file))
    assert done.returncode == 0, done.stderr
    (told,) = (line for line in done.stdout.splitlines() if line.startswith("Removed, too: "))
    things = told.removeprefix("Removed, too: ").split(", ")
    assert {one.partition(" public.")[0] for one in things} == set(FOREIGN)
    assert 'table public."Their ""own"" table"' in things
    assert names(place, TABLES) == before
    assert names(place, LEFT) == set()
    assert names(place, "SELECT extname FROM pg_extension") >= {"citext"}


@pytest.mark.parametrize("option", ["--replace", "--replace-all"])
def test_what_depends_on_our_tables_elsewhere_stops_it(
    place: Place, file: Path, option: str
) -> None:
    do(place, "CREATE SCHEMA other", "CREATE VIEW other.report AS SELECT activityid FROM email")
    refused = place.passerelle("--json", "restore", option, str(file))
    assert refused.returncode != 0
    assert "PSR-UPK-007" in refused.stdout + refused.stderr
    assert names(place, "SELECT count(*) FROM other.report") == {0}
    assert names(place, "SELECT iscopy FROM systemsettings") == {False}
