"""Plans run by the engine: their pace, pauses, kills, and what came of each mailbox."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.unit.mailboxes.waves.company import BY, Company, at_work

from passerelle.alerts.models import Alert
from passerelle.crm.models import AuditEntry
from passerelle.crm.models.audit import AuditAction
from passerelle.engine.models import Work
from passerelle.engine.services import Killed, Lease, crash_points, run_due
from passerelle.faults.mailboxes import NotApproved, PasswordMissing
from passerelle.faults.store import DiskFull
from passerelle.faults.waves import PaceHolds, PlanNotOpen, WaveNotThrough, WavesRun
from passerelle.mailboxes.models import Mailbox, WavePlan
from passerelle.mailboxes.models import TestRun as Run
from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.mailboxes.models.waves import PlanState
from passerelle.mailboxes.services import switch_processing
from passerelle.mailboxes.waves import services as waves
from passerelle.mailboxes.waves import work
from passerelle.mailboxes.waves.crash_points import CRASH_POINTS

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.thorough]
WAVES = [
    {"Queue 0", "Queue 1"},
    {"Queue 2"},
    {"User 0", "User 1"},
    {"User 2", "User 3"},
    {"User 4"},
]


@pytest.fixture
def company() -> Iterator[Company]:
    with at_work() as company:
        yield company


def outcomes(plan: WavePlan) -> Counter[str]:
    return Counter(plan.members.values_list("outcome", flat=True))


def state(plan: WavePlan) -> str:
    return WavePlan.objects.values_list("state", flat=True).get(pk=plan.pk)


def test_wave_after_wave_until_all_is_done(company: Company) -> None:
    plan = company.started()
    for number, expected in enumerate(WAVES, start=1):
        company.tested.clear()
        company.work()
        assert set(company.tested) == expected, number
        company.clock.pass_by(minutes=299)
        company.work()
        assert set(company.tested) == expected, "not before its time"
        company.clock.pass_by(minutes=1)
    company.work()
    assert state(plan) == PlanState.DONE
    assert outcomes(plan) == {"passed": 8}
    assert plan.members.filter(cycled=True).count() == 8
    assert plan.waves.filter(through_on=None).count() == 0
    assert Mailbox.objects.filter(enabled_for_incoming=True).count() == 8
    assert AuditEntry.objects.filter(action=AuditAction.WAVES_CHANGED).count() == 1
    assert not AuditEntry.objects.filter(action=AuditAction.TEST_REQUESTED).exists()


def test_a_failed_mailbox_and_one_left_out_hold_nobody(company: Company) -> None:
    company.broken = {"Queue 0"}
    company.change("Queue 1", approval=2)
    company.change("User 0", enabled_for_incoming=True)
    plan = company.plan()
    company.change("User 1", enabled_for_incoming=True)  # meanwhile
    waves.start(plan, BY, company.clock.now)
    for _ in WAVES:
        company.work()
        company.clock.pass_by(hours=5)
    company.work()
    assert state(plan) == PlanState.DONE
    assert outcomes(plan) == {"failed": 1, "left-out": 1, "already": 1, "passed": 4}
    codes = dict(plan.members.exclude(code="").values_list("mailbox__name", "code"))
    assert codes == {"Queue 0": PasswordMissing.code, "Queue 1": NotApproved.code}
    told = waves.shown(plan, company.clock.now)
    assert (told.passed, told.failed, told.left_out, told.percent) == (5, 1, 1, 100)


def test_a_test_that_goes_on_does_not_hold_the_next_wave(company: Company) -> None:
    plan = company.started()
    company.work(tests=False)
    company.clock.pass_by(hours=5)
    company.work(tests=False)
    assert outcomes(plan) == {"started": 3, "": 5}


def test_an_outage_is_followed_by_one_wave(company: Company) -> None:
    plan = company.started()
    company.work()
    company.clock.pass_by(days=3)
    company.work()
    assert outcomes(plan) == {"passed": 3, "": 5}


def test_paused_it_rests_and_goes_on(company: Company) -> None:
    plan = company.started()
    company.work()
    waves.pause(plan, BY)
    company.clock.pass_by(days=1)
    company.work()
    assert outcomes(plan) == {"passed": 2, "": 6}
    assert waves.shown(plan, company.clock.now).plan.state != PlanState.DONE
    waves.go_on(plan, BY)
    company.work()
    assert outcomes(plan) == {"passed": 3, "": 5}


def test_stopped_it_never_goes_on(company: Company) -> None:
    plan = company.started()
    company.work()
    waves.stop(plan, BY)
    company.clock.pass_by(days=1)
    company.work()
    assert outcomes(plan) == {"passed": 2, "": 6}
    assert Mailbox.objects.filter(enabled_for_incoming=True).count() == 2
    for step in (waves.start, waves.go_on, waves.pause, waves.stop, waves.discard):
        with pytest.raises(PlanNotOpen):
            step(plan, BY)


def test_two_plans_do_not_run_together(company: Company) -> None:
    first = company.started()
    company.change("", approval=1)
    second = WavePlan.objects.create(name="Second", created_by=BY, total=1, waves_total=1)
    with pytest.raises(WavesRun):
        waves.start(second, BY)
    waves.pause(first, BY)
    waves.start(second, BY)
    with pytest.raises(WavesRun):
        waves.go_on(first, BY)


def test_the_next_wave_is_offered_when_the_first_cycles_are_through(company: Company) -> None:
    plan = company.started()
    assert not waves.shown(plan, company.clock.now).may_hasten
    company.work(tests=False)
    plan.refresh_from_db()
    with pytest.raises(WaveNotThrough):
        waves.hasten(plan, BY)
    company.work()
    plan.refresh_from_db()
    assert waves.shown(plan, company.clock.now).may_hasten
    waves.hasten(plan, BY, company.clock.now)
    company.work()
    assert outcomes(plan) == {"passed": 3, "": 5}


def test_appointments_keep_the_pace(company: Company) -> None:
    company.change("Queue", act_method=1)
    plan = company.started()
    company.work()
    plan.refresh_from_db()
    assert not waves.shown(plan, company.clock.now).may_hasten
    with pytest.raises(PaceHolds):
        waves.hasten(plan, BY)


def test_before_the_switch_no_cycle_is_awaited(company: Company) -> None:
    switch_processing(ProcessEmailUsing.EMAIL_ROUTER, BY)
    plan = company.started()
    company.work()
    assert plan.waves.get(number=1).through_on is not None
    assert company.read == []


def test_a_mailbox_that_is_never_read_keeps_nobody_for_more_than_an_hour(company: Company) -> None:
    plan = company.started(wave_size=100)
    company.work(tests=False)
    run_due(kinds=["test"])
    Work.objects.filter(kind="incoming").update(due_on=None)
    company.work(tests=False)
    assert plan.waves.get(number=1).through_on is None
    company.clock.pass_by(minutes=61)
    company.work(tests=False)
    assert plan.waves.get(number=1).through_on is not None


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_anywhere_it_ends_the_same(company: Company, point: str, nth: int) -> None:
    plan = company.started(gap_minutes=0)
    try:
        with crash_points.kill_at(point, nth):
            for _ in range(8):
                company.work()
    except Killed:
        company.bury()
    for _ in range(8):
        company.work()
    assert state(plan) == PlanState.DONE
    assert outcomes(plan) == {"passed": 8}
    assert Run.objects.count() == 8, "nobody is tested twice"


def test_every_point_is_passed(company: Company) -> None:
    company.started(gap_minutes=0)
    with crash_points.passages() as passed:
        for _ in range(8):
            company.work()
    assert set(passed) == set(CRASH_POINTS)


def test_gaps_are_found_before_and_after_a_wave_and_closed(company: Company) -> None:
    since = company.clock.now - timedelta(days=2)
    company.profile.process_emails_received_after = since
    company.profile.save()
    known = company.clock.now - timedelta(days=9)
    company.change("User 4", process_email_received_after=known)
    plan = company.plan()
    assert waves.shown(plan, company.clock.now).gaps == 7
    waves.start(plan, BY, company.clock.now)
    company.work()
    assert plan.members.filter(gap_from=since).count() == 2
    (first, *_) = plan.members.filter(gap_from=since)
    assert waves.close_gaps(plan, BY, [first.pk], company.clock.now) == 1
    assert Mailbox.objects.get(pk=first.mailbox_id).process_email_received_after == since
    assert waves.close_gaps(plan, BY, None, company.clock.now) == 6
    assert waves.shown(plan, company.clock.now).gaps == 0
    assert Mailbox.objects.filter(process_email_received_after=since).count() == 7
    assert Mailbox.objects.get(name="User 4").process_email_received_after == known
    assert AuditEntry.objects.filter(action=AuditAction.MAILBOX_CHANGED).count() == 2


def test_a_fault_is_told_and_tried_again(company: Company) -> None:
    plan = company.started()
    ours = Work.objects.get(key=plan.pk)
    work.failed(Lease(ours.pk, ours.kind, ours.key, 0, ours.pk, 0, 0.0), DiskFull(answer="full"))
    plan.refresh_from_db()
    assert plan.last_code == DiskFull.code
    assert Alert.objects.exists()
