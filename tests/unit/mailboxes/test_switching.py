"""What the switch begins is said before, and what was ticked for it is kept."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from passerelle.crm.models import SystemUser
from passerelle.mailboxes.models import Mailbox, ProcessingSwitch
from passerelle.mailboxes.models.choices import AccessApproval, ProcessEmailUsing
from passerelle.mailboxes.services import (
    create_profile,
    create_queue_with_mailbox,
    create_user_with_mailbox,
    save_settings,
    switch_preview,
    switch_processing,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
READ = datetime(2026, 3, 1, tzinfo=UTC)
OURS = ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION


@pytest.fixture(autouse=True)
def company(db: None) -> None:
    """Anna and a queue, both ready; Bert is not enabled."""
    profile = create_profile(
        "Company", incoming_location="a.example", outgoing_location="a.example"
    )
    create_user_with_mailbox("Anna", "anna@example.com")
    create_user_with_mailbox("Bert", "bert@example.com")
    create_queue_with_mailbox("Sales", "sales@example.com")
    Mailbox.objects.update(
        profile=profile, incoming_method=2, outgoing_method=2, approval=AccessApproval.APPROVED
    )
    Mailbox.objects.exclude(name="Bert").update(
        enabled_for_incoming=True, enabled_on=timezone.now(), process_email_received_after=READ
    )
    Mailbox.objects.filter(name="Anna").update(enabled_for_outgoing=True)


def test_what_would_start() -> None:
    found = switch_preview()
    assert (found.incoming, found.outgoing, found.mailboxes) == (2, 1, 2)
    assert (found.earliest, found.waiting, found.not_enabled) == (READ, 0, 1)


@pytest.mark.parametrize(
    ("change", "left"),
    [
        pytest.param(lambda b: b.update(approval=AccessApproval.PENDING), 1, id="not-approved"),
        pytest.param(lambda b: b.update(statecode=1), 1, id="inactive"),
        pytest.param(lambda b: b.update(email_address=""), 1, id="no-address"),
        pytest.param(lambda b: b.update(incoming_method=1), 1, id="Outlook-reads"),
        pytest.param(
            lambda _: SystemUser.objects.filter(fullname="Anna").update(is_disabled=True), 1,
            id="a-disabled-user",
        ),
        pytest.param(
            lambda b: (
                b.update(approval=AccessApproval.PENDING),
                save_settings({"require_approval_for_users": False}, "admin"),
            ),
            2, id="approval-is-not-asked",
        ),
    ],
)  # fmt: skip
def test_who_would_not_start(change: Callable[[object], object], left: int) -> None:
    change(Mailbox.objects.filter(name="Anna"))
    assert switch_preview().incoming == left


def test_what_was_ticked_is_kept_with_person_and_date() -> None:
    before = timezone.now()
    switch_processing(OURS, "admin", checks=["stopped", "nothing_pending"])
    switch_processing(OURS, "admin", checks=["again"])  # already so: nothing happens
    kept = ProcessingSwitch.objects.get()
    assert (kept.to, kept.switched_by, kept.checks) == (1, "admin", ["stopped", "nothing_pending"])
    assert (kept.mailboxes, kept.waiting) == (2, 0)
    assert kept.switched_on >= before
    switch_processing(ProcessEmailUsing.EMAIL_ROUTER, "admin")
    assert [one.to for one in ProcessingSwitch.objects.all()] == [0, 1]
