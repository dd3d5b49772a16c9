"""A plan as pages and commands show it: each wave with its time and its outcomes, and the gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from passerelle.mailboxes.models import Mailbox, Wave, WaveMember, WavePlan
from passerelle.mailboxes.models.waves import MemberOutcome, PlanState
from passerelle.mailboxes.services.starts import BEFORE_ENABLING
from passerelle.mailboxes.waves.planning import starts_of
from passerelle.mailboxes.waves.plans import may_hasten, pace_of

MOST_COUNTED = 10_000
WAVES_SHOWN, WAVES_BEFORE = 300, 20
TOLD = ("passed", "failed", "left_out", "in_test")


@dataclass(frozen=True, slots=True)
class ShownWave:
    """One wave: when it started or is to start, and how many of its mailboxes are how far."""

    wave: Wave
    planned_on: datetime | None  # None: started, or nobody knows (paused, stopped)
    passed: int = 0
    failed: int = 0
    left_out: int = 0
    in_test: int = 0
    cycled: int = 0


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """All of it."""

    plan: WavePlan
    waves: Sequence[ShownWave]  # those around the next one, where there are very many
    last_on: datetime | None  # when the last wave starts, if nothing delays it
    passed: int
    failed: int
    left_out: int
    in_test: int
    may_hasten: bool
    gaps: int  # counted up to 10,000

    @property
    def percent(self) -> int:
        settled = self.passed + self.failed + self.left_out
        return settled * 100 // self.plan.total if self.plan.total else 100


def shown(plan: WavePlan, now: datetime | None = None) -> ShownPlan:
    """Five queries, however many mailboxes."""
    now = now or timezone.now()
    counts = _counts(plan)
    times = _known_times(plan, planned_times(plan, now))
    waves = [
        ShownWave(wave, times.get(wave.number), **counts.get(wave.number, {}))
        for wave in _window(plan)
    ]
    totals = {name: sum(one.get(name, 0) for one in counts.values()) for name in TOLD}
    return ShownPlan(
        plan,
        waves,
        last_on=times.get(plan.waves_total),
        **totals,
        may_hasten=may_hasten(plan),
        gaps=gaps_of(plan, now)[:MOST_COUNTED].count(),
    )


def _known_times(plan: WavePlan, times: Mapping[int, datetime]) -> Mapping[int, datetime]:
    """Without a gap a wave starts when the one before it is through: at a time that none knows."""
    if plan.gap_minutes:
        return times
    return {number: when for number, when in times.items() if number == plan.next_wave}


def _window(plan: WavePlan) -> QuerySet[Wave]:
    """All waves, or those around the next one: nobody reads thousands of lines."""
    waves = plan.waves.order_by("number")
    if plan.waves_total > WAVES_SHOWN:
        waves = waves.filter(number__gt=plan.next_wave - WAVES_BEFORE)
    return waves[:WAVES_SHOWN]


def planned_times(plan: WavePlan, now: datetime) -> dict[int, datetime]:
    """When each wave that is still to come would start; empty where nobody knows."""
    if plan.state not in {PlanState.PLANNED, PlanState.RUNNING}:
        return {}
    left = plan.waves_total - plan.next_wave + 1
    times = starts_of(left, max(plan.next_on or now, now), pace_of(plan))
    return dict(enumerate(times, start=plan.next_wave))


def gaps_of(plan: WavePlan, now: datetime) -> QuerySet[WaveMember]:
    """The mailboxes of which mail would be passed by: enabled ones, and those still to come."""
    taken_over = Q(mailbox__process_email_received_after__lte=F("gap_from"))
    open_gap = Q(gap_from__isnull=False) & ~taken_over
    members = WaveMember.objects.filter(plan=plan)
    coming = _coming(plan, planned_times(plan, now))
    return members.filter(open_gap | coming) if coming else members.filter(open_gap)


def latest_member(mailbox: Mailbox) -> WaveMember | None:
    """The mailbox in the newest plan that was started with it."""
    rows = WaveMember.objects.filter(mailbox=mailbox, plan__started_on__isnull=False)
    return rows.select_related("plan", "mailbox").order_by("-id").first()


def open_gap(member: WaveMember) -> datetime | None:
    """Where the gap of an enabled mailbox begins; None where it has none, or none any more."""
    start = member.mailbox.process_email_received_after
    if member.gap_from is None or (start is not None and start <= member.gap_from):
        return None
    return member.gap_from


def _coming(plan: WavePlan, times: dict[int, datetime]) -> Q:
    """Those whose wave lies more than 24 hours behind the date of their profile."""
    profiles = (
        WaveMember.objects.filter(
            plan=plan, outcome=MemberOutcome.WAITING, mailbox__process_email_received_after=None
        )
        .order_by()
        .values("mailbox__profile")
        .annotate(since=Min("mailbox__profile__process_emails_received_after"))
    )
    condition = Q()
    for row in profiles:
        late = [number for number, on in times.items() if _passes_by(row["since"], on)]
        if late:
            condition |= Q(
                mailbox__profile=row["mailbox__profile"],
                mailbox__process_email_received_after=None,
                outcome=MemberOutcome.WAITING,
                wave_number__gte=min(late),
            )
    return condition


def _passes_by(since: datetime | None, enabled_on: datetime) -> bool:
    return since is not None and since < enabled_on - BEFORE_ENABLING


def _counts(plan: WavePlan) -> dict[int, dict[str, int]]:
    rows = plan.members.order_by().values("wave_number", "outcome")
    found: dict[int, dict[str, int]] = {}
    for row in rows.annotate(count=Count("pk"), cycles=Count("pk", filter=Q(cycled=True))):
        wave = found.setdefault(row["wave_number"], {})
        name = _NAMES.get(row["outcome"])
        if name:
            wave[name] = wave.get(name, 0) + row["count"]
        wave["cycled"] = wave.get("cycled", 0) + row["cycles"]
    return found


_NAMES: dict[str, str] = {
    MemberOutcome.PASSED: "passed",
    MemberOutcome.ALREADY: "passed",
    MemberOutcome.FAILED: "failed",
    MemberOutcome.LEFT_OUT: "left_out",
    MemberOutcome.STARTED: "in_test",
}
