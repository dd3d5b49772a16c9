"""Whether this database is the installation itself or a copy of it: one gate for all mail.

The row of the settings holds the place where the installation is. A copy carries that row to
another place and so knows itself, without anything having to notice the copying. A person may
say that it is a copy, too; a restored backup says so from the start.
"""

import functools

from django.conf import settings as django_settings
from django.db import connection

from passerelle.configuration import Config, place_of_home
from passerelle.engine.services import store_faults
from passerelle.faults.upkeep import CopyWaits
from passerelle.mailboxes.models import SystemSettings


def copy_hindrance(settings: SystemSettings) -> CopyWaits | None:
    """Why no mail is read or sent here, or None where this is the installation itself."""
    return CopyWaits() if is_copy(settings) else None


def is_copy(settings: SystemSettings) -> bool:
    """Said by a person or a restore, or seen by the place. One never started has no place yet."""
    return settings.is_copy or (bool(settings.place) and settings.place != this_place())


def this_place() -> str:
    """Where this process and its database are. PostgreSQL is a place of its own."""
    return _place(django_settings.PASSERELLE, str(connection.settings_dict["NAME"]))


@functools.lru_cache(maxsize=4)
def _place(config: Config, database: str) -> str:
    if config.place or connection.vendor == "sqlite":
        return place_of_home(config)
    del database  # one process of the tests may use several
    with store_faults(), connection.cursor() as cursor:
        # Neither changes by a restart, a move of the server's files or a failover; a dump that
        # is restored elsewhere has others.
        cursor.execute(
            "SELECT (SELECT system_identifier FROM pg_control_system()), oid "
            "FROM pg_database WHERE datname = current_database()"
        )
        server, number = cursor.fetchone()
    return f"postgresql:{server}:{number}"
