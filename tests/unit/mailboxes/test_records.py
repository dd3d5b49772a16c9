"""Mailboxes: made with their user or queue, changed, switched off, approved."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from tests.unit.mailboxes.conftest import MailboxMaker

from passerelle.crm.models import EmailSearch, SystemUser
from passerelle.crm.services import update_queue, update_user
from passerelle.engine.services import state_of
from passerelle.faults import Secret
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import (
    AccessApproval,
    DeliveryMethod,
    Direction,
    ProcessEmailUsing,
)
from passerelle.mailboxes.services import (
    apply_default_settings,
    approve,
    create_queue_with_mailbox,
    create_user_with_mailbox,
    reject,
    reveal,
    save_settings,
    set_mailbox_password,
    switch_off,
    switch_processing,
    update_mailbox,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PENDING, APPROVED, EMPTY = AccessApproval.PENDING, AccessApproval.APPROVED, AccessApproval.EMPTY
OUTLOOK, SERVER_SIDE = DeliveryMethod.OUTLOOK, DeliveryMethod.SERVER_SIDE


def test_a_user_comes_with_a_mailbox_that_nothing_is_decided_of() -> None:
    box = create_user_with_mailbox("Anna Example", "anna@example.com").mailbox
    assert (box.name, box.email_address) == ("Anna Example", "anna@example.com")
    assert (box.approval, box.incoming_method) == (PENDING, DeliveryMethod.NONE)
    assert not box.enabled_for_incoming
    assert not box.is_forward_mailbox


def test_guid_and_members_reach_the_record() -> None:
    key = uuid4()
    user = create_user_with_mailbox("Anna", guid=key)
    queue = create_queue_with_mailbox("Support", "support@example.com", members=[user])
    assert user.pk == key
    assert user.mailbox.approval == EMPTY
    assert list(queue.members.all()) == [user]


def test_new_mailboxes_take_the_default_settings(profile: EmailServerProfile) -> None:
    values = {"default_profile": profile, "default_incoming": OUTLOOK, "default_outgoing": OUTLOOK}
    save_settings(values, by="root")
    user = create_user_with_mailbox("Anna").mailbox
    queue = create_queue_with_mailbox("Support").mailbox
    assert (user.profile, user.incoming_method, user.outgoing_method) == (profile, OUTLOOK, OUTLOOK)
    assert (queue.incoming_method, queue.outgoing_method) == (0, 0)  # queues have no Outlook


def test_a_bad_address_makes_neither_user_nor_mailbox() -> None:
    with pytest.raises(ValidationError):
        create_user_with_mailbox("Anna", "anna at example.com")
    assert not SystemUser.objects.exists()
    assert not Mailbox.objects.exists()


class TestAddress:
    def test_changed_at_the_user_it_is_the_mailboxs_and_pending(self, mailbox: Mailbox) -> None:
        assert mailbox.systemuser is not None
        update_user(mailbox.systemuser, address="new@example.com", fullname="Anna New")
        mailbox.refresh_from_db()
        assert (mailbox.email_address, mailbox.name) == ("new@example.com", "Anna New")
        assert mailbox.approval == PENDING

    def test_changed_at_the_mailbox_it_is_the_users_and_pending(self, mailbox: Mailbox) -> None:
        changed = update_mailbox(mailbox, email_address="new@example.com")
        assert (changed.email_address, changed.approval) == ("new@example.com", PENDING)
        user = SystemUser.objects.get()
        assert user.internal_email_address == "new@example.com"
        found = EmailSearch.objects.filter(systemuser=user).values_list("email_address", flat=True)
        assert list(found) == ["new@example.com"]

    def test_another_name_needs_no_approval(self, mailbox: Mailbox) -> None:
        assert mailbox.systemuser is not None
        update_user(mailbox.systemuser, fullname="Anna New")
        mailbox.refresh_from_db()
        assert (mailbox.name, mailbox.approval) == ("Anna New", APPROVED)

    def test_a_queues_address_follows_the_rule_of_queues(self) -> None:
        save_settings({"require_approval_for_queues": False}, by="root")
        queue = create_queue_with_mailbox("Support", "support@example.com")
        assert queue.mailbox.approval == EMPTY
        approve([queue.mailbox.pk], by="root")
        update_queue(queue, address="help@example.com")
        assert Mailbox.objects.get().approval == EMPTY  # nobody approved this one

    def test_a_bad_one_is_refused_by_the_box_of_this_form(self, mailbox: Mailbox) -> None:
        with pytest.raises(ValidationError) as caught:
            update_mailbox(mailbox, email_address="nonsense", incoming_method=0)
        assert set(caught.value.message_dict) == {"email_address"}
        mailbox.refresh_from_db()
        assert mailbox.incoming_method == SERVER_SIDE


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({"incoming_method": OUTLOOK}, "incoming_method", id="no-outlook-in"),
        pytest.param({"outgoing_method": OUTLOOK}, "outgoing_method", id="no-outlook-out"),
        pytest.param({"incoming_method": 3}, "incoming_method", id="no-forward-mailbox-yet"),
        pytest.param({"incoming_method": 9}, "incoming_method", id="no-such-method"),
    ],
)
def test_a_queues_methods(fields: dict[str, Any], field: str) -> None:
    box = create_queue_with_mailbox("Support").mailbox
    with pytest.raises(ValidationError) as caught:
        update_mailbox(box, **fields)
    assert field in caught.value.message_dict


def test_an_enabled_mailbox_keeps_a_profile(make_mailbox: MailboxMaker) -> None:
    box = make_mailbox(enabled_for_incoming=True)
    with pytest.raises(ValidationError) as caught:
        update_mailbox(box, profile=None)
    assert set(caught.value.message_dict) == {"profile"}
    switch_off([box.pk], [Direction.INCOMING, Direction.OUTGOING], by="root")
    assert update_mailbox(box, profile=None).profile is None


@pytest.mark.parametrize("is_tested", [False, True], ids=["never tested", "tested and enabled"])
def test_what_tests_write_is_no_hindrance_to_a_change(
    make_mailbox: MailboxMaker, *, is_tested: bool
) -> None:
    box, now = make_mailbox(), timezone.now()
    written = {"tested_on": now, "enabled_on": now, "enabled_for_incoming": True}
    Mailbox.objects.update(**(written if is_tested else {"tested_on": None, "enabled_on": None}))
    changed = update_mailbox(box, allow_credentials=False)
    assert not changed.allow_credentials
    assert (changed.tested_on, changed.enabled_on) == ((now, now) if is_tested else (None, None))


def test_directions_are_switched_off_apart(make_mailbox: MailboxMaker) -> None:
    box = make_mailbox(enabled_for_incoming=True, enabled_for_outgoing=True)
    assert switch_off([box.pk], [Direction.OUTGOING], by="root") == 1
    box.refresh_from_db()
    assert (box.enabled_for_incoming, box.enabled_for_outgoing) == (True, False)


def test_the_work_goes_on_when_its_user_is_active_again(make_mailbox: MailboxMaker) -> None:
    switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="root")
    box = make_mailbox(enabled_for_incoming=True)
    assert box.systemuser is not None
    update_user(box.systemuser, disabled=True)
    assert not state_of("incoming", [box.pk])
    update_user(box.systemuser, disabled=False)
    assert state_of("incoming", [box.pk])


@pytest.mark.parametrize("name", ["enabled_for_incoming", "approval", "incoming_status", "queue"])
def test_decisions_and_results_are_no_fields_to_change(mailbox: Mailbox, name: str) -> None:
    unknown: dict[str, Any] = {name: 1}
    with pytest.raises(TypeError, match=name):
        update_mailbox(mailbox, **unknown)


class TestApproval:
    def test_one_bulk_action_approves_and_asks(self, make_mailbox: MailboxMaker) -> None:
        switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="root")
        boxes = [
            make_mailbox(name, approval=PENDING, enabled_for_incoming=True)
            for name in ("anna", "bert")
        ]
        nameless = create_user_with_mailbox("Carl").mailbox
        keys = [box.pk for box in (*boxes, nameless)]
        assert approve(keys, by="root") == 2
        assert approve(keys, by="root") == 0
        assert set(state_of("incoming", keys)) == {box.pk for box in boxes}
        nameless.refresh_from_db()
        assert nameless.approval == EMPTY

    def test_a_rejected_address_may_be_approved_later(self, mailbox: Mailbox) -> None:
        assert reject([mailbox.pk], by="root") == 1
        mailbox.refresh_from_db()
        assert mailbox.approval == AccessApproval.REJECTED
        assert approve([mailbox.pk], by="root") == 1


def test_default_settings_are_applied_to_many(
    make_mailbox: MailboxMaker, profile: EmailServerProfile
) -> None:
    box = make_mailbox()
    queue = create_queue_with_mailbox("Support").mailbox
    save_settings({"default_profile": profile, "default_incoming": OUTLOOK}, by="root")
    assert apply_default_settings([box.pk, queue.pk], by="root") == 2
    box.refresh_from_db()
    queue.refresh_from_db()
    assert (box.incoming_method, box.outgoing_method) == (OUTLOOK, 0)
    assert (queue.profile, queue.incoming_method) == (profile, 0)


def test_the_two_directions_may_have_passwords_of_their_own(mailbox: Mailbox) -> None:
    assert mailbox.incoming_credential == mailbox.outgoing_credential
    apart = set_mailbox_password(mailbox, Direction.INCOMING, "reader", Secret("in"))
    assert apart.outgoing_credential == mailbox.outgoing_credential
    assert apart.incoming_credential is not None
    assert reveal(apart.incoming_credential) == Secret("in")
    both = set_mailbox_password(apart, None, "anna", Secret("both"))
    assert both.incoming_credential == both.outgoing_credential
    assert Credential.objects.count() == 1  # no password is kept that nobody uses
