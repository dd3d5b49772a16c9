"""Who says how much is shared: the organization, for one user or queue an administrator, and a user
for their own email, stricter only. Each word is audited.
"""

from django.db import transaction

from passerelle.crm.models import Organization, Queue, SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.people import SharedLevel
from passerelle.crm.services.audit_notes import Subject, note_changes, plain_values
from passerelle.crm.services.organization import organization
from passerelle.crm.sharing.standing import standing_of


def share_usually(level: SharedLevel, by: str) -> Organization:
    """What others see of email where nothing else is said of its users and queues."""
    organization()
    with transaction.atomic():
        stored = Organization.objects.select_for_update().get(only=True)
        _say(stored, "shared_level", level, AuditAction.SETTINGS_CHANGED, by)
    return stored


def share_of_user(user: SystemUser, level: SharedLevel | None, by: str) -> None:
    """What others see of this user's email; None: as the organization says."""
    _say_of(user, "shared_level", level, by)


def share_own(user: SystemUser, level: SharedLevel | None, by: str) -> None:
    """What others see at most, as the user says; None: they say nothing."""
    _say_of(user, "own_shared_level", level, by)


def share_of_queue(queue: Queue, level: SharedLevel | None, by: str) -> None:
    """What others than its members see of the queue's email; None: as the organization says."""
    _say_of(queue, "shared_level", level, by)


def allowed_level(user: SystemUser) -> SharedLevel:
    """What others see of this user's email before the user's own word."""
    return standing_of(user).allowed


def _say_of(record: SystemUser | Queue, name: str, level: SharedLevel | None, by: str) -> None:
    with transaction.atomic():
        stored = type(record)._default_manager.select_for_update().get(pk=record.pk)
        _say(stored, name, level, AuditAction.PEOPLE_CHANGED, by)


def _say(
    stored: Organization | SystemUser | Queue,
    name: str,
    level: SharedLevel | None,
    action: AuditAction,
    by: str,
) -> None:
    before = plain_values(stored, [name])
    setattr(stored, name, level)
    stored.save(update_fields=[name])
    key = None if isinstance(stored, Organization) else stored.pk
    note_changes(action, Subject(stored._meta.db_table, key), by, before, stored)
