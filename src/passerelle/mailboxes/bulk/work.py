"""A bulk action as work of the engine: chunk by chunk, each committed with its account.

Killed anywhere, it goes on behind the last chunk; a chunk is done and told in one transaction, so
nothing is done twice or told that was not done.
"""

from collections import Counter, defaultdict
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.engine.services import Again, Lease, crash_point, fence, register
from passerelle.faults import Fault
from passerelle.mailboxes.bulk.applying import apply
from passerelle.mailboxes.bulk.changes import Change, change_of
from passerelle.mailboxes.bulk.crash_points import AFTER_CHUNK, FINISHED, IN_CHUNK
from passerelle.mailboxes.bulk.reasons import reason_of
from passerelle.mailboxes.bulk.starting import KIND
from passerelle.mailboxes.models import BulkAction, BulkItem, Mailbox
from passerelle.mailboxes.models.bulk import BulkOutcome, BulkState
from passerelle.mailboxes.services.processing import current_settings

log = structlog.get_logger(__name__)

DEADLINE_SECONDS = 900.0
CHUNK = 500


def register_bulk() -> None:
    """Have the engine run bulk actions."""
    register(KIND, run, deadline_seconds=DEADLINE_SECONDS, failed=failed)


def run(lease: Lease) -> Again:
    """Whatever is left to do of one bulk action."""
    bulk = BulkAction.objects.filter(pk=lease.key).first()
    if bulk is None:
        return Again(None)
    change = change_of(bulk.kind, bulk.parameters)
    while _chunk(bulk, change, lease):
        crash_point(AFTER_CHUNK)
    alerts.heal(SubjectKind.SYSTEM, bulk.pk, KIND)
    crash_point(FINISHED)
    return Again(None)


def failed(lease: Lease, fault: Fault) -> None:
    """Tell the page and open an alert; the work is tried again as the fault allows."""
    BulkAction.objects.filter(pk=lease.key).update(last_code=fault.code, last_facts=fault.facts)
    alerts.record(SubjectKind.SYSTEM, lease.key, KIND, fault)


def _chunk(bulk: BulkAction, change: Change, lease: Lease) -> bool:
    """Do the next chunk; False when there is none, or somebody stopped the action."""
    with transaction.atomic():
        fence(lease)
        ours = BulkAction.objects.select_for_update().filter(pk=bulk.pk, state=BulkState.RUNNING)
        if ours.first() is None:
            return False
        waiting = BulkItem.objects.filter(bulk=bulk, outcome=BulkOutcome.WAITING).order_by("id")
        items = dict(waiting.values_list("mailbox_id", "id")[:CHUNK])
        if not items:
            ours.update(state=BulkState.DONE, finished_on=timezone.now(), last_code="")
            return False
        outcomes = _outcomes(list(items), change)
        to_do = [key for key in items if outcomes.get(key) == BulkOutcome.DONE]
        apply(change, to_do, bulk.started_by)
        _tell(outcomes, items)
        crash_point(IN_CHUNK)
        done = Counter(outcomes.values())[BulkOutcome.DONE]
        ours.update(looked_at=F("looked_at") + len(items), done=F("done") + done, last_code="")
    return True


def _outcomes(keys: list[UUID], change: Change) -> dict[UUID, BulkOutcome]:
    """What is to become of each mailbox. It is locked, so that it stays as it is judged."""
    mailboxes = Mailbox.objects.order_by("pk").filter(pk__in=keys)
    list(mailboxes.select_for_update().values_list("pk", flat=True))
    judged = mailboxes.annotate(reason=reason_of(change, current_settings()))
    reasons = judged.values_list("pk", "reason")
    return {key: BulkOutcome(reason) if reason else BulkOutcome.DONE for key, reason in reasons}


def _tell(outcomes: dict[UUID, BulkOutcome], items: dict[UUID, int]) -> None:
    by_outcome: dict[BulkOutcome, list[int]] = defaultdict(list)
    for key, outcome in outcomes.items():
        by_outcome[outcome].append(items[key])
    for outcome, rows in by_outcome.items():
        BulkItem.objects.filter(pk__in=rows).update(outcome=outcome)
