"""Follow tests of mailboxes step by step, as they happen, until all are finished.

Where no worker runs, the tests are run by this command.
"""

import time
from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from passerelle.alerts.services import render_fault
from passerelle.commands.console.output import print_json, say, texts_of
from passerelle.commands.working import run_here_unless_workers_do
from passerelle.mailboxes.models import TestRun, TestStep
from passerelle.mailboxes.models.test_runs import StepOutcome
from passerelle.mailboxes.services import step_label

LOOK_SECONDS = 0.2
LONGEST_SECONDS = 1800.0  # twice the deadline of one test
KIND = "test"


def follow(runs: Sequence[TestRun], *, as_json: bool) -> bool:
    """Print each step once it is over; whether every test passed."""
    keys = [run.pk for run in runs]
    shown: set[UUID] = set()
    ends = time.monotonic() + LONGEST_SECONDS
    with run_here_unless_workers_do(KIND):
        unfinished = True
        while unfinished and time.monotonic() < ends:
            unfinished = TestRun.objects.filter(pk__in=keys, finished_on=None).exists()
            _show_new(keys, shown, as_json=as_json)
            if unfinished:
                time.sleep(LOOK_SECONDS)
    failed = TestStep.objects.filter(run__in=keys, outcome=StepOutcome.FAILED)
    return not unfinished and not failed.exists()


def _show_new(keys: list[UUID], shown: set[UUID], *, as_json: bool) -> None:
    steps = TestStep.objects.filter(run__in=keys).exclude(outcome=StepOutcome.RUNNING)
    for step in steps.select_related("run__mailbox").order_by("started_on", "position"):
        if step.pk not in shown:
            shown.add(step.pk)
            _show(step, as_json=as_json)


def _show(step: TestStep, *, as_json: bool) -> None:
    fault = render_fault(step.code, step.facts) if step.code else None
    if as_json:
        print_json(
            {
                "mailbox": str(step.run.mailbox_id),
                "direction": step.direction,
                "step": step.name,
                "outcome": step.outcome,
                "milliseconds": step.milliseconds,
                "fact": step.fact,
                "code": step.code,
                **(texts_of(fault) if fault else {}),
            }
        )
        return
    say(
        _("{mailbox}, {direction}, {step}: {outcome} ({milliseconds} ms) {fact}").format(
            mailbox=step.run.mailbox.name,
            direction=step.get_direction_display(),
            step=step_label(step.name),
            outcome=step.get_outcome_display(),
            milliseconds=step.milliseconds or 0,
            fact=step.fact,
        )
    )
    if fault:
        say(f"    {step.code} {fault.cause}")
        say(f"    {fault.remedy}")
