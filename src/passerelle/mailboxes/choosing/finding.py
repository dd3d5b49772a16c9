"""The mailboxes that words and filters leave, as one query that both databases answer quickly.

A word is found at the beginning of any word of name or address: one comparison of the folded
column, without a join. Alerts and failed work are looked up by their keys. `docs/performance.md`
has the figures with 40,000 mailboxes.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from passerelle.alerts.models import Alert, SubjectKind
from passerelle.crm.models import QueueMembership
from passerelle.engine.services import failing_keys
from passerelle.mailboxes.choosing.wanted import NO_PROFILE, Wanted
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import (
    AccessApproval,
    DeliveryMethod,
    Direction,
    TestStatus,
)
from passerelle.mailboxes.models.profile import State
from passerelle.messages import fold

MOST_COUNTED = 10_000  # no exact count above it

METHODS: Mapping[str, DeliveryMethod] = {
    "none": DeliveryMethod.NONE,
    "outlook": DeliveryMethod.OUTLOOK,
    "server-side": DeliveryMethod.SERVER_SIDE,
    "forward": DeliveryMethod.FORWARD,
}
APPROVALS: Mapping[str, AccessApproval] = {
    "empty": AccessApproval.EMPTY,
    "approved": AccessApproval.APPROVED,
    "pending": AccessApproval.PENDING,
    "rejected": AccessApproval.REJECTED,
}
ENABLED = Q(enabled_for_incoming=True) | Q(enabled_for_outgoing=True)
FAILED = Q(incoming_status=TestStatus.FAILURE) | Q(outgoing_status=TestStatus.FAILURE)
PASSED = Q(incoming_status=TestStatus.SUCCESS) | Q(outgoing_status=TestStatus.SUCCESS)
KINDS: Mapping[str, Q] = {
    "users": Q(systemuser__isnull=False),
    "queues": Q(queue__isnull=False),
    "forward": Q(is_forward_mailbox=True),
}
STATES: Mapping[str, Q] = {
    "active": Q(statecode=State.ACTIVE),
    "inactive": Q(statecode=State.INACTIVE),
}
TESTS: Mapping[str, Q] = {
    "failed": FAILED,
    "passed": PASSED & ~FAILED,
    "not-run": ~PASSED & ~FAILED,
}
# Each filter, and what it asks for with a value that `wanted_of` let through.
CONDITIONS: Mapping[str, Callable[[str], Q | Exists]] = {
    "kind": KINDS.__getitem__,
    "state": STATES.__getitem__,
    "profile": lambda value: Q(profile=None if value == NO_PROFILE else value),
    "queue": lambda value: _in_queue(UUID(value)),
    "incoming": lambda value: Q(incoming_method=METHODS[value]),
    "outgoing": lambda value: Q(outgoing_method=METHODS[value]),
    "approval": lambda value: Q(approval=APPROVALS[value]),
    "test": TESTS.__getitem__,
    "enabled": lambda value: ENABLED if value == "yes" else ~ENABLED,
    "alerts": lambda _: _has_alerts(),
    "waiting": lambda _: ENABLED & Q(pk__in=failing_keys([one.value for one in Direction])),
}


def found(wanted: Wanted) -> QuerySet[Mailbox]:
    """The mailboxes, in no order of their own."""
    rows = Mailbox.objects.order_by()
    for term in wanted.terms:
        rows = rows.filter(search_text__contains=f" {fold(term)}")
    for name, value in wanted.stored().items():
        if name in CONDITIONS:
            rows = rows.filter(CONDITIONS[name](value))
    return rows


def bounded_count(rows: QuerySet[Mailbox]) -> int:
    """How many there are, counted up to 10,000."""
    return rows[:MOST_COUNTED].count()


def _in_queue(queue: UUID) -> Q:
    members = QueueMembership.objects.filter(queue=queue).values("systemuser")
    return Q(queue=queue) | Q(systemuser__in=members)


def _has_alerts() -> Exists:
    return Exists(
        Alert.objects.filter(
            subject_kind=SubjectKind.MAILBOX, subject_id=OuterRef("pk"), closed_on=None
        )
    )
