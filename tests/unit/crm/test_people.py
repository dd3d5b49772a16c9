"""Users and queues: numbers, addresses, members, and those who follow an address."""

from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from passerelle.crm.models import AuditEntry, EmailSearch, Organization, Queue, SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.people import FilteringMethod, State
from passerelle.crm.services import (
    AddressChange,
    addresses,
    create_queue,
    create_user,
    follow_addresses,
    organization,
    rename_organization,
    set_members,
    set_queue_owner,
    update_queue,
    update_user,
)
from passerelle.crm.services.organization import next_tracking_number

pytestmark = [pytest.mark.django_db, pytest.mark.database]
IMPORTED = UUID("7d6f2c1e-1111-4222-8333-444455556666")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[AddressChange]:
    """What a follower of addresses was told."""
    changes: list[AddressChange] = []
    monkeypatch.setattr(addresses, "_followers", [])
    follow_addresses(changes.append)
    return changes


def held(record: SystemUser | Queue) -> set[str]:
    kind = "systemuser" if isinstance(record, SystemUser) else "queue"
    return set(EmailSearch.objects.filter(**{kind: record}).values_list("email_address", flat=True))


def test_numbers_are_unique_over_users_and_queues() -> None:
    anna = create_user("Anna Example", "anna@example.com")
    support = create_queue("Support", "support@example.com")
    bert = create_user("Bert Example")
    assert [anna.tracking_number, support.tracking_number, bert.tracking_number] == [1, 2, 3]


def test_a_number_is_not_taken_outside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)
    with pytest.raises(RuntimeError, match="transaction"):
        next_tracking_number()


def test_an_imported_user_keeps_its_guid_and_cannot_come_twice() -> None:
    assert create_user("Anna", "anna@example.com", guid=IMPORTED).pk == IMPORTED
    with pytest.raises(ValidationError):
        create_user("Other", "other@example.com", guid=IMPORTED)
    assert not EmailSearch.objects.filter(email_address="other@example.com").exists()


def test_an_imported_queue_keeps_its_guid() -> None:
    assert create_queue("Support", guid=IMPORTED).pk == IMPORTED


def test_an_address_is_looked_up_in_lower_case_and_shown_as_written() -> None:
    user = create_user("Anna", " Anna.Example@Example.COM ")
    assert user.internal_email_address == "Anna.Example@Example.COM"
    assert held(user) == {"anna.example@example.com"}


def test_several_records_may_share_an_address() -> None:
    user = create_user("Anna", "shared@example.com")
    queue = create_queue("Shared", "SHARED@example.com")
    assert held(user) == held(queue) == {"shared@example.com"}


def test_a_changed_address_leaves_no_row_of_the_old_one(told: list[AddressChange]) -> None:
    user = create_user("Anna", "old@example.com")
    update_user(user, address="new@example.com", disabled=True, filtering=FilteringMethod.ALL)
    assert held(user) == {"new@example.com"}
    user.refresh_from_db()
    assert user.is_disabled
    assert user.incoming_email_filtering_method == FilteringMethod.ALL
    assert told == [AddressChange("systemuser", user.pk, "Anna", "new@example.com", active=False)]


def test_who_becomes_inactive_is_told(told: list[AddressChange]) -> None:
    user = update_user(create_user("Anna", "anna@example.com"), disabled=True)
    queue = update_queue(create_queue("Support"), state=State.INACTIVE)
    assert [(change.id, change.active) for change in told] == [(user.pk, False), (queue.pk, False)]


def test_nobody_is_told_of_anything_else(told: list[AddressChange]) -> None:
    update_user(create_user("Anna", "anna@example.com"), filtering=FilteringMethod.NONE)
    update_queue(create_queue("Support"), filtering=FilteringMethod.NONE)
    assert told == []


