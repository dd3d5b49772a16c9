"""The steps of a test, each written when it begins and when it ends, so that a page shows it live.

Every write is fenced: a test that lost its lease changes nothing any more. A step holds facts,
codes and times; never a secret, and no text that would have to be translated.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from passerelle.engine.services import Lease, fence
from passerelle.faults import Fault, as_shown
from passerelle.mailboxes.models import ProfileTest, ProfileTestStep, TestRun, TestStep
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.models.test_runs import StepOutcome

FACT_CHARS = 500
LARGEST_MILLISECONDS = 2_147_483_647


class Steps:
    """Writes the steps of one run, one at a time."""

    def __init__(self, run: TestRun | ProfileTest, lease: Lease) -> None:
        self._run = run
        self._lease = lease
        self._current: TestStep | ProfileTestStep | None = None
        self._position = 0
        self._last_name = ""

    def start_over(self) -> None:
        """Forget the steps of an attempt that was killed."""
        with self.writing():
            self._run.steps.all().delete()

    def begin(self, direction: Direction, name: str) -> None:
        """The next step begins."""
        self._current = self._new(direction, name, StepOutcome.RUNNING)

    def passed(self, fact: str = "") -> None:
        """The current step passed."""
        self._end(StepOutcome.PASSED, fact=fact)

    def warned(self, fault: Fault, fact: str = "") -> None:
        """The current step passed, and there is something to know."""
        self._end(StepOutcome.WARNED, fault=fault, fact=fact)

    def failed(self, fault: Fault) -> None:
        """The current step failed."""
        self._end(StepOutcome.FAILED, fault=fault)

    def skipped(self, direction: Direction, name: str, fault: Fault | None = None) -> None:
        """A step that is not run at all."""
        self._new(direction, name, StepOutcome.SKIPPED, fault)

    @property
    def last_name(self) -> str:
        """The step that began last, over or not."""
        return self._last_name

    @property
    def is_running(self) -> bool:
        """Whether a step began and did not end."""
        return self._current is not None

    @contextmanager
    def writing(self) -> Iterator[datetime]:
        """One fenced transaction, with its time."""
        with transaction.atomic():
            fence(self._lease)
            yield timezone.now()

    def _new(
        self, direction: Direction, name: str, outcome: StepOutcome, fault: Fault | None = None
    ) -> TestStep | ProfileTestStep:
        self._position += 1
        self._last_name = name
        with self.writing() as now:
            return self._run.steps.create(
                position=self._position,
                direction=direction,
                name=name,
                outcome=outcome,
                started_on=now,
                code=fault.code if fault else "",
                facts=dict(fault.facts) if fault else {},
            )

    def _end(self, outcome: StepOutcome, *, fault: Fault | None = None, fact: str = "") -> None:
        step = self._current
        if step is None:
            raise RuntimeError("no step is running")
        self._current = None
        with self.writing() as now:
            took = int((now - step.started_on).total_seconds() * 1000)
            step.outcome = outcome
            step.milliseconds = min(max(took, 0), LARGEST_MILLISECONDS)
            step.fact = as_shown(fact[:FACT_CHARS])
            step.code = fault.code if fault else ""
            step.facts = dict(fault.facts) if fault else {}
            step.save(update_fields=["outcome", "milliseconds", "fact", "code", "facts"])
