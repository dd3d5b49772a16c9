"""Owners of profiles are told that mailboxes fail: once an outage, wherever Passerelle dies."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.db.models import F
from django.utils import timezone
from tests.system.servers.smtp_server import SmtpServer, smtp_server

from passerelle.alerts.models import Alert
from passerelle.engine.models import Work
from passerelle.engine.services import Killed, ask, crash_points, run_due
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, SystemRelay, SystemSettings
from passerelle.mailboxes.services import create_profile, create_user_with_mailbox, save_relay
from passerelle.monitoring.models import DeliveryState, Notice, NoticeDelivery, ToldOwner
from passerelle.monitoring.notices import kind as notices
from passerelle.monitoring.outages import kind as outages
from passerelle.monitoring.services import ask_for_outages, save_notice_settings, why_not_told

pytestmark = [pytest.mark.django_db, pytest.mark.database]
OWNER = "olga@example.com"
CODE = "PSR-MON-016"


@pytest.fixture
def relay() -> Iterator[SmtpServer]:
    with smtp_server({}) as server:
        name_relay(server)
        yield server


def name_relay(server: SmtpServer) -> None:
    save_relay(
        {
            "host": "localhost",
            "port": server.port,
            "security": "none",
            "sender_address": "passerelle@example.com",
        },
        username="",
        password=None,
        by="admin",
    )


@pytest.fixture
def profile() -> EmailServerProfile:
    """Four enabled mailboxes, and an owner who wants to be told at once."""
    tell()
    owner = create_user_with_mailbox("Olga Owner", OWNER)
    profile = create_profile("Company", owner=owner, send_email_alert=True)
    for number in range(4):
        user = create_user_with_mailbox(f"User {number}", f"user{number}@example.com")
        Mailbox.objects.filter(systemuser=user).update(profile=profile, enabled_for_incoming=True)
    return profile


def tell(**values: object) -> None:
    save_notice_settings({"gather_seconds": 0, **values}, secret=None, by="admin")


def failing(profile: EmailServerProfile, count: int) -> None:
    """So many of its mailboxes fail from now on, and the others do not."""
    keys = list(profile.mailboxes.order_by("name").values_list("pk", flat=True))
    Work.objects.filter(key__in=keys).delete()
    Work.objects.bulk_create(
        Work(kind="incoming", key=key, last_code="PSR-NET-004", last_finished_on=timezone.now())
        for key in keys[:count]
    )


def look() -> None:
    """Look at the profiles, then deliver what that queued."""
    for kind, key in ((outages.KIND, outages.KEY), (notices.KIND, notices.KEY)):
        ask(kind, key)
        run_due(kinds=[kind], limit=3)


def letters(relay: SmtpServer) -> list[tuple[str, str]]:
    found = []
    for one in relay.taken:
        assert isinstance(one.content, bytes)
        parsed = message_from_bytes(one.content, policy=default)
        found.append((str(parsed["To"]), str(parsed["Subject"])))
    return found


def open_codes(profile: EmailServerProfile) -> list[str]:
    alerts = Alert.objects.filter(subject_id=profile.pk, closed_on=None)
    return list(alerts.values_list("code", flat=True))


def test_an_outage_is_told_once_and_its_end_once(
    relay: SmtpServer, profile: EmailServerProfile
) -> None:
    failing(profile, 2)
    for _ in range(3):
        look()
    assert open_codes(profile) == [CODE]
    [(to, subject)] = letters(relay)
    assert to == OWNER
    assert "2 of 4 mailboxes of the profile Company fail." in subject
    failing(profile, 1)
    for _ in range(2):
        look()
    assert open_codes(profile) == []
    assert len(letters(relay)) == 2
    assert "over" in letters(relay)[1][1]
    assert not ToldOwner.objects.exists()


def test_the_owner_is_told_in_french(relay: SmtpServer, profile: EmailServerProfile) -> None:
    tell(language="fr")
    failing(profile, 3)
    look()
    assert "3 boîtes aux lettres sur 4 du profil Company échouent." in letters(relay)[0][1]


@pytest.mark.parametrize("point", [*outages.CRASH_POINTS, *notices.CRASH_POINTS])
def test_killed_anywhere_the_owner_is_never_told_twice(
    relay: SmtpServer, profile: EmailServerProfile, point: str
) -> None:
    tell(mail_to="admin@example.com", lowest_level=3)  # the notices plan, too
    failing(profile, 2)
    with crash_points.kill_at(point), pytest.raises(Killed):
        look()
    for _ in range(3):
        look()
    of_owner = NoticeDelivery.objects.get(target=OWNER)
    told = [to for to, _ in letters(relay)].count(OWNER)
    assert told <= 1
    assert told == (0 if of_owner.state == DeliveryState.UNKNOWN and point == notices.MARKED else 1)


def test_without_its_switch_the_alert_stands_and_nobody_is_written_to(
    relay: SmtpServer, profile: EmailServerProfile
) -> None:
    EmailServerProfile.objects.update(send_email_alert=False)
    failing(profile, 4)
    look()
    assert open_codes(profile) == [CODE]
    assert letters(relay) == []
    assert why_not_told(EmailServerProfile.objects.get()) == []


def test_without_a_relay_it_waits_and_the_page_says_so(
    relay: SmtpServer, profile: EmailServerProfile
) -> None:
    SystemRelay.objects.update(host="")
    failing(profile, 4)
    look()
    assert [fault.code for fault in why_not_told(profile)] == ["PSR-REL-001"]
    assert not NoticeDelivery.objects.exists()
    name_relay(relay)
    look()
    assert [to for to, _ in letters(relay)] == [OWNER]


@pytest.mark.parametrize("owner", [{"is_disabled": True}, {"internal_email_address": ""}])
def test_an_owner_who_cannot_be_written_to_is_not(
    relay: SmtpServer, profile: EmailServerProfile, owner: dict[str, object]
) -> None:
    assert profile.owner is not None
    type(profile.owner).objects.filter(pk=profile.owner.pk).update(**owner)
    failing(profile, 4)
    look()
    assert letters(relay) == []
    stored = EmailServerProfile.objects.get()
    assert [fault.code for fault in why_not_told(stored)] == ["PSR-NTC-004"]


def test_an_owner_whom_the_notices_name_hears_of_it_that_way_alone(
    relay: SmtpServer, profile: EmailServerProfile
) -> None:
    tell(mail_to=OWNER.upper())
    failing(profile, 4)
    look()
    look()
    assert len(letters(relay)) == 1
    assert not Notice.objects.exclude(profile_id=None).exists()


def test_a_server_that_comes_and_goes_is_a_few_emails_and_spends_nobody_elses(
    relay: SmtpServer, profile: EmailServerProfile
) -> None:
    tell(most_per_hour=2, tell_closed=False)
    for _ in range(4):
        failing(profile, 4)
        look()
        failing(profile, 0)
        look()
    assert len(letters(relay)) == 2
    tell(most_per_hour=2, tell_closed=False, mail_to="admin@example.com")
    failing(profile, 4)
    look()
    assert letters(relay)[2][0] == "admin@example.com"
    Notice.objects.update(created_on=F("created_on") - timedelta(hours=1))
    look()
    assert letters(relay)[3][0] == OWNER


def test_a_relay_that_is_away_is_tried_again_though_nobody_else_is_told(
    relay: SmtpServer, profile: EmailServerProfile
) -> None:
    port = SystemRelay.objects.get().port
    SystemRelay.objects.update(port=1)
    failing(profile, 4)
    look()
    assert NoticeDelivery.objects.get().state == DeliveryState.WAITING
    assert Work.objects.get(kind=notices.KIND).due_on is not None
    SystemRelay.objects.update(port=port)
    NoticeDelivery.objects.update(not_before=None)
    look()
    assert [to for to, _ in letters(relay)] == [OWNER]


def test_a_copy_tells_no_owner(relay: SmtpServer, profile: EmailServerProfile) -> None:
    SystemSettings.objects.update(is_copy=True)
    failing(profile, 4)
    look()
    assert (open_codes(profile), letters(relay)) == ([], [])


def test_a_profile_that_is_gone_closes_its_alert(
    relay: SmtpServer, profile: EmailServerProfile
) -> None:
    failing(profile, 4)
    look()
    Mailbox.objects.filter(profile=profile).update(profile=None, enabled_for_incoming=False)
    key = profile.pk
    profile.delete()
    look()
    assert not Alert.objects.filter(subject_id=key, closed_on=None).exists()
    assert not ToldOwner.objects.exists()


def test_it_is_looked_at_from_the_start_and_every_minute() -> None:
    ask_for_outages()
    run_due(kinds=[outages.KIND], limit=3)
    due = Work.objects.get(kind=outages.KIND).due_on
    assert due is not None
    assert due > timezone.now()
