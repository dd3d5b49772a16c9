"""A worker in a process of its own. Its work tells the test that it began, and waits for a file.

python -m tests.system.engine.stage FOLDER LEASE_SECONDS [DEADLINE_SECONDS OVERDUE_SECONDS]
"""

import os
import signal
import sys
import time
from pathlib import Path

import django

POLL_SECONDS = 0.01
STOP_SECONDS = 3.0


def main(folder: Path, lease: float, deadline: float = 60, overdue: float = 60) -> int:
    django.setup()
    from django.db import connection, transaction

    from passerelle.engine.services import Again, Lease, fence, register
    from passerelle.engine.working.executor import Executor, Pace
    from passerelle.faults.store import LeaseLost

    def work(lease: Lease) -> Again:
        (folder / f"began-{os.getpid()}").touch()
        while not (folder / "go").exists():
            time.sleep(POLL_SECONDS)
        try:
            with transaction.atomic():
                fence(lease)
                with connection.cursor() as cursor:
                    cursor.execute(
                        "INSERT INTO tally (pid, epoch) VALUES (%s, %s)", [os.getpid(), lease.epoch]
                    )
        except LeaseLost:
            (folder / f"fenced-{os.getpid()}").touch()
            raise
        return Again(None)

    def failed(_: Lease, fault: Exception) -> None:
        (folder / f"failed-{getattr(fault, 'code', '')}").touch()

    register("tally", work, deadline_seconds=deadline, failed=failed)
    pace = Pace(lease=lease, beat=lease / 5, poll=0.05, stop=STOP_SECONDS, overdue=overdue)
    executor = Executor(2, pace=pace)
    signal.signal(signal.SIGTERM, lambda *_: executor.stop())
    return 0 if executor.run() else 1


if __name__ == "__main__":
    status = main(Path(sys.argv[1]), *map(float, sys.argv[2:]))
    os._exit(status)  # a thread that hangs in its work must not keep the process
