# ruff: noqa: ARG005 - each act takes what it needs of the two records
"""Who changed what is configured: one entry an act, in its transaction, and never a secret."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from tests.stored_rows import MadeOnce

from passerelle.crm.models import AuditEntry
from passerelle.crm.models.audit import AuditAction
from passerelle.faults import Secret
from passerelle.mailboxes import services
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import DeliveryMethod, Direction, ProcessEmailUsing

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BY = "admin"
SERVER_SIDE = DeliveryMethod.SERVER_SIDE
PASSWORD = "a-made-up-secret"


def make_profile() -> EmailServerProfile:
    return services.create_profile("Example", incoming_location="imap.example.com", by=BY)


def make_mailbox() -> Mailbox:
    user = services.create_user_with_mailbox("Anna", "anna@example.com")
    services.create_user_with_mailbox("Bob", "bob@example.com")
    AuditEntry.objects.all().delete()
    return Mailbox.objects.get(systemuser=user)


PROFILE, MAILBOX = MadeOnce(make_profile), MadeOnce(make_mailbox)


@pytest.fixture
def profile(db: None) -> EmailServerProfile:
    return PROFILE.again()


@pytest.fixture
def mailbox(profile: EmailServerProfile) -> Mailbox:
    return MAILBOX.again()


Act = Callable[[Mailbox, EmailServerProfile], object]


def both() -> list[UUID]:
    return list(Mailbox.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("act", "action", "kind", "detail"),
    [
        pytest.param(
            lambda box, profile: services.save_settings({"polling_seconds": 90}, BY),
            AuditAction.SETTINGS_CHANGED,
            "systemsettings",
            {"polling_seconds": [60, 90]},
            id="settings are saved",
        ),
        pytest.param(
            lambda box, profile: services.switch_processing(
                ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, BY
            ),
            AuditAction.PROCESSING_SWITCHED,
            "systemsettings",
            {"process_email_using": [0, 1]},
            id="processing is switched",
        ),
        pytest.param(
            lambda box, profile: services.create_profile("Another", by=BY),
            AuditAction.PROFILE_CREATED,
            "emailserverprofile",
            {},
            id="a profile is made",
        ),
        pytest.param(
            lambda box, profile: services.update_profile(
                profile, by=BY, incoming_port=1143, name="Example"
            ),
            AuditAction.PROFILE_CHANGED,
            "emailserverprofile",
            {"incoming_port": [0, 1143]},
            id="a profile is changed",
        ),
        pytest.param(
            lambda box, profile: services.set_profile_password(
                profile, None, "collector", Secret(PASSWORD), by=BY
            ),
            AuditAction.CREDENTIALS_CHANGED,
            "emailserverprofile",
            {"direction": "both"},
            id="credentials of a profile are changed",
        ),
        pytest.param(
            lambda box, profile: services.set_mailbox_password(
                box, Direction.INCOMING, "anna", Secret(PASSWORD), by=BY
            ),
            AuditAction.CREDENTIALS_CHANGED,
            "mailbox",
            {"direction": "incoming"},
            id="credentials of a mailbox are changed",
        ),
        pytest.param(
            lambda box, profile: services.update_mailbox(
                box,
                by=BY,
                incoming_method=DeliveryMethod.SERVER_SIDE,
                email_address="a@example.com",
            ),
            AuditAction.MAILBOX_CHANGED,
            "mailbox",
            {"incoming_method": [0, 2], "email_address": ["anna@example.com", "a@example.com"]},
            id="a mailbox is changed",
        ),
        pytest.param(
            lambda box, profile: services.switch_off(both(), Direction, BY),
            AuditAction.MAILBOX_CHANGED,
            "mailbox",
            {"count": 2, "fields": ["enabled_for_incoming", "enabled_for_outgoing"]},
            id="mailboxes are switched off",
        ),
        pytest.param(
            lambda box, profile: services.apply_default_settings(both(), BY),
            AuditAction.MAILBOX_CHANGED,
            "mailbox",
            {"count": 2, "fields": ["incoming_method", "outgoing_method", "profile"]},
            id="defaults are applied",
        ),
        pytest.param(
            lambda box, profile: services.approve(both(), BY),
            AuditAction.MAILBOXES_APPROVED,
            "mailbox",
            {"count": 2},
            id="addresses are approved",
        ),
        pytest.param(
            lambda box, profile: services.reject(both(), BY),
            AuditAction.MAILBOXES_REJECTED,
            "mailbox",
            {"count": 2},
            id="addresses are rejected",
        ),
        pytest.param(
            lambda box, profile: services.request_test(both(), BY),
            AuditAction.TEST_REQUESTED,
            "mailbox",
            {"count": 2, "enable": True},
            id="tests are asked for",
        ),
    ],
)
def test_an_act_is_one_entry(
    mailbox: Mailbox,
    profile: EmailServerProfile,
    act: Act,
    action: AuditAction,
    kind: str,
    detail: dict[str, object],
) -> None:
    act(mailbox, profile)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_kind, entry.username) == (action, kind, BY)
    assert entry.detail == detail
    is_bulk_or_only = "count" in detail or kind == "systemsettings"
    assert (entry.subject_id is None) == is_bulk_or_only
    assert PASSWORD not in str(vars(entry))


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(
            lambda box, profile: services.save_settings({"polling_seconds": 60}, BY),
            id="settings saved as they are",
        ),
        pytest.param(
            lambda box, profile: services.switch_processing(ProcessEmailUsing.EMAIL_ROUTER, BY),
            id="a switch that stands so",
        ),
        pytest.param(
            lambda box, profile: services.update_profile(profile, by=BY, name="Example "),
            id="a profile saved as it is",
        ),
        pytest.param(
            lambda box, profile: services.update_mailbox(box, by=BY, profile=None),
            id="a mailbox saved as it is",
        ),
        pytest.param(lambda box, profile: services.approve([], BY), id="nothing approved"),
        pytest.param(lambda box, profile: services.request_test([], BY), id="nothing tested"),
    ],
)
def test_what_changes_nothing_is_no_entry(
    mailbox: Mailbox, profile: EmailServerProfile, act: Act
) -> None:
    act(mailbox, profile)
    assert not AuditEntry.objects.exists()


def test_saving_credentials_as_they_are_is_no_entry(mailbox: Mailbox) -> None:
    stored = services.set_mailbox_password(mailbox, None, "anna", Secret(PASSWORD), by=BY)
    services.set_mailbox_password(stored, None, "anna", None, by=BY)
    assert AuditEntry.objects.count() == 1


def test_what_is_refused_or_rolled_back_leaves_no_entry(
    mailbox: Mailbox, profile: EmailServerProfile
) -> None:
    with pytest.raises(ValidationError):
        services.update_profile(profile, by=BY, incoming_port=99_999)
    with transaction.atomic():
        services.approve(both(), BY)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
