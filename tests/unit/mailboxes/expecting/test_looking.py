"""The sentence on a mailbox's page, out of what is stored."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from tests.unit.mailboxes.conftest import MailboxMaker

from passerelle.engine.models import Work, Worker
from passerelle.mailboxes.choosing.services import Wanted
from passerelle.mailboxes.expecting.services import Expected, Why, expected
from passerelle.mailboxes.models import Mailbox, Refusal, WavePlan
from passerelle.mailboxes.models.choices import Direction, ProcessEmailUsing
from passerelle.mailboxes.services import RELATED, schedule, switch_processing
from passerelle.mailboxes.waves import services as waves

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def box(make_mailbox: MailboxMaker) -> Mailbox:
    return make_mailbox(enabled_for_incoming=True, enabled_for_outgoing=True)


def told(box: Mailbox, direction: Direction = Direction.INCOMING) -> Expected:
    return expected(Mailbox.objects.select_related(*RELATED).get(pk=box.pk), direction)


def switch() -> None:
    switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="root")


def test_from_the_switch_to_the_next_look(box: Mailbox) -> None:
    assert told(box).why == Why.SWITCH
    switch()
    assert told(box).why == Why.NO_WORKER
    now = timezone.now()
    worker = Worker.objects.create(host="h", pid=1, started_on=now, heartbeat_on=now)
    assert told(box).why == Why.ANY_MOMENT
    Work.objects.filter(kind="incoming").update(worker=worker, last_started_on=now)
    assert told(box).why == Why.RUNNING
    Work.objects.update(worker=None, due_on=now + timedelta(seconds=60))
    found = told(box)
    assert (found.why, found.when) == (Why.POLLING, now + timedelta(seconds=60))
    assert "every 60 seconds" in found.text
    with translation.override("fr"):
        assert "toutes les 60 secondes" in told(box).text


def test_after_faults_and_refusals(box: Mailbox) -> None:
    switch()
    later = timezone.now() + timedelta(hours=2)
    Work.objects.update(due_on=later, last_code="PSR-NET-001", attempts=3)
    assert "run number 3 in a row failed (PSR-NET-001)" in told(box).text
    credential = box.incoming_credential
    assert credential is not None
    Refusal.objects.create(
        host="imap.example.com", credential=credential, version=credential.version,
        refused_on=timezone.now(), next_try_on=later,
    )  # fmt: skip
    found = told(box)
    assert (found.why, found.when) == (Why.REFUSED, later)
    assert "imap.example.com" in found.text


def test_busy_connections(box: Mailbox) -> None:
    switch()
    now = timezone.now()
    worker = Worker.objects.create(host="h", pid=1, started_on=now, heartbeat_on=now)
    held = Work.objects.get(kind="outgoing")
    Work.objects.filter(pk=held.pk).update(worker=worker, host="imap.example.com")
    assert box.profile is not None
    box.profile.max_concurrent_connections = 1
    box.profile.save()
    assert "one of the 1 connections of its profile" in told(box).text


def test_a_wave_that_comes_and_one_that_is_paused(make_mailbox: MailboxMaker) -> None:
    box = make_mailbox()
    assert told(box).why == Why.HINDERED
    plan = waves.make_plan(WavePlan(name="Night"), Wanted(), "root")
    waves.start(plan, "root")
    found = told(box)
    assert found.why == Why.WAVE
    assert "wave 1 of “Night”" in found.text
    waves.pause(plan, "root")
    assert told(box).why == Why.WAVE_PAUSED


def test_an_address_that_nobody_approved(box: Mailbox) -> None:
    switch()
    Mailbox.objects.update(approval=2)
    assert "not approved" in told(box).text
    assert schedule(Mailbox.objects.all()) == 0
