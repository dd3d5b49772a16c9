"""Run one test: both directions, then whether the message arrived, then the verdict.

Killed anywhere it is run again from the start, except that the test message is never sent twice.
Only directions whose delivery method is server-side synchronization are tested; where none is,
the test says so.
"""

from functools import partial

from django.db import transaction
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.engine.services import Again, Lease, assert_no_transaction, register
from passerelle.faults import Fault
from passerelle.faults.mailboxes import InterruptedTest, NotServerSide
from passerelle.mailboxes.models import Mailbox, TestRun
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.models.test_runs import StepOutcome
from passerelle.mailboxes.services.hindrances import is_server_side
from passerelle.mailboxes.services.processing import RELATED, current_settings
from passerelle.mailboxes.testing import arrival, incoming, outgoing
from passerelle.mailboxes.testing.requests import KIND
from passerelle.mailboxes.testing.steps import Steps
from passerelle.mailboxes.testing.trial import Means, Trial
from passerelle.mailboxes.testing.verdict import ACTIVITY, Results, conclude

DEADLINE_SECONDS = 900.0
TRIES = 3  # of a test that our own fault or the store broke off
DONE = Again(None)


def register_tests(means: Means | None = None) -> None:
    """Tell the engine what a test is."""
    register(
        KIND,
        partial(run_test, means=means or Means()),
        deadline_seconds=DEADLINE_SECONDS,
        failed=give_up,
    )


def run_test(lease: Lease, means: Means) -> Again:
    """Run the test of the lease, unless it is finished."""
    assert_no_transaction()
    run = TestRun.objects.filter(pk=lease.key, finished_on=None).first()
    if run is None:
        return DONE
    steps = Steps(run, lease)
    mailbox = Mailbox.objects.select_related(*RELATED).get(pk=run.mailbox_id)
    trial = Trial(run, mailbox, current_settings(), lease, steps, means)
    steps.start_over()
    conclude(trial, _results(trial))
    return DONE


def give_up(lease: Lease, fault: Fault) -> None:
    """A test that is broken off again and again ends, so that nobody waits for it."""
    if lease.attempts + 1 < TRIES:
        return
    with transaction.atomic():
        run = TestRun.objects.filter(pk=lease.key, finished_on=None).first()
        if run is None:
            return
        run.steps.filter(outcome=StepOutcome.RUNNING).update(
            outcome=StepOutcome.FAILED, code=fault.code, facts=dict(fault.facts)
        )
        run.finished_on = timezone.now()
        run.save(update_fields=["finished_on"])
    alerts.record(SubjectKind.MAILBOX, run.mailbox_id, ACTIVITY, fault)


def _results(trial: Trial) -> Results:
    results: dict[Direction, Fault | None] = {}
    if not any(is_server_side(trial.mailbox, direction) for direction in Direction):
        _tell_why_nothing(trial)
        return results
    if _is_tested(trial, Direction.INCOMING, incoming.NAMES):
        results[Direction.INCOMING] = incoming.try_incoming(trial)
    if _is_tested(trial, Direction.OUTGOING, outgoing.NAMES):
        results[Direction.OUTGOING] = outgoing.try_outgoing(trial)
    passed = {direction for direction, fault in results.items() if fault is None}
    if passed == set(Direction):
        results[Direction.INCOMING] = arrival.await_arrival(trial)
    else:
        for name in (arrival.ARRIVED, arrival.REMOVED):
            trial.steps.skipped(Direction.INCOMING, name)
    if Direction.OUTGOING in passed and not _left_for_certain(trial.run):
        results[Direction.OUTGOING] = InterruptedTest(mailbox=trial.mailbox.name)
    return results


def _tell_why_nothing(trial: Trial) -> None:
    """Whoever pressed the button waits for an answer: steps that were not run are none."""
    fault = NotServerSide(mailbox=trial.mailbox.name)
    for direction, names in (
        (Direction.INCOMING, incoming.NAMES),
        (Direction.OUTGOING, outgoing.NAMES),
    ):
        trial.steps.skipped(direction, names[0], fault)


def _left_for_certain(run: TestRun) -> bool:
    """The server took the message, or it was seen."""
    return run.sent_on is not None or run.arrived_on is not None


def _is_tested(trial: Trial, direction: Direction, names: tuple[str, ...]) -> bool:
    if is_server_side(trial.mailbox, direction):
        return True
    for name in names:
        trial.steps.skipped(direction, name)
    return False
