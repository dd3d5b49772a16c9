"""Tells people of alerts: what is to be told is committed first, then it goes out.

A mark is durable before a message leaves. Killed after it, nobody knows whether it left: mail is
not sent a second time then, and a webhook is, as it knows the notice by its id.
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from passerelle.alerts.services import SYSTEM, Cause, SubjectKind, heal, open_causes, record
from passerelle.engine.services import Again, Lease, crash_point, fence, register
from passerelle.faults import Fault, Retry, Secret
from passerelle.faults.relay import NoticeUncertain
from passerelle.mailboxes.services import is_copy, reveal, send_notice, system_settings
from passerelle.monitoring.models import (
    Channel,
    DeliveryState,
    Notice,
    NoticeDelivery,
    NoticeSettings,
    ToldCause,
)
from passerelle.monitoring.notices import kind, telling, webhook
from passerelle.monitoring.notices.planning import HOUR, OpenCause, Pace, Plan, plan
from passerelle.monitoring.notices.storing import notice_settings

log = structlog.get_logger(__name__)

CAUSES_MAX = 200  # of one notice; the page has them all
AT_ONCE = 50  # deliveries of one run
ATTEMPTS_MAX = 5
ACTIVITY = "notices-"  # and the channel: of the alert that nobody could be told
GAP = timedelta(minutes=1)  # before the second try; doubled after each


def register_notices() -> None:
    """Tell the engine what this kind of work does."""
    register(kind.KIND, run, deadline_seconds=kind.DEADLINE_SECONDS)


def run(lease: Lease) -> Again:
    """Plan, then deliver. Rests when nobody wants to hear anything."""
    if is_copy(system_settings()):
        return Again(kind.LOOK_SECONDS)  # the installation itself tells of it
    settings = notice_settings()
    _settle_marked(lease)
    if settings.addresses or settings.webhook_url:
        _plan(lease, settings)
    deliveries = _due()
    for delivery in deliveries:
        _deliver(lease, delivery, settings)
    wanted = settings.addresses or settings.webhook_url
    if not wanted and not NoticeDelivery.objects.filter(state=DeliveryState.WAITING).exists():
        return Again(None)
    return Again(0.0 if len(deliveries) == AT_ONCE else kind.LOOK_SECONDS)


def queue_notice(settings: NoticeSettings, notice: Notice) -> None:
    """Store a notice with its deliveries, in a transaction of the caller."""
    notice.save(force_insert=True)
    targets = [(Channel.MAIL, address) for address in settings.addresses]
    if settings.webhook_url:
        targets.append((Channel.WEBHOOK, settings.webhook_url))
    NoticeDelivery.objects.bulk_create(
        NoticeDelivery(notice=notice, channel=channel, target=target) for channel, target in targets
    )


def _plan(lease: Lease, settings: NoticeSettings) -> None:
    now = timezone.now()
    causes = {one.key: one for one in open_causes(limit=CAUSES_MAX) if not _is_our_own(one)}
    told = {one.cause: one for one in ToldCause.objects.all()}
    sent = Notice.objects.filter(created_on__gt=now - HOUR, is_test=False, profile_id=None)
    planned = plan(
        [OpenCause(one.key, one.level, one.opened_on) for one in causes.values()],
        {key: one.told_on for key, one in told.items()},
        list(sent.values_list("created_on", flat=True)),
        pace_of(settings, settings.lowest_level),
        now,
    )
    over = [key for key in told if key not in causes]
    with transaction.atomic():
        fence(lease)
        if not planned.is_empty:
            content = _content([causes[key] for key in planned.opened], told, planned)
            queue_notice(settings, Notice(created_on=now, content=content))
            ToldCause.objects.bulk_create(
                ToldCause(
                    cause=key,
                    code=causes[key].newest.code,
                    facts=causes[key].newest.facts,
                    told_on=now,
                )
                for key in planned.opened
            )
        # What is over and told so, or need not be told: it would be told anew if it came back.
        done = planned.closed if settings.tell_closed else over
        ToldCause.objects.filter(cause__in=done).delete()
    crash_point(kind.PLANNED)


def _is_our_own(cause: Cause) -> bool:
    """A way that is closed is no news to be sent by that way; it stands on the page."""
    return cause.newest.activity.startswith(ACTIVITY)


def pace_of(settings: NoticeSettings, lowest_level: int) -> Pace:
    """How often and how gathered, as the settings have it."""
    return Pace(
        lowest_level,
        timedelta(seconds=settings.gather_seconds),
        settings.most_per_hour,
        settings.tell_closed,
    )


def _content(
    opened: Sequence[Cause], told: dict[str, ToldCause], planned: Plan
) -> dict[str, object]:
    return {
        "opened": [
            telling.entry(
                one.key, one.newest.code, one.newest.facts,
                level=int(one.level), subjects=one.subjects,
            )
            for one in opened
        ],
        "closed": [
            telling.entry(key, told[key].code, told[key].facts) for key in planned.closed
        ],
    }  # fmt: skip


def _settle_marked(lease: Lease) -> None:
    """What an earlier run had marked when it died."""
    marked = NoticeDelivery.objects.filter(state=DeliveryState.MARKED)
    if marked.exists():
        with transaction.atomic():
            fence(lease)
            marked.filter(channel=Channel.MAIL).update(state=DeliveryState.UNKNOWN)
            marked.update(state=DeliveryState.WAITING)


def _due() -> list[NoticeDelivery]:
    now = timezone.now()
    waiting = NoticeDelivery.objects.filter(
        Q(not_before=None) | Q(not_before__lte=now), state=DeliveryState.WAITING
    )
    return list(waiting.select_related("notice").order_by("notice__created_on", "pk")[:AT_ONCE])


def _deliver(lease: Lease, delivery: NoticeDelivery, settings: NoticeSettings) -> None:
    _set(lease, delivery, state=DeliveryState.MARKED, attempts=delivery.attempts + 1)
    crash_point(kind.MARKED)
    try:
        _hand_over(delivery, settings)
    except NoticeUncertain as fault:
        _set(lease, delivery, state=DeliveryState.UNKNOWN, code=fault.code, facts=fault.facts)
    except Fault as fault:
        _failed(lease, delivery, fault)
    else:
        crash_point(kind.HANDED)
        _set(lease, delivery, state=DeliveryState.SENT, code="", facts={})
        heal(SubjectKind.SYSTEM, SYSTEM, _activity(delivery))


def _hand_over(delivery: NoticeDelivery, settings: NoticeSettings) -> None:
    notice, language = delivery.notice, settings.language
    if delivery.channel == Channel.MAIL:
        subject = telling.subject_of(notice, language)
        send_notice(delivery.target, subject, telling.text_of(notice, language))
    else:
        values = telling.values_of(notice, language)
        webhook.post(delivery.target, str(notice.pk), values, _secret(settings))


def _secret(settings: NoticeSettings) -> Secret | None:
    held = settings.webhook_secret
    return reveal(held, owner="webhook") if held is not None else None


def _failed(lease: Lease, delivery: NoticeDelivery, fault: Fault) -> None:
    """Once more after a while, or no more. That nobody could be told is an alert, too."""
    again = fault.retry is Retry.SOON and delivery.attempts < ATTEMPTS_MAX
    state = DeliveryState.WAITING if again else DeliveryState.FAILED
    gap = GAP * 2 ** (delivery.attempts - 1)
    _set(
        lease,
        delivery,
        state=state,
        not_before=timezone.now() + gap,
        code=fault.code,
        facts=fault.facts,
    )
    record(SubjectKind.SYSTEM, SYSTEM, _activity(delivery), fault)
    log.warning("notice.failed", channel=delivery.channel, code=fault.code)


def _activity(delivery: NoticeDelivery) -> str:
    return f"{ACTIVITY}{delivery.channel}"


def _set(lease: Lease, delivery: NoticeDelivery, **columns: object) -> None:
    for name, value in columns.items():
        setattr(delivery, name, value)
    with transaction.atomic():
        fence(lease)
        delivery.save(update_fields=list(columns))
