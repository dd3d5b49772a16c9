"""The worker process of `passerelle run`, alone. On SQLite its disk can be made full.

`most-pages` in the home folder bounds the database of each connection opened while it is there,
as a full disk would: SQLite then answers SQLITE_FULL to whatever needs another page.
"""

import sys
from typing import Any

import django
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from passerelle.configuration import load_config
from passerelle.site.logs import set_up_logs

BOUND = "most-pages"


def bound(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """SQLite never takes away pages that are in use: 1 means not one page more."""
    if connection.vendor == "sqlite" and (load_config().home / BOUND).exists():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1")


if __name__ == "__main__":
    config = load_config()
    set_up_logs(config)
    django.setup()
    connection_created.connect(bound)
    from passerelle.commands.serving.worker_process import work

    sys.exit(work(config))
