"""Anything may happen in any order; one whole cycle afterwards settles it.

Messages arrive, vanish and come again, the process is killed anywhere, the folder is rebuilt,
batches are of any size. In the end the store holds each wanted message once, and another cycle
has nothing to do.
"""

from contextlib import suppress
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter, MemoryFolder

from passerelle.crm.models import Email, RawMessage, RawPack
from passerelle.engine.services import Killed, crash_points
from passerelle.mailboxes.models import SystemSettings
from passerelle.sync.crash_points import INCOMING, TOUCHES
from passerelle.sync.models import Place, Reading, Touch
from passerelle.sync.understanding import batches

pytestmark = pytest.mark.thorough

WHOLE_BATCH = batches.BATCH_MESSAGES


class Mailing(RuleBasedStateMachine):
    """One mailbox and its server; each example begins with both empty."""

    company: ClassVar[Company]

    def __init__(self) -> None:
        super().__init__()
        for model in (Place, Reading, Email, RawMessage, RawPack):
            model.objects.all().delete()
        self.company.world.folders["anna"] = MemoryFolder()
        self.next = 0

    def teardown(self) -> None:
        try:
            self.settles()
        finally:
            batches.BATCH_MESSAGES = WHOLE_BATCH

    @rule(count=st.integers(1, 5))
    def arrive(self, count: int) -> None:
        for _ in range(count):
            self.next += 1
            self.company.inbox.deliver(bytes(Letter(self.next)))

    @rule()
    def arrive_unreadable(self) -> None:
        self.company.inbox.deliver(b"\xff")

    @rule(number=st.integers(1, 9))
    def arrive_again(self, number: int) -> None:
        if number <= self.next:
            self.company.inbox.deliver(bytes(Letter(number)))

    @rule(number=st.integers(0, 20))
    def vanish(self, number: int) -> None:
        """A person deletes a message that is recorded."""
        self.company.read()
        if messages := self.company.inbox.messages:
            del messages[number % len(messages)]

    @rule()
    def rebuild(self) -> None:
        self.company.inbox.rebuild()

    @rule(size=st.integers(1, 4))
    def batches_of(self, size: int) -> None:
        batches.BATCH_MESSAGES = size

    @rule(point=st.sampled_from([*INCOMING, *TOUCHES]), nth=st.integers(1, 3))
    def killed(self, point: str, nth: int) -> None:
        with suppress(Killed), crash_points.kill_at(point, nth):
            self.company.read()

    @rule()
    def settles(self) -> None:
        inbox = self.company.inbox
        self.company.read()
        recorded = sorted(Email.objects.values_list("message_id", flat=True))
        assert recorded == sorted(Letter(number).id for number in range(1, self.next + 1))
        assert not Touch.objects.exists()
        before = (inbox.reads, RawMessage.objects.count())
        self.company.read()
        assert (inbox.reads, RawMessage.objects.count()) == before

    @invariant()
    def connections_are_closed(self) -> None:
        assert self.company.inbox.opened == 0


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.hypothesis
def test_any_order_of_events(company: Company) -> None:
    SystemSettings.objects.update(mark_tracked=True)
    Mailing.company = company
    run_state_machine_as_test(
        Mailing,
        settings=settings(
            max_examples=settings().max_examples // 4,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
