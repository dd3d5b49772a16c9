"""The pages of waves: a plan made, looked at, run, and its gaps closed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.unit.mailboxes.waves.company import Company, at_work, make_company
from tests.unit.web.conftest import World

from passerelle.mailboxes.models import Mailbox, WavePlan
from passerelle.mailboxes.models.waves import PlanState

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FORM = {"name": "Night", "wave_size": "2", "gap_minutes": "300", "q": "", "addresses": ""}


@pytest.fixture
def company(world: World) -> Iterator[Company]:
    Mailbox.objects.update(statecode=1)  # those of the other tests
    with at_work(make_company) as company:  # beside what the world stored
        Mailbox.objects.filter(name__contains="Example").update(incoming_method=0)
        yield company


def made(client: Client, **form: str) -> WavePlan:
    response = client.post("/waves/new/", {**FORM, **form})
    plan = WavePlan.objects.first()
    assert plan is not None, response.content.decode()
    assert response["Location"] == f"/waves/{plan.pk}/"
    return plan


def test_what_does_not_narrow_a_plan_down_says_all(as_administrator: Client) -> None:
    form = as_administrator.get("/waves/new/").context["form"]
    assert [str(form.fields[name].empty_label) for name in ("profile", "queue")] == ["All", "All"]


def shown(client: Client, plan: WavePlan, tail: str = "") -> str:
    response = client.get(f"/waves/{plan.pk}/{tail}")
    assert response.status_code == 200
    return response.content.decode()


def press(client: Client, plan: WavePlan, step: str) -> str:
    client.post(f"/waves/{plan.pk}/step/", {"step": step})
    return WavePlan.objects.values_list("state", flat=True).get(pk=plan.pk)


def test_a_plan_is_made_run_paused_and_done(company: Company, as_administrator: Client) -> None:
    plan = made(as_administrator, gap_minutes="0", kind="queues", wave_size="1")
    html = shown(as_administrator, plan)
    assert "Wave 3" in html
    assert "if it is started now" not in html  # without a gap nobody knows when
    assert press(as_administrator, plan, "start") == PlanState.RUNNING
    assert press(as_administrator, plan, "pause") == PlanState.PAUSED
    company.work()
    assert not Mailbox.objects.filter(enabled_for_incoming=True).exists()
    assert press(as_administrator, plan, "continue") == PlanState.RUNNING
    assert 'hx-trigger="every 2s"' in shown(as_administrator, plan)
    for _ in range(5):
        company.work()
    assert as_administrator.get(f"/waves/{plan.pk}/progress/?state=running")["HX-Refresh"] == "true"
    html = shown(as_administrator, plan)
    assert "3 enabled" in html
    assert "every 2s" not in html
    assert "Night" in as_administrator.get("/waves/").content.decode()


def test_a_plan_with_gaps_says_when_its_last_wave_starts(
    company: Company, as_administrator: Client
) -> None:
    plan = made(as_administrator, gap_minutes="30", kind="queues", wave_size="1")
    assert "if it is started now" in shown(as_administrator, plan)


def test_the_mailboxes_of_a_wave_are_shown_with_their_reason(
    company: Company, as_administrator: Client
) -> None:
    company.broken = {"Queue 0"}
    plan = made(as_administrator)
    press(as_administrator, plan, "start")
    company.work()
    html = shown(as_administrator, plan, "1/")
    assert "Queue 0" in html
    assert "PSR-MBX-012" in html
    assert as_administrator.get(f"/waves/{plan.pk}/9/").status_code == 404


def test_the_next_wave_is_offered(company: Company, as_administrator: Client) -> None:
    plan = made(as_administrator)
    press(as_administrator, plan, "start")
    company.work()
    assert 'value="next"' in shown(as_administrator, plan)
    press(as_administrator, plan, "next")
    company.work()
    assert plan.members.filter(outcome="passed").count() == 3


def test_gaps_are_listed_and_closed(company: Company, as_administrator: Client) -> None:
    company.profile.process_emails_received_after = timezone.now() - timedelta(days=4)
    company.profile.save()
    plan = made(as_administrator)
    assert "Mail of 8 mailboxes would be passed by" in shown(as_administrator, plan)
    html = shown(as_administrator, plan, "gaps/")
    assert html.count('name="chosen"') == 8
    one = str(plan.members.order_by("id")[0].pk)
    as_administrator.post(f"/waves/{plan.pk}/gaps/", {"chosen": [one, "rubbish", "-1"]})
    assert "Mail of 7 mailboxes" in shown(as_administrator, plan)
    as_administrator.post(f"/waves/{plan.pk}/gaps/", {"every": "on"})
    assert "would be passed by" not in shown(as_administrator, plan)
    assert "No mail would be passed by." in shown(as_administrator, plan, "gaps/")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        pytest.param({"wave_size": "0"}, "id_wave_size_error", id="too-small"),
        pytest.param({"gap_minutes": "x"}, "id_gap_minutes_error", id="no-number"),
        pytest.param({"hours_from": "20:00"}, "Give both times", id="half-of-the-hours"),
        pytest.param(
            {"hours_from": "20:00", "hours_until": "20:00"}, "not understood", id="no-time-at-all"
        ),
        pytest.param({"q": "nobody"}, "No mailbox is left", id="nobody-to-plan"),
        pytest.param(
            {"addresses": "nonsense"}, "No mailbox is left", id="a-list-without-addresses"
        ),
    ],
)
def test_what_cannot_be_planned_is_said(
    company: Company, as_administrator: Client, form: dict[str, str], told: str
) -> None:
    response = as_administrator.post("/waves/new/", {**FORM, **form})
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not WavePlan.objects.exists()


def test_a_step_that_comes_too_late_is_said(company: Company, as_administrator: Client) -> None:
    plan = made(as_administrator, addresses="user1@example.com, who@example.com")
    assert "who@example.com" in shown(as_administrator, plan)
    for step in ("pause", "next", "nonsense", ""):
        assert press(as_administrator, plan, step) == PlanState.PLANNED
    response = as_administrator.post(f"/waves/{plan.pk}/step/", {"step": "pause"}, follow=True)
    assert "not in a state" in response.content.decode()
    response = as_administrator.post(f"/waves/{plan.pk}/step/", {"step": "discard"})
    assert response["Location"] == "/waves/"
    assert not WavePlan.objects.exists()
