"""Queues and who works in them. A queue's mailbox is made above, by `mailboxes`."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction

from passerelle.crm.models import Queue, QueueMembership, SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.people import CreateAutomatically, FilteringMethod, State
from passerelle.crm.principals.storing import change_stored, store_new
from passerelle.crm.services.audit_notes import Subject, note, note_changes, plain_values
from passerelle.guids import new_guid

NAMES_AUDITED = 20  # of the members that came or went


def create_queue(
    name: str,
    address: str = "",
    *,
    guid: UUID | None = None,
    filtering: FilteringMethod = FilteringMethod.ALL,
    creates: CreateAutomatically = CreateAutomatically.AS_ORGANIZATION,
    owner: SystemUser | None = None,
    members: Iterable[SystemUser] = (),
) -> Queue:
    """Make a queue, with the GUID of another system or one of ours. Raises `ValidationError`."""
    queue = Queue(
        queue_id=guid or new_guid(),
        name=name.strip(),
        email_address=address.strip(),
        incoming_email_filtering_method=filtering,
        create_automatically=creates,
        owner=owner,
    )
    with transaction.atomic():
        store_new(queue)
        set_members(queue, members)
    return queue


def update_queue(
    queue: Queue,
    *,
    name: str | None = None,
    address: str | None = None,
    filtering: FilteringMethod | None = None,
    creates: CreateAutomatically | None = None,
    state: State | None = None,
    by: str | None = None,
) -> Queue:
    """Change what is given. Raises `ValidationError`, and then nothing is changed.

    `by` is who is audited for it; None where the caller audits what this is a part of.
    """
    given = {
        "name": name,
        "email_address": address,
        "incoming_email_filtering_method": filtering,
        "create_automatically": creates,
        "statecode": state,
    }
    return change_stored(queue, given, by=by)


def set_queue_owner(queue: Queue, owner: SystemUser | None, *, by: str | None = None) -> Queue:
    """Give the queue to another user, or to nobody; audited for `by`, as in `update_queue`."""
    with transaction.atomic():
        values = plain_values(queue, ["owner"])
        queue.owner = owner
        queue.save(update_fields=["owner"])
        if by is not None:
            subject = Subject("queue", queue.pk)
            note_changes(AuditAction.PEOPLE_CHANGED, subject, by, values, queue)
    return queue


def set_members(queue: Queue, members: Iterable[SystemUser], *, by: str | None = None) -> None:
    """Make these users, and no others, the members; audited for `by`, as in `update_queue`."""
    wanted = {member.pk for member in members}
    with transaction.atomic():
        rows = QueueMembership.objects.filter(queue=queue)
        known = set(rows.values_list("systemuser_id", flat=True))
        come, gone = sorted(wanted - known), known - wanted
        rows.filter(systemuser__in=gone).delete()
        QueueMembership.objects.bulk_create(
            QueueMembership(queue=queue, systemuser_id=key) for key in come
        )
        if by is not None and (come or gone):
            detail = {"members_added": _names(come), "members_removed": _names(gone)}
            note(AuditAction.PEOPLE_CHANGED, Subject("queue", queue.pk), by, detail)


def _names(users: Collection[UUID]) -> str:
    """The names of some users, as an entry keeps them: a person may be gone when it is read."""
    found = SystemUser.objects.filter(pk__in=users).values_list("fullname", flat=True)
    names = ", ".join(found[:NAMES_AUDITED])
    return f"{names} …" if len(users) > NAMES_AUDITED else names
