"""What the areas above may call: registering, asking, fencing, running, crash points, faults."""

from passerelle.engine import crash_points
from passerelle.engine.asking import Asked, ask, ask_many, rest, state_of
from passerelle.engine.clock import database_now
from passerelle.engine.crash_points import Killed, crash_point
from passerelle.engine.executor import Executor
from passerelle.engine.fencing import assert_no_transaction, fence
from passerelle.engine.kinds import forget, register
from passerelle.engine.lease import Again, Lease, WorkState
from passerelle.engine.running import run_due
from passerelle.engine.store import store_faults
from passerelle.engine.workers import workers_alive

__all__ = [
    "Again",
    "Asked",
    "Executor",
    "Killed",
    "Lease",
    "WorkState",
    "ask",
    "ask_many",
    "assert_no_transaction",
    "crash_point",
    "crash_points",
    "database_now",
    "fence",
    "forget",
    "register",
    "rest",
    "run_due",
    "state_of",
    "store_faults",
    "workers_alive",
]
