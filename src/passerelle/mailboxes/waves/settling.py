"""What became of the mailboxes of the waves that were started: tests, then first cycles.

A wave is *through* when every test is over and every mailbox that may be read has been looked
into once. A mailbox that cannot be read keeps nobody waiting for longer than an hour.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from passerelle.engine.services import Lease, crash_point, fence, state_of
from passerelle.mailboxes.models import (
    Mailbox,
    SystemSettings,
    TestRun,
    TestStep,
    Wave,
    WaveMember,
    WavePlan,
)
from passerelle.mailboxes.models.choices import (
    DeliveryMethod,
    Direction,
    ProcessEmailUsing,
    TestStatus,
)
from passerelle.mailboxes.models.test_runs import StepOutcome
from passerelle.mailboxes.models.waves import MemberOutcome
from passerelle.mailboxes.services.hindrances import is_enabled, is_server_side
from passerelle.mailboxes.services.processing import current_settings
from passerelle.mailboxes.waves.crash_points import SETTLED

PATIENCE = timedelta(hours=1)
ROWS_AT_ONCE = 1_000


def settle(plan: WavePlan, lease: Lease, now: datetime) -> bool:
    """Write down what is known by now; whether anything that was started is still open."""
    open_waves = list(Wave.objects.filter(plan=plan, through_on=None, started_on__isnull=False))
    if not open_waves:
        return False
    results = _results(plan)
    settings = current_settings()
    with transaction.atomic():
        fence(lease)
        for (outcome, code), keys in results.items():
            WaveMember.objects.filter(pk__in=keys).update(outcome=outcome, code=code)
        through = [wave.pk for wave in open_waves if _is_through(wave, settings, now)]
        Wave.objects.filter(pk__in=through).update(through_on=now)
    crash_point(SETTLED)
    return len(through) < len(open_waves)


def _results(plan: WavePlan) -> dict[tuple[MemberOutcome, str], list[int]]:
    """The members whose test is over, by what came of it."""
    running = TestRun.objects.filter(pk=OuterRef("run_id"), finished_on=None)
    over = WaveMember.objects.filter(~Exists(running), plan=plan, outcome=MemberOutcome.STARTED)
    members = list(over.select_related("mailbox")[:ROWS_AT_ONCE])
    codes = _codes({member.run_id for member in members if member.run_id})
    found: dict[tuple[MemberOutcome, str], list[int]] = {}
    for member in members:
        passed = _passed(member.mailbox)
        outcome = MemberOutcome.PASSED if passed else MemberOutcome.FAILED
        code = "" if passed or member.run_id is None else codes.get(member.run_id, "")
        found.setdefault((outcome, code), []).append(member.pk)
    return found


def _passed(mailbox: Mailbox) -> bool:
    """Every direction that Passerelle serves is enabled, and its last test went well."""
    status = {
        Direction.INCOMING: mailbox.incoming_status,
        Direction.OUTGOING: mailbox.outgoing_status,
    }
    served = [way for way in Direction if is_server_side(mailbox, way)]
    good = (is_enabled(mailbox, way) and status[way] == TestStatus.SUCCESS for way in served)
    return bool(served) and all(good)


def _codes(runs: Collection[UUID]) -> dict[UUID, str]:
    """The first fault of each run."""
    steps = TestStep.objects.filter(run__in=runs, outcome=StepOutcome.FAILED)
    rows = steps.order_by("-position").values_list("run_id", "code")
    return dict(rows)


def _is_through(wave: Wave, settings: SystemSettings, now: datetime) -> bool:
    members = WaveMember.objects.filter(plan=wave.plan_id, wave_number=wave.number)
    if members.filter(outcome=MemberOutcome.STARTED).exists():
        return False
    assert wave.started_on is not None  # or it would not be open
    if settings.process_email_using == ProcessEmailUsing.EMAIL_ROUTER:
        return True  # nothing is read before the switch
    return not _note_cycles(members) or now >= wave.started_on + PATIENCE


def _note_cycles(members: QuerySet[WaveMember]) -> int:
    """Mark whose first cycle is over, well or not; how many are still to come.

    Both moments are the store's own: the plan may run by a faster clock.
    """
    reads = Q(
        mailbox__enabled_for_incoming=True, mailbox__incoming_method=DeliveryMethod.SERVER_SIDE
    )
    rows = members.filter(reads, cycled=False)
    tested = dict(rows.values_list("mailbox_id", "mailbox__tested_on"))
    work = state_of(Direction.INCOMING.value, tested)
    over = [key for key, one in work.items() if _is_after(one.last_finished_on, tested[key])]
    rows.filter(mailbox__in=over).update(cycled=True)
    return len(tested) - len(over)


def _is_after(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and (other is None or moment >= other)
