"""`passerelle run`: the whole product on one machine, under one supervisor.

Everything that can be wrong is found before the first process starts.
"""

import functools
import os
import socket
from collections.abc import Callable
from typing import Annotated

import typer
from django.core.management import call_command
from django.db import connections
from django.utils.translation import gettext as _

from passerelle.commands.console.output import print_json, say, wants_json
from passerelle.commands.serving.first_link import first_link
from passerelle.commands.serving.home_lock import lock_home
from passerelle.commands.serving.supervisor import Supervisor
from passerelle.commands.serving.web_server import address_of, listen, serve
from passerelle.commands.serving.worker_process import work
from passerelle.configuration import Config, load_config
from passerelle.engine.services import require_up_to_date, steps_behind
from passerelle.monitoring.services import ask_for_outages
from passerelle.upkeep.services import ask_for_search_index, ask_for_upkeep, take_place


def run(
    context: typer.Context,
    *,
    migrate: Annotated[bool, typer.Option(help=_("Bring the database up to date first."))] = True,
) -> None:
    """Run until SIGTERM or Ctrl-C; everything has ended within ten seconds of it."""
    config = load_config()
    lock = lock_home(config.home)
    listener = listen(config)
    try:
        bring_up_to_date(migrate=migrate, tell=not wants_json(context))
        rests = take_place().is_copy
        ask_for_upkeep()
        ask_for_search_index()
        ask_for_outages()
        address = address_of(listener, config)
        link = first_link(address)
        connections.close_all()  # children open their own
        _tell(address, link, as_json=wants_json(context))
        if rests and not wants_json(context):
            say(_("This is a copy: it neither reads nor sends."))
        Supervisor(_processes(config, listener)).run()
    finally:
        listener.close()
        os.close(lock)


def bring_up_to_date(*, migrate: bool, tell: bool = False) -> None:
    """Migrate what is behind, which takes a while and is told.

    Raises `DatabaseOutdated` where that is not wanted.
    """
    # Asked first: Django's command makes all models twice, also where nothing is to be done, and
    # all processes share that memory for good.
    if not steps_behind():
        return
    if migrate:
        if tell:
            say(_("The database is being prepared; wait a moment."))
        call_command("migrate", interactive=False, verbosity=0)
    require_up_to_date()


def _processes(config: Config, listener: socket.socket) -> dict[str, Callable[[], int]]:
    # Imported here once, so that all processes share its memory.
    from passerelle.site.wsgi import application

    workers = {
        f"worker-{number}": functools.partial(work, config)
        for number in range(1, config.worker_count + 1)
    }
    return {"web": functools.partial(serve, application, listener, config), **workers}


def _tell(address: str, link: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"event": "started", "address": address, "sign_in_link": link})
        return
    say(_("Passerelle answers on {address}").format(address=address))
    if link is not None:
        say(_("Nobody can sign in yet. Open this link within one hour; it works once:"))
        say(link)
