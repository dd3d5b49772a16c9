"""Retention: what is over goes in chunks, and nothing that anything needs goes with it."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from tests.unit.web.conftest import RAW, World, receive

from passerelle.alerts.models import Alert
from passerelle.crm.models import ActivityMimeAttachment, AuditEntry, Email, RawMessage, RawPack
from passerelle.crm.services import attachment_bytes
from passerelle.engine.leases.claiming import claim
from passerelle.engine.services import Killed, Lease, ask, crash_points
from passerelle.engine.working.workers import enlist
from passerelle.guids import first_guid_of, new_guid
from passerelle.mailboxes import models
from passerelle.sync.models import Cycle, Place, Submission
from passerelle.sync.models.incoming import Outcome
from passerelle.tracking import Reason
from passerelle.upkeep.asking import RETENTION, THE_ONE
from passerelle.upkeep.models import UpkeepSettings
from passerelle.upkeep.retention import rules
from passerelle.upkeep.retention.work import preview, run_retention
from passerelle.upkeep.services import declare_copy, upkeep_settings

pytestmark = [pytest.mark.django_db, pytest.mark.database]
OLD = timedelta(days=100)


def old_guid(number: int = 0) -> UUID:
    return UUID(int=first_guid_of(timezone.now() - OLD).int + number + 1)


@pytest.fixture
def lease(db: None) -> Lease:
    ask(RETENTION, THE_ONE)
    worker = enlist()
    return next(one for one in claim(worker, 10) if one.kind == RETENTION)


def keep(**days: int) -> None:
    upkeep_settings()
    everything = dict.fromkeys({rule.field for rule in rules.RULES}, 0)
    UpkeepSettings.objects.update(**{**everything, **days})


def ignored(mailbox: models.Mailbox, number: int, **fields: object) -> Place:
    values: dict[str, object] = {
        "place_id": old_guid(number), "mailbox": mailbox, "epoch": 1, "folder": "INBOX",
        "uid_validity": 1, "uid": 1000 + number, "outcome": Outcome.IGNORED,
        "reason": int(Reason.UNKNOWN), "decided_on": timezone.now() - OLD,
    }  # fmt: skip
    return Place.objects.create(**{**values, **fields})


def test_zero_days_keep_for_ever(world: World, lease: Lease) -> None:
    ignored(world.mailbox, 1)
    keep()
    run_retention(lease)
    assert Place.objects.filter(outcome=Outcome.IGNORED).count() == 1
    assert {one.days for one in preview()} == {0}


def test_old_ignored_messages_go_and_tracked_ones_stay(world: World, lease: Lease) -> None:
    for number in range(5):
        ignored(world.mailbox, number)
    fresh = ignored(world.mailbox, 9, place_id=new_guid(), decided_on=timezone.now())
    keep(ignored_days=30)
    assert next(one.count for one in preview() if one.days) == 5
    run_retention(lease)
    assert list(Place.objects.filter(outcome=Outcome.IGNORED)) == [fresh]
    assert Place.objects.filter(outcome=Outcome.TRACKED).exists()


def test_a_pop3_message_that_is_still_listed_keeps_its_place(world: World, lease: Lease) -> None:
    pop3 = {"uid": 0, "uid_validity": 0, "folder": ""}
    listed = ignored(world.mailbox, 1, uidl="a", **pop3)
    ignored(world.mailbox, 2, uidl="b", gone_on=timezone.now() - OLD, **pop3)
    keep(ignored_days=30)
    run_retention(lease)
    assert list(Place.objects.filter(outcome=Outcome.IGNORED)) == [listed]


def test_closed_alerts_go_and_open_ones_stay(world: World, lease: Lease) -> None:
    moment = timezone.now() - OLD
    for number, closed in enumerate([moment, None]):
        Alert.objects.create(
            subject_kind="mailbox", subject_id=old_guid(number), activity="x", code="PSR-X-001",
            level=3, opened_on=moment, last_seen_on=moment, closed_on=closed,
        )  # fmt: skip
    keep(alert_days=30)
    run_retention(lease)
    assert not Alert.objects.filter(closed_on__isnull=False).exists()
    assert Alert.objects.filter(closed_on=None).count() == 2  # and that of the company


def test_tests_sessions_and_audit_go_by_their_own_days(world: World, lease: Lease) -> None:
    moment = timezone.now() - OLD
    models.TestRun.objects.filter(pk=world.run.pk).update(finished_on=moment)
    Session.objects.create(session_key="k", session_data="", expire_date=moment)
    AuditEntry.objects.all().delete()
    AuditEntry.objects.create(
        audit_id=old_guid(), action="settings.changed", subject_kind="x", username="a",
        done_on=moment,
    )  # fmt: skip
    for key, moment_of in ((old_guid(), moment), (new_guid(), timezone.now())):
        Cycle.objects.create(
            cycle_id=key, mailbox=world.mailbox, kind="incoming", ending="done",
            began_on=moment_of, ended_on=moment_of,
        )  # fmt: skip
    keep(test_days=30, timeline_days=14, session_days=1)
    run_retention(lease)
    assert Cycle.objects.count() == 1
    assert not models.TestRun.objects.filter(pk=world.run.pk).exists()
    assert not Session.objects.exists()
    assert AuditEntry.objects.count() == 1
    keep(audit_days=99)
    run_retention(lease)
    assert not AuditEntry.objects.exists()


def age(email: Email) -> RawPack:
    """As if its pack had been stored long ago."""
    raw = email.raw
    assert raw is not None
    old = RawPack.objects.create(pack_id=old_guid(), content=raw.pack.content)
    RawPack.objects.filter(pk=old.pk).update(created_on=timezone.now() - OLD)
    RawMessage.objects.filter(pk=raw.pk).update(pack=old)
    return old


def test_a_source_that_expires_leaves_its_attachments(world: World, lease: Lease) -> None:
    old = age(world.received)
    before = attachment_bytes(ActivityMimeAttachment.objects.get(email=world.received))
    assert before
    keep(raw_days=30)
    run_retention(lease)
    assert not RawPack.objects.filter(pk=old.pk).exists()
    world.received.refresh_from_db()
    assert world.received.raw is None
    after = ActivityMimeAttachment.objects.select_related("email__raw", "raw").get(
        email=world.received
    )
    assert attachment_bytes(after) == before
    assert b"Message-ID" in RAW


def test_extracted_attachments_never_expire(world: World, lease: Lease) -> None:
    age(world.received)
    keep(raw_days=30)
    run_retention(lease)
    RawPack.objects.update(created_on=timezone.now() - OLD)
    run_retention(lease)
    attachment = ActivityMimeAttachment.objects.select_related("email__raw", "raw").get(
        email=world.received
    )
    assert attachment_bytes(attachment)


def test_a_pack_that_waits_for_a_person_stays(world: World, lease: Lease) -> None:
    submission = Submission.objects.select_related("raw").get(email=world.lost)
    raw = submission.raw
    assert raw is not None
    old = RawPack.objects.create(pack_id=old_guid(5), content=raw.pack.content)
    RawPack.objects.filter(pk=old.pk).update(created_on=timezone.now() - OLD)
    RawMessage.objects.filter(pk=raw.pk).update(pack=old)
    keep(raw_days=30)
    run_retention(lease)
    assert RawPack.objects.filter(pk=old.pk).exists()


def test_killed_between_chunks_it_goes_on(
    world: World, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "CHUNK", 2)
    for number in range(5):
        ignored(world.mailbox, number)
    keep(ignored_days=30)
    with pytest.raises(Killed), crash_points.kill_at("retention.chunk"):
        run_retention(lease)
    assert Place.objects.filter(outcome=Outcome.IGNORED).count() == 3
    run_retention(lease)
    assert not Place.objects.filter(outcome=Outcome.IGNORED).exists()


def test_a_copy_removes_nothing(world: World, lease: Lease) -> None:
    ignored(world.mailbox, 1)
    keep(ignored_days=30)
    declare_copy("admin")
    assert run_retention(lease).after_seconds is None
    assert Place.objects.filter(outcome=Outcome.IGNORED).exists()


def test_an_email_read_since_is_still_read(world: World) -> None:
    assert receive(world.ann_user, world.contact).raw is not None
