"""Making plans: who is in them, who is not and why, lists, and what is refused."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.unit.mailboxes.waves.company import BY, Company, at_work

from passerelle.faults.waves import HoursUnclear, NothingToPlan
from passerelle.mailboxes.choosing.services import Wanted
from passerelle.mailboxes.models import Mailbox, WavePlan
from passerelle.mailboxes.waves import reading
from passerelle.mailboxes.waves import services as waves

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def company() -> Iterator[Company]:
    with at_work() as company:
        yield company


def test_a_plan_says_how_many_when_each_and_when_all(company: Company) -> None:
    plan = company.plan(wave_size=3)
    now = company.clock.now
    told = waves.shown(plan, now)
    assert (plan.total, plan.waves_total) == (8, 3)
    assert [(one.wave.of_queues, one.wave.size) for one in told.waves] == [
        (True, 3), (False, 3), (False, 2),
    ]  # fmt: skip
    assert [one.planned_on for one in told.waves] == [
        now, now + timedelta(hours=5), now + timedelta(hours=10),
    ]  # fmt: skip
    assert told.last_on == now + timedelta(hours=10)
    assert not Mailbox.objects.filter(enabled_for_incoming=True).exists()


def test_without_a_gap_nobody_knows_when_a_later_wave_starts(company: Company) -> None:
    now = company.clock.now
    told = waves.shown(company.plan(wave_size=3, gap_minutes=0), now)
    assert [one.planned_on for one in told.waves] == [now, None, None]
    assert told.last_on is None


def test_who_needs_no_wave_is_counted(company: Company) -> None:
    company.change("Queue 0", statecode=1)
    company.change("User 0", incoming_method=1)
    company.change("User 1", enabled_for_incoming=True)
    company.change("User 2", approval=2, act_method=1)
    plan = company.plan()
    assert plan.total == 5
    assert plan.findings["left_out"] == {"inactive": 1, "not-served": 1, "enabled": 1}
    assert (plan.findings["unapproved"], plan.findings["with_act"]) == (1, 1)


def test_who_waits_in_a_plan_that_runs_is_in_no_other(company: Company) -> None:
    company.started()
    with pytest.raises(NothingToPlan):
        company.plan()


def test_a_list_narrows_down_and_tells_whom_it_does_not_know(company: Company) -> None:
    listed = waves.addresses_in(
        'User One <USER1@example.com>; "user2@example.com",'
        "nobody@example.com\nnonsense user1@example.com"
    )
    assert listed == ["user1@example.com", "user2@example.com", "nobody@example.com"]
    plan = waves.make_plan(WavePlan(name="List"), Wanted(), BY, addresses=listed)
    assert plan.total == 2
    assert (plan.findings["unknown"], plan.findings["unknown_count"]) == (["nobody@example.com"], 1)
    with pytest.raises(NothingToPlan):
        waves.make_plan(WavePlan(name="None"), Wanted(), BY, addresses=[])


def test_filters_choose(company: Company) -> None:
    plan = waves.make_plan(WavePlan(name="Queues"), Wanted(kind="queues", q="queue 1"), BY)
    assert plan.total == 1


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"wave_size": 0}, id="a-wave-has-somebody"),
        pytest.param({"wave_size": 1001}, id="at-most-a-thousand"),
        pytest.param({"gap_minutes": 10_081}, id="at-most-a-week"),
        pytest.param({"name": ""}, id="a-plan-has-a-name"),
        pytest.param({"hours_from": time(8)}, id="both-times-or-neither"),
    ],
)
def test_what_is_out_of_bounds_is_refused(company: Company, fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        company.plan(**fields)
    assert not WavePlan.objects.exists()


def test_hours_of_no_length_are_refused(company: Company) -> None:
    with pytest.raises(HoursUnclear):
        company.plan(hours_from=time(8), hours_until=time(8))


def test_drafts_are_discarded_by_a_person_or_by_time(company: Company) -> None:
    waves.discard(company.plan(), BY)
    old = company.plan()
    WavePlan.objects.update(created_on=timezone.now() - timedelta(days=31))
    company.plan()
    assert not WavePlan.objects.filter(pk=old.pk).exists()


def test_a_plan_is_found_by_name_or_guid(company: Company) -> None:
    plan = company.plan(name="Night")
    assert waves.plan_named("Night") == waves.plan_named(str(plan.pk)) == plan
    assert waves.plan_named("Day") is None
    company.plan(name="Night")
    assert waves.plan_named("Night") is None


def test_of_very_many_waves_those_around_the_next_are_shown(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WAVES_SHOWN", 3)
    monkeypatch.setattr(reading, "WAVES_BEFORE", 2)
    plan = company.plan(wave_size=1)
    WavePlan.objects.update(next_wave=5)
    plan.refresh_from_db()
    assert [one.wave.number for one in waves.shown(plan).waves] == [4, 5, 6]


def test_looking_at_a_plan_costs_the_same_for_few_and_many(company: Company) -> None:
    plans = [company.plan(wave_size=8), company.plan(wave_size=1)]
    counts = []
    for plan in plans:
        with CaptureQueriesContext(connection) as queries:
            waves.shown(plan)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6
