"""The line above each page: does mail flow, and how much needs the person."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from tests.unit.web.conftest import World

from passerelle.engine.models import Worker
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.sync.models import Reading
from passerelle.web.state.attention import MOST_COUNTED, Verdict, verdict_of
from passerelle.web.state.first_steps import FirstSteps

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION
ROUTER = ProcessEmailUsing.EMAIL_ROUTER


@pytest.mark.parametrize(
    ("using", "enabled", "minutes_ago", "tone", "text"),
    [
        pytest.param(ROUTER, True, 1, "warn", "Email Router", id="the-router-has-the-mail"),
        pytest.param(NOW, False, 1, "warn", "No mailbox is enabled", id="nobody-is-enabled"),
        pytest.param(NOW, True, None, "warn", "not", id="no-cycle-yet"),
        pytest.param(NOW, True, 1, "good", "Mail flows", id="a-minute-ago"),
        pytest.param(NOW, True, 14, "good", "Mail flows", id="within-the-quiet"),
        pytest.param(NOW, True, 180, "bad", "3", id="three-hours-of-silence"),
    ],
)
def test_the_verdict(
    world: World, using: int, *, enabled: bool, minutes_ago: int | None, tone: str, text: str
) -> None:
    set_up(world, using, enabled=enabled, minutes_ago=minutes_ago)
    verdict = verdict_of()
    assert verdict.tone == tone
    assert text in verdict.text.replace("\xa0", " ") or minutes_ago is None


def set_up(world: World, using: int, *, enabled: bool, minutes_ago: int | None) -> None:
    SystemSettings.objects.update_or_create(
        defaults={"process_email_using": using, "processing_since": timezone.now()}
    )
    Mailbox.objects.update(profile=world.profile, enabled_for_incoming=enabled)
    now = timezone.now()
    Worker.objects.create(host="h", pid=1, started_on=now, heartbeat_on=now)
    ago = None if minutes_ago is None else timezone.now() - timedelta(minutes=minutes_ago)
    Reading.objects.update(cycle_finished_on=ago)


@pytest.mark.parametrize("seconds_ago", [None, 40], ids=["none", "silent"])
def test_without_workers_nothing_flows(world: World, seconds_ago: int | None) -> None:
    set_up(world, NOW, enabled=True, minutes_ago=1)
    if seconds_ago is None:
        Worker.objects.all().delete()
    else:
        Worker.objects.update(heartbeat_on=timezone.now() - timedelta(seconds=seconds_ago))
    assert verdict_of() == Verdict("bad", "No worker is running")


def test_a_long_gap_between_looks_is_no_silence(world: World) -> None:
    set_up(world, NOW, enabled=True, minutes_ago=180)
    SystemSettings.objects.update(polling_seconds=7200)
    assert verdict_of().tone == "good"


def test_the_line_counts_what_needs_the_person(
    as_administrator: Client, as_ann: Client, as_bob: Client
) -> None:
    def line(client: Client) -> str:
        return client.get("/status/").content.decode()

    assert "4 need you" not in line(as_bob)
    assert "need" not in line(as_bob)
    assert "1 needs you" in line(as_ann)  # the email whose last answer was lost
    assert "need you" in line(as_administrator)


def test_the_first_steps_lead_an_administrator_until_mail_flows(
    world: World, as_administrator: Client, as_ann: Client
) -> None:
    def steps(client: Client) -> object:
        return client.get("/").context["first_steps"]

    set_up(world, ROUTER, enabled=True, minutes_ago=None)
    assert steps(as_administrator) == FirstSteps(
        knows_servers=True, has_mailboxes=True, has_enabled=True, is_switched=False
    )
    assert steps(as_ann) is None
    set_up(world, NOW, enabled=False, minutes_ago=None)
    assert steps(as_administrator) == FirstSteps(
        knows_servers=True, has_mailboxes=True, has_enabled=False, is_switched=True
    )
    set_up(world, NOW, enabled=True, minutes_ago=None)
    assert steps(as_administrator) is None


@pytest.mark.parametrize(("n", "words"), [(0, "0"), (9_999, "9999"), (10_000, "10,000 or more")])
def test_what_is_counted_no_further_says_so(n: int, words: str) -> None:
    assert render_to_string("web/_counted.html", {"n": n}).strip() == words
    assert (n >= MOST_COUNTED) == ("more" in words), "the page and the count stop alike"