def test_an_address_that_is_none_is_refused_by_its_field() -> None:
    user = create_user("Anna", "anna@example.com")
    with pytest.raises(ValidationError) as caught:
        update_user(user, fullname="Other", address="not an address")
    assert set(caught.value.message_dict) == {"internal_email_address"}
    user.refresh_from_db()
    assert user.fullname == "Anna"
    assert held(user) == {"anna@example.com"}


def test_a_follower_that_fails_undoes_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(change: AddressChange) -> None:
        raise ValidationError("no")

    user = create_user("Anna", "anna@example.com")
    monkeypatch.setattr(addresses, "_followers", [refuse])
    with pytest.raises(ValidationError):
        update_user(user, address="new@example.com")
    assert held(user) == {"anna@example.com"}


def test_a_queue_is_renamed_emptied_and_given_away(told: list[AddressChange]) -> None:
    anna, bert = create_user("Anna"), create_user("Bert")
    queue = create_queue("Support", "support@example.com", owner=anna, members=[anna])
    set_members(queue, [bert, bert])
    assert list(queue.members.all()) == [bert]
    set_members(queue, [])
    assert not queue.members.exists()
    set_queue_owner(queue, None)
    changed = update_queue(queue, name="Help", address="", filtering=FilteringMethod.NONE)
    assert (changed.name, changed.owner, held(changed)) == ("Help", None, set())
    assert told == [AddressChange("queue", queue.pk, "Help", "")]


def entries() -> list[tuple[str, object, str, dict[str, object]]]:
    found = AuditEntry.objects.filter(action=AuditAction.PEOPLE_CHANGED).order_by("done_on")
    return [(one.subject_kind, one.subject_id, one.username, one.detail) for one in found]


def test_who_changed_a_user_is_kept_with_before_and_after() -> None:
    user = create_user("Anna", "anna@example.com")
    update_user(user, address="new@example.com", filtering=FilteringMethod.ALL, by="zoe")
    update_user(user, address="new@example.com", filtering=FilteringMethod.ALL, by="zoe")
    detail = {
        "internal_email_address": ["anna@example.com", "new@example.com"],
        "incoming_email_filtering_method": [1, 0],
    }
    assert entries() == [("systemuser", user.pk, "zoe", detail)]


def test_who_changed_a_queue_its_members_and_its_owner_is_kept() -> None:
    anna, bert = create_user("Anna"), create_user("Bert")
    queue = create_queue("Support", owner=anna, members=[anna])
    update_queue(queue, state=State.INACTIVE, by="zoe")
    set_members(queue, [bert], by="zoe")
    set_queue_owner(queue, bert, by="zoe")
    set_members(queue, [bert], by="zoe")
    set_queue_owner(queue, bert, by="zoe")
    assert entries() == [
        ("queue", queue.pk, "zoe", {"statecode": [0, 1]}),
        ("queue", queue.pk, "zoe", {"members_added": "Bert", "members_removed": "Anna"}),
        ("queue", queue.pk, "zoe", {"owner": [str(anna.pk), str(bert.pk)]}),
    ]


def test_of_many_members_some_are_named() -> None:
    queue = create_queue("Support")
    set_members(queue, [create_user(f"User {number:02}") for number in range(25)], by="zoe")
    [(_, _, _, detail)] = entries()
    assert str(detail["members_added"]).startswith("User 00, User 01")
    assert str(detail["members_added"]).endswith("User 19 …")


def test_what_the_caller_audits_is_no_entry_of_its_own() -> None:
    user, queue = create_user("Anna"), create_queue("Support")
    update_user(user, fullname="Other")
    update_queue(queue, name="Other")
    set_members(queue, [user])
    set_queue_owner(queue, user)
    assert entries() == []


def test_there_is_one_organization() -> None:
    assert organization() == organization()
    assert rename_organization(" Example Ltd ").name == "Example Ltd"
    assert Organization.objects.count() == 1


def test_an_organization_has_a_name() -> None:
    with pytest.raises(ValidationError):
        rename_organization("   ")
