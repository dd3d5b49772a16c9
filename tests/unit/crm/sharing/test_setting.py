"""Each word on what others see is kept and audited, once."""

import pytest

from passerelle.crm.models import AuditEntry, Queue, SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.people import SharedLevel
from passerelle.crm.services import organization
from passerelle.crm.sharing import (
    allowed_level,
    share_of_queue,
    share_of_user,
    share_own,
    share_usually,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NONE, METADATA, SUBJECT, ALL = SharedLevel


def entries() -> list[tuple[str, str, str, dict[str, object]]]:
    rows = AuditEntry.objects.order_by("done_on")
    return [(row.action, row.subject_kind, row.username, row.detail) for row in rows]


def test_each_word_is_audited_when_it_changes_something(anna: SystemUser, orders: Queue) -> None:
    for _ in range(2):
        share_usually(METADATA, "admin")
        share_of_user(anna, SUBJECT, "admin")
        share_own(anna, NONE, "anna")
        share_of_queue(orders, ALL, "admin")
    people = AuditAction.PEOPLE_CHANGED
    assert entries() == [
        (AuditAction.SETTINGS_CHANGED, "organization", "admin", {"shared_level": [0, 1]}),
        (people, "systemuser", "admin", {"shared_level": [None, 2]}),
        (people, "systemuser", "anna", {"own_shared_level": [None, 0]}),
        (people, "queue", "admin", {"shared_level": [None, 3]}),
    ]
    share_of_user(anna, None, "admin")
    assert entries()[-1][3] == {"shared_level": [2, None]}


def test_what_holds_before_a_users_own_word(anna: SystemUser) -> None:
    assert allowed_level(anna) == organization().shared_level == NONE
    share_usually(METADATA, "admin")
    assert allowed_level(anna) == METADATA
    share_of_user(anna, ALL, "admin")
    anna.refresh_from_db()
    assert allowed_level(anna) == ALL
