"""Workers as the database sees them: enlisted, beating, discharged, or dead and removed.

A worker is dead when its last heartbeat is older than a lease lasts, by the database's clock.
Whoever notices removes its row, and with it all its leases; a stopped process that wakes finds
itself removed and enlists anew. One heartbeat a worker, never one a lease.
"""

import os
import socket
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, When
from django.db.models.functions import Now

from passerelle.engine.clock import in_seconds
from passerelle.engine.models import Work, Worker
from passerelle.engine.store import store_faults

LEASE_SECONDS = 30.0
# Work whose worker died under it three times in a row may be what kills it: it waits a while.
DEATHS_ALLOWED = 2
PAUSE_AFTER_DEATHS_SECONDS = 300.0


def enlist() -> UUID:
    """Make this process (or a thread of a test) a worker."""
    with store_faults():
        worker = Worker(host=socket.gethostname()[:255], pid=os.getpid())
        worker.started_on = Now()
        worker.heartbeat_on = Now()
        worker.save(force_insert=True)
        return worker.worker_id


def beat(worker_id: UUID) -> bool:
    """Keep all leases of the worker. False: it was taken for dead and holds none any more."""
    with store_faults():
        return Worker.objects.filter(pk=worker_id).update(heartbeat_on=Now()) == 1


def discharge(worker_id: UUID) -> None:
    """Give all its leases back, due at once, and remove the worker."""
    with store_faults(), transaction.atomic():
        Work.objects.filter(worker_id=worker_id).update(worker=None, leased_on=None)
        Worker.objects.filter(pk=worker_id).delete()


def workers_alive(lease_seconds: float = LEASE_SECONDS) -> int:
    """How many workers beat."""
    with store_faults():
        return Worker.objects.filter(heartbeat_on__gte=in_seconds(-lease_seconds)).count()


def remove_dead(lease_seconds: float = LEASE_SECONDS) -> int:
    """Free the leases of dead workers; how many workers were removed."""
    with store_faults():
        dead = Worker.objects.filter(heartbeat_on__lt=in_seconds(-lease_seconds))
        if not dead.exists():  # the usual case takes no write lock
            return 0
        with transaction.atomic():
            # One that beats at this moment is locked or no longer dead, and is left alone.
            ids = [worker.pk for worker in dead.select_for_update(skip_locked=True)]
            leases = Work.objects.filter(worker_id__in=ids)
            # A row locked by its (stopped) holder's open transaction is freed at a later look.
            free = [work.pk for work in leases.select_for_update(skip_locked=True)]
            Work.objects.filter(pk__in=free).update(
                worker=None,
                leased_on=None,
                attempts=F("attempts") + 1,
                due_on=Case(
                    When(attempts__gte=DEATHS_ALLOWED, then=in_seconds(PAUSE_AFTER_DEATHS_SECONDS)),
                    default=F("due_on"),
                ),
            )
            buried = Worker.objects.filter(pk__in=ids).exclude(leases__isnull=False)
            return buried.delete()[0]
