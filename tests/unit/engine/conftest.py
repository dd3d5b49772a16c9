"""A kind of work whose outcome each test writes down beforehand."""

from collections.abc import Iterator

import pytest

from passerelle.engine.kinds import forget, register
from passerelle.engine.leases.lease import Again, Lease
from passerelle.faults import Fault

KIND = "chore"
DEADLINE_SECONDS = 100.0


class Chore:
    """Remembers its leases and failures; raises or returns what it was told."""

    def __init__(self) -> None:
        self.leases: list[Lease] = []
        self.failures: list[Fault] = []
        self.outcomes: list[Again | BaseException] = []

    def run(self, lease: Lease) -> Again:
        self.leases.append(lease)
        outcome = self.outcomes.pop(0) if self.outcomes else Again(None)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def failed(self, lease: Lease, fault: Fault) -> None:
        assert lease in self.leases
        self.failures.append(fault)


@pytest.fixture
def chore() -> Iterator[Chore]:
    """The kind `chore`, registered for one test."""
    chore = Chore()
    register(KIND, chore.run, deadline_seconds=DEADLINE_SECONDS, failed=chore.failed)
    yield chore
    forget(KIND)
