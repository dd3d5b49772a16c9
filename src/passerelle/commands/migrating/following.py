"""Follow a migration, or its undoing, until it ends.

Where no worker runs, the work is done by this command.
"""

import time

from django.utils.translation import gettext as _

from passerelle.commands.console.output import print_json, say
from passerelle.commands.working import run_here_unless_workers_do
from passerelle.router import services as router
from passerelle.router.services import Migration, MigrationState

LOOK_SECONDS = 0.2
LONGEST_SECONDS = 1800.0  # twice the deadline of the work
KIND = "migration"
GOES_ON = frozenset({MigrationState.RUNNING, MigrationState.UNDOING})


def followed(migration: Migration, *, as_json: bool) -> MigrationState:
    """Say how far it is until it ends; how it ended."""
    ends = time.monotonic() + LONGEST_SECONDS
    said = -1
    with run_here_unless_workers_do(KIND):
        while True:
            now = router.progress(migration)
            if now.percent != said:
                said = now.percent
                _say_progress(now, as_json=as_json)
            if now.state not in GOES_ON or now.failure or time.monotonic() > ends:
                break
            time.sleep(LOOK_SECONDS)
    now = router.progress(migration)
    if now.failure and not as_json:
        say(now.failure)
    return now.state


def _say_progress(now: router.Progress, *, as_json: bool) -> None:
    if as_json:
        print_json({"percent": now.percent, "staged": now.staged, "total": now.total})
    else:
        text = _("{percent} %: {staged} of {total} users and queues")
        say(text.format(percent=now.percent, staged=now.staged, total=now.total))
