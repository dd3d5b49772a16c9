"""What a bulk action changes and what follows from it, in the reader's language."""

from collections.abc import Callable, Mapping

from django.db.models import Count
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.translation import gettext

from passerelle.mailboxes.bulk.changes import Change
from passerelle.mailboxes.models import BulkAction, EmailServerProfile
from passerelle.mailboxes.models.bulk import BulkKind, BulkOutcome
from passerelle.mailboxes.models.choices import DeliveryMethod


def consequences(change: Change) -> list[str]:
    """One sentence after the other; the first says what changes."""
    return TOLD[change.kind](change)


def left_out_counts(bulk: BulkAction) -> list[tuple[BulkOutcome, int]]:
    """How many were left out for each reason."""
    done = (BulkOutcome.WAITING, BulkOutcome.DONE)
    rows = bulk.items.exclude(outcome__in=done).order_by("outcome")
    counts = rows.values_list("outcome").annotate(count=Count("id"))
    return [(BulkOutcome(outcome), count) for outcome, count in counts]


def _approve(_change: Change) -> list[str]:
    return [
        gettext("Their addresses become approved."),
        gettext("What is enabled runs at once, if Passerelle processes email."),
    ]


def _reject(_change: Change) -> list[str]:
    return [
        gettext("Their addresses become rejected."),
        gettext("Nothing is read for them and nothing sent until they are approved."),
    ]


def _methods(change: Change) -> list[str]:
    told = []
    if change.incoming is not None:
        told.append(gettext("Incoming email: %(method)s.") % {"method": change.incoming.label})
    if change.outgoing is not None:
        told.append(gettext("Outgoing email: %(method)s.") % {"method": change.outgoing.label})
    if change.incoming == DeliveryMethod.FORWARD:
        told += [
            gettext(
                "Their own servers are not read any more. In each of their mailboxes a rule has to "
                "forward new messages as attachments to a forward mailbox."
            ),
            gettext("What somebody forwards whose address is not approved is kept in quarantine."),
        ]
    if DeliveryMethod.SERVER_SIDE in {change.incoming, change.outgoing}:
        told.append(
            gettext(
                "Coming from Outlook synchronization nothing else changes; "
                "test and enable them next."
            )
        )
    return told


def _profile(change: Change) -> list[str]:
    return [
        gettext("Email server profile: %(profile)s.") % {"profile": _name_of(change)},
        gettext(
            "Behind another server reading begins anew: "
            "nothing older than where it stopped is recorded."
        ),
    ]


def _defaults(change: Change) -> list[str]:
    told = [
        gettext("Email server profile: %(profile)s.") % {"profile": _name_of(change)},
        *_methods(change)[:2],
    ]
    if change.test:
        told.append(gettext("They are tested afterwards, and what passes is enabled."))
    return told


def _start(change: Change) -> list[str]:
    start = timezone.localtime(change.start)
    return [
        gettext("They process email from %(moment)s on.")
        % {"moment": date(start, "SHORT_DATETIME_FORMAT")},
        gettext("What was passed by as too old is looked at again; nothing is recorded twice."),
    ]


def _test(_change: Change) -> list[str]:
    return [
        gettext("They are tested, each with a message to itself, and what passes is enabled."),
        gettext("For hundreds of mailboxes, waves keep the pace that Microsoft advises."),
    ]


def _sync(_change: Change) -> list[str]:
    return [gettext("They are looked into now instead of at their next time.")]


def _off(_change: Change) -> list[str]:
    return [
        gettext("Both directions are switched off."),
        gettext("Email to be sent waits; reading goes on where it stopped once they are enabled."),
    ]


def _deactivate(_change: Change) -> list[str]:
    return [
        gettext("They become inactive: nothing is read, sent or tested."),
        gettext("Methods, profile, credentials and what is enabled stay as they are."),
        gettext("Email to be sent waits until they are active again."),
    ]


def _activate(_change: Change) -> list[str]:
    return [
        gettext("They become active."),
        gettext("What was enabled runs at once and goes on where it stopped."),
    ]


def _name_of(change: Change) -> str:
    if change.profile is None:
        return gettext("None")
    return EmailServerProfile.objects.get(pk=change.profile).name


TOLD: Mapping[BulkKind, Callable[[Change], list[str]]] = {
    BulkKind.APPROVE: _approve,
    BulkKind.REJECT: _reject,
    BulkKind.DEFAULTS: _defaults,
    BulkKind.METHODS: _methods,
    BulkKind.PROFILE: _profile,
    BulkKind.START: _start,
    BulkKind.TEST: _test,
    BulkKind.SYNC: _sync,
    BulkKind.OFF: _off,
    BulkKind.DEACTIVATE: _deactivate,
    BulkKind.ACTIVATE: _activate,
}
