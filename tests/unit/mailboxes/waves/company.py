"""A company to be enabled in waves, whose tests end as a test of ours says; and a clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from tests.stored_rows import MadeOnce

from passerelle.engine.kinds import forget, register
from passerelle.engine.models import Work, Worker
from passerelle.engine.services import Again, Lease, run_due
from passerelle.faults.mailboxes import PasswordMissing
from passerelle.mailboxes.choosing.services import Wanted
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, TestStep, WavePlan
from passerelle.mailboxes.models import TestRun as Run
from passerelle.mailboxes.models.choices import CredentialRetrieval, ProcessEmailUsing
from passerelle.mailboxes.services import (
    create_profile,
    create_queue_with_mailbox,
    create_user_with_mailbox,
    schedule,
    set_profile_password,
    switch_processing,
)
from passerelle.mailboxes.testing.run import register_tests
from passerelle.mailboxes.waves import services as waves
from passerelle.mailboxes.waves.work import register_waves

BY = "root"


@dataclass
class Clock:
    """Ours, and as much ahead of it as a test says."""

    ahead: timedelta = timedelta()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.ahead += timedelta(**time)


class Company:
    """Three queues and five users, approved, with everything that a test needs."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.broken: set[str] = set()  # their tests fail
        self.tested: list[str] = []
        self.read: list[str] = []
        self.profile = _profile()
        for number in range(3):
            create_queue_with_mailbox(f"Queue {number}", f"queue{number}@example.com")
        for number in range(5):
            create_user_with_mailbox(f"User {number}", f"user{number}@example.com")
        self.change(profile=self.profile, incoming_method=2, approval=1)

    def change(self, name: str = "", **columns: Any) -> None:
        Mailbox.objects.filter(name__startswith=name).update(**columns)

    def plan(self, **fields: Any) -> WavePlan:
        values: dict[str, Any] = {"name": "Waves", "wave_size": 2, "gap_minutes": 300, **fields}
        return waves.make_plan(WavePlan(**values), Wanted(), BY)

    def started(self, **fields: Any) -> WavePlan:
        return waves.start(self.plan(**fields), BY, self.clock.now)

    def work(self, *, tests: bool = True) -> None:
        """What workers would do at this moment, each piece that is due once."""
        kinds = [waves.KIND, "test", "incoming"] if tests else [waves.KIND]
        for kind in kinds:
            Work.objects.filter(kind=kind, due_on__isnull=False).update(due_on=self.past)
            run_due(kinds=[kind], limit=20)
        Work.objects.filter(kind=waves.KIND, due_on__isnull=False).update(due_on=self.past)
        run_due(kinds=[waves.KIND], limit=3)

    @property
    def past(self) -> datetime:
        return datetime(2020, 1, 1, tzinfo=UTC)

    def bury(self) -> None:
        """A killed worker is noticed at once."""
        Work.objects.update(worker=None)
        Worker.objects.all().delete()

    def test(self, lease: Lease) -> Again:
        run = Run.objects.select_related("mailbox").get(pk=lease.key)
        box = run.mailbox
        self.tested.append(box.name)
        passed = box.name not in self.broken
        Mailbox.objects.filter(pk=box.pk).update(
            incoming_status=1 if passed else 2,
            enabled_for_incoming=passed,
            tested_on=timezone.now(),
            process_email_received_after=box.process_email_received_after
            or (self.clock.now - timedelta(hours=24) if passed else None),
        )
        if not passed:
            TestStep.objects.create(
                run=run,
                position=1,
                direction="incoming",
                name="sign-in",
                outcome="failed",
                started_on=self.clock.now,
                code=PasswordMissing.code,
                facts={"owner": box.name},
            )
        Run.objects.filter(pk=run.pk).update(finished_on=self.clock.now)
        schedule(Mailbox.objects.filter(pk=box.pk))
        return Again(None)

    def cycle(self, lease: Lease) -> Again:
        self.read.append(Mailbox.objects.get(pk=lease.key).name)
        return Again(None)


def _profile() -> EmailServerProfile:
    profile = create_profile(
        "Example",
        incoming_location="imap.example.com",
        incoming_credential_retrieval=CredentialRetrieval.PROFILE,
    )
    from passerelle.faults import Secret
    from passerelle.mailboxes.models.choices import Direction

    return set_profile_password(profile, Direction.INCOMING, "reader", Secret("only-a-test"))


def make_company() -> Company:
    """One whose email is processed by server-side synchronization."""
    company = Company(Clock())
    switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, BY)
    return company


MADE_ONCE = MadeOnce(make_company)


@contextmanager
def at_work(made: Callable[[], Company] = MADE_ONCE.again) -> Iterator[Company]:
    """The company, while its work is done by it and by no server."""
    company = made()
    with _instead("test", company.test), _instead("incoming", company.cycle):
        forget(waves.KIND)
        register_waves(company.clock)
        try:
            yield company
        finally:
            forget(waves.KIND)
            register_waves()


@contextmanager
def _instead(kind: str, do: Any) -> Iterator[None]:
    forget(kind)
    register(kind, do, deadline_seconds=60)
    try:
        yield
    finally:
        forget(kind)
        _put_back(kind)


def _put_back(kind: str) -> None:
    if kind == "test":
        register_tests()
        return
    from passerelle.sync.incoming import cycle

    register(kind, cycle.run, deadline_seconds=cycle.DEADLINE_SECONDS, failed=cycle.failed)
