"""What the steps of one test share: the run, the mailbox, the means, and the steps written."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from passerelle.engine.services import Lease
from passerelle.mailboxes.models import Mailbox, SystemSettings, TestRun
from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.mailboxes.services.opening import ADAPTERS, Opener
from passerelle.mailboxes.testing.steps import Steps

ARRIVAL_SECONDS = 30.0
FIRST_GAP_SECONDS = 0.25
LARGEST_GAP_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Means:
    """How a test reaches servers and waits; a test of ours has other means."""

    opener: Opener = field(default_factory=lambda: ADAPTERS)
    wait: Callable[[float], None] = time.sleep
    arrival_seconds: float = ARRIVAL_SECONDS


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of Test and Enable while it runs."""

    run: TestRun
    mailbox: Mailbox
    settings: SystemSettings
    lease: Lease
    steps: Steps
    means: Means

    @property
    def is_router_about(self) -> bool:
        """Whether a router may still read the mailbox, take messages and hold the POP3 lock."""
        return self.settings.process_email_using == ProcessEmailUsing.EMAIL_ROUTER


def gaps(bound: float) -> Iterator[float]:
    """Growing gaps that add up to the bound."""
    gap, left = FIRST_GAP_SECONDS, bound
    while left > 0:
        yield min(gap, left)
        left -= gap
        gap = min(gap * 2, LARGEST_GAP_SECONDS)
