"""What the areas above may call: registering, asking, fencing, running, crash points, faults."""

from passerelle.engine import crash_points
from passerelle.engine.asking import Asked, ask, ask_many, failing_keys, rest, state_of
from passerelle.engine.clock import database_now
from passerelle.engine.crash_points import Killed, crash_point
from passerelle.engine.figures import LATE_SECONDS, WorkFigures, leases_longer_than, work_figures
from passerelle.engine.kinds import forget, register
from passerelle.engine.leases.claiming import is_anyone_waiting, leases_held
from passerelle.engine.leases.fencing import assert_no_transaction, fence, fenced
from passerelle.engine.leases.lease import Again, Lease, WorkState
from passerelle.engine.pacing import HostLimits, take_moment
from passerelle.engine.rates import Rate, look_for_room, take_room
from passerelle.engine.schema import require_up_to_date, steps_behind
from passerelle.engine.store import is_taken, store_fault_of, store_faults
from passerelle.engine.tally import Tally
from passerelle.engine.working.executor import Executor
from passerelle.engine.working.running import run_due
from passerelle.engine.working.workers import LEASE_SECONDS, workers_alive
from passerelle.engine.write_back import written_back_beside

__all__ = [
    "LATE_SECONDS",
    "LEASE_SECONDS",
    "Again",
    "Asked",
    "Executor",
    "HostLimits",
    "Killed",
    "Lease",
    "Rate",
    "Tally",
    "WorkFigures",
    "WorkState",
    "ask",
    "ask_many",
    "assert_no_transaction",
    "crash_point",
    "crash_points",
    "database_now",
    "failing_keys",
    "fence",
    "fenced",
    "forget",
    "is_anyone_waiting",
    "is_taken",
    "leases_held",
    "leases_longer_than",
    "look_for_room",
    "register",
    "require_up_to_date",
    "rest",
    "run_due",
    "state_of",
    "steps_behind",
    "store_fault_of",
    "store_faults",
    "take_moment",
    "take_room",
    "work_figures",
    "workers_alive",
    "written_back_beside",
]
