"""Does one bulk action to one chunk of mailboxes, in the transaction of the caller.

No entry in the audit: the action as a whole has one. Whatever may run afterwards is asked for.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from passerelle.mailboxes.bulk.changes import Change
from passerelle.mailboxes.bulk.reasons import of_queue, reason_of
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.bulk import BulkKind
from passerelle.mailboxes.models.choices import AccessApproval
from passerelle.mailboxes.models.profile import State
from passerelle.mailboxes.services.approval import name_approved
from passerelle.mailboxes.services.processing import current_settings, schedule
from passerelle.mailboxes.testing.requests import queue_tests

FIXED: Mapping[BulkKind, Mapping[str, Any]] = {
    BulkKind.APPROVE: {"approval": AccessApproval.APPROVED},
    BulkKind.REJECT: {"approval": AccessApproval.REJECTED},
    BulkKind.OFF: {"enabled_for_incoming": False, "enabled_for_outgoing": False},
    BulkKind.DEACTIVATE: {"statecode": State.INACTIVE},
    BulkKind.ACTIVATE: {"statecode": State.ACTIVE},
}


def apply(change: Change, keys: Sequence[UUID], by: str) -> None:
    """Do it to all of these mailboxes, which nothing stands in the way of."""
    chosen = Mailbox.objects.filter(pk__in=keys)
    if change.kind == BulkKind.TEST:
        queue_tests(keys, by)
        return
    if change.kind == BulkKind.DEFAULTS:
        of_queues = {
            "incoming_method": of_queue(change.incoming),
            "outgoing_method": of_queue(change.outgoing),
        }
        chosen.filter(queue__isnull=False).update(**_values(change), **_now(), **of_queues)
        chosen = chosen.filter(queue=None)
    if values := _values(change) | _methods(change):
        chosen.update(**values, **_now())
    if change.kind == BulkKind.APPROVE:
        name_approved(chosen)
    schedule(Mailbox.objects.filter(pk__in=keys))
    if change.test:
        queue_tests(_testable(keys), by)


def _testable(keys: Sequence[UUID]) -> list[UUID]:
    """Those that a test of their own would not be refused to."""
    reason = reason_of(Change(BulkKind.TEST), current_settings())
    able = Mailbox.objects.filter(pk__in=keys).annotate(reason=reason).filter(reason="")
    return list(able.values_list("pk", flat=True))


def _values(change: Change) -> dict[str, Any]:
    """What every mailbox gets alike."""
    match change.kind:
        case BulkKind.PROFILE | BulkKind.DEFAULTS:
            return {"profile": change.profile}
        case BulkKind.START:
            return {"process_email_received_after": change.start}
        case kind:
            return dict(FIXED.get(kind, {}))


def _methods(change: Change) -> dict[str, Any]:
    given = {"incoming_method": change.incoming, "outgoing_method": change.outgoing}
    return {name: method for name, method in given.items() if method is not None}


def _now() -> dict[str, Any]:
    return {"modified_on": timezone.now()}
