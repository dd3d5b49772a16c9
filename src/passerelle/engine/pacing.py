"""Sign-ins a second at one server, held over all processes: each takes a moment of its own.

The moments of a server lie evenly apart, handed out from one row on the database's clock, so that
no count of processes and no restart brings more of them (decision 0022). It waits for nothing:
whoever took a moment sleeps until it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from passerelle.engine.clock import database_now, in_seconds
from passerelle.engine.models import Host
from passerelle.engine.store import store_faults

HOST_CHARS = 255
SHORTEST_REST_SECONDS = 1.0
AHEAD_SECONDS = 1.0  # work for a server whose next moment is later than this is not begun


@dataclass(frozen=True, slots=True)
class HostLimits:
    """What one server is given to do over all profiles and processes; ours, none is documented."""

    connections: int = 20
    sign_ins_per_second: int = 20


def take_moment(host: str, per_second: int, *, within: float) -> float | None:
    """Take the next moment at that server: the seconds until it.

    None when it is further away than `within` seconds; then none is taken.
    """
    name = host[:HOST_CHARS]
    with store_faults(), transaction.atomic():
        row = Host.objects.select_for_update().filter(pk=name).first() or _new_row(name)
        now = database_now()
        moment = max(row.next_on, now)
        wait = (moment - now).total_seconds()
        if wait > within:
            return None
        row.next_on = moment + timedelta(seconds=1 / per_second)
        row.save(update_fields=["next_on"])
        return wait


def seconds_until_moment(host: str) -> float:
    """Until that server's next moment, and never at once."""
    with store_faults():
        row = Host.objects.filter(pk=host[:HOST_CHARS]).first()
        wait = (row.next_on - database_now()).total_seconds() if row else 0.0
        return max(wait, SHORTEST_REST_SECONDS)


def busy_hosts() -> frozenset[str]:
    """Servers whose moments are given away for a while."""
    later = Host.objects.filter(next_on__gt=in_seconds(AHEAD_SECONDS))
    return frozenset(later.values_list("host", flat=True))


def _new_row(name: str) -> Host:
    long_ago = datetime.min.replace(year=1970, tzinfo=database_now().tzinfo)
    Host.objects.bulk_create([Host(host=name, next_on=long_ago)], ignore_conflicts=True)
    return Host.objects.select_for_update().get(pk=name)
