"""Why a bulk action leaves a mailbox out: conditions that the database judges, the first holds.

The preview counts by them and the work obeys them, so that both say the same. Nothing is changed
here.
"""

from collections.abc import Callable, Mapping

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When

from passerelle.mailboxes.bulk.changes import Change
from passerelle.mailboxes.models import SystemSettings, TestRun
from passerelle.mailboxes.models.bulk import BulkKind, BulkOutcome
from passerelle.mailboxes.models.choices import AccessApproval, DeliveryMethod, ProcessEmailUsing
from passerelle.mailboxes.models.profile import State
from passerelle.mailboxes.services.approval import lacks_approval
from passerelle.mailboxes.services.records import forward_mailboxes

Reason = tuple[BulkOutcome, Q | Exists]
Reasons = list[Reason]

ENABLED = Q(enabled_for_incoming=True) | Q(enabled_for_outgoing=True)
SERVED = Q(incoming_method=DeliveryMethod.SERVER_SIDE) | Q(
    outgoing_method=DeliveryMethod.SERVER_SIDE
)
INACTIVE = (
    Q(statecode=State.INACTIVE)
    | Q(systemuser__is_disabled=True)
    | Q(queue__statecode=State.INACTIVE)
)
ALWAYS = Q(pk__isnull=False)


def reason_of(change: Change, settings: SystemSettings) -> Case:
    """To annotate mailboxes with: a `BulkOutcome`, or "" where the action is to be done."""
    cases = [
        When(condition, then=Value(outcome.value))
        for outcome, condition in RULES[change.kind](change, settings)
    ]
    return Case(*cases, default=Value(""), output_field=CharField(max_length=16))


def _address(approval: AccessApproval) -> Callable[[Change, SystemSettings], Reasons]:
    return lambda _change, _settings: [
        (BulkOutcome.NO_ADDRESS, Q(email_address="")),
        (BulkOutcome.ALREADY, Q(approval=approval)),
    ]


def _methods(change: Change, settings: SystemSettings) -> Reasons:
    del settings
    same = Q()
    if change.incoming is not None:
        same &= Q(incoming_method=change.incoming)
    if change.outgoing is not None:
        same &= Q(outgoing_method=change.outgoing)
    reasons: Reasons = [(BulkOutcome.FORWARD, Q(is_forward_mailbox=True))]
    if DeliveryMethod.OUTLOOK in {change.incoming, change.outgoing}:
        reasons.append((BulkOutcome.NO_OUTLOOK, Q(queue__isnull=False)))
    reasons.append((BulkOutcome.ALREADY, same or ALWAYS))
    return reasons + _no_forward(change)


def _no_forward(change: Change) -> Reasons:
    if change.incoming != DeliveryMethod.FORWARD:
        return []
    return [(BulkOutcome.NO_FORWARD, ~Q(Exists(forward_mailboxes())))]


def _profile(change: Change, settings: SystemSettings) -> Reasons:
    del settings
    reasons: Reasons = [(BulkOutcome.ALREADY, Q(profile=change.profile))]
    if change.profile is None:
        reasons.append((BulkOutcome.NEEDS_PROFILE, ENABLED))
    return reasons


def _defaults(change: Change, settings: SystemSettings) -> Reasons:
    del settings
    reasons: Reasons = [(BulkOutcome.FORWARD, Q(is_forward_mailbox=True))]
    if change.profile is None:
        reasons.append((BulkOutcome.NEEDS_PROFILE, ENABLED))
    if not change.test:
        same = Q(profile=change.profile)
        of_users = same & _methods_are(change.incoming, change.outgoing)
        of_queues = same & _methods_are(of_queue(change.incoming), of_queue(change.outgoing))
        already = (Q(queue=None) & of_users) | (Q(queue__isnull=False) & of_queues)
        reasons.append((BulkOutcome.ALREADY, already))
    return reasons + _no_forward(change)


def _methods_are(incoming: DeliveryMethod | None, outgoing: DeliveryMethod | None) -> Q:
    return Q(incoming_method=incoming, outgoing_method=outgoing)


def of_queue(method: DeliveryMethod | None) -> DeliveryMethod | None:
    """What a default becomes for a queue, which has no Outlook."""
    return DeliveryMethod.NONE if method == DeliveryMethod.OUTLOOK else method


def _start(change: Change, settings: SystemSettings) -> Reasons:
    del settings
    return [(BulkOutcome.NOT_EARLIER, Q(process_email_received_after__lte=change.start))]


def _test(change: Change, settings: SystemSettings) -> Reasons:
    del change, settings
    running = TestRun.objects.filter(mailbox=OuterRef("pk"), finished_on=None)
    return [
        (BulkOutcome.INACTIVE, INACTIVE),
        (BulkOutcome.NO_PROFILE, Q(profile=None)),
        (BulkOutcome.NOT_SERVER_SIDE, ~SERVED),
        (BulkOutcome.IN_TEST, Exists(running)),
    ]


def _sync(change: Change, settings: SystemSettings) -> Reasons:
    del change
    if settings.process_email_using == ProcessEmailUsing.EMAIL_ROUTER:
        return [(BulkOutcome.ROUTER, ALWAYS)]
    return [
        (BulkOutcome.INACTIVE, INACTIVE),
        (BulkOutcome.NOT_ENABLED, ~ENABLED),
        (BulkOutcome.NOT_SERVER_SIDE, ~SERVED),
        (BulkOutcome.NOT_APPROVED, lacks_approval()),
    ]


def _already(condition: Q) -> Callable[[Change, SystemSettings], Reasons]:
    return lambda _change, _settings: [(BulkOutcome.ALREADY, condition)]


RULES: Mapping[BulkKind, Callable[[Change, SystemSettings], Reasons]] = {
    BulkKind.APPROVE: _address(AccessApproval.APPROVED),
    BulkKind.REJECT: _address(AccessApproval.REJECTED),
    BulkKind.DEFAULTS: _defaults,
    BulkKind.METHODS: _methods,
    BulkKind.PROFILE: _profile,
    BulkKind.START: _start,
    BulkKind.TEST: _test,
    BulkKind.SYNC: _sync,
    BulkKind.OFF: _already(~ENABLED),
    BulkKind.DEACTIVATE: _already(Q(statecode=State.INACTIVE)),
    BulkKind.ACTIVATE: _already(Q(statecode=State.ACTIVE)),
}
