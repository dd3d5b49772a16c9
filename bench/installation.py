"""What each measurement gives to the processes of an installation of its own."""

import os
from pathlib import Path

import psycopg
from psycopg import sql


def environment(home: Path, database_url: str = "", **settings: str) -> dict[str, str]:
    """Of a process whose installation lies in `home`, on SQLite if no database is named."""
    return {
        **os.environ,
        "PASSERELLE_HOME": str(home),
        "PASSERELLE_DATABASE_URL": database_url,
        "PASSERELLE_LOG_LEVEL": "warning",
        "DJANGO_SETTINGS_MODULE": "passerelle.site.settings",
        **settings,
    }


def fresh_database(url: str, name: str) -> str:
    """The address of an empty database that is made at this server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return database_at(url, name)


def database_at(url: str, name: str) -> str:
    """The address of that database at this server."""
    return f"{url.rpartition('/')[0]}/{name}"
