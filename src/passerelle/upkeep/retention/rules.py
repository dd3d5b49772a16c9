"""What is kept for how long: each rule finds the rows whose time is over and removes some.

A rule removes nothing that anything still needs, and at most a chunk at once, so that no lock
lasts. Zero days keep for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_noop

from passerelle.alerts.services import Alert
from passerelle.crm.models import AuditEntry, UntrackedEmail, WordingImage
from passerelle.crm.readers import renew
from passerelle.guids import first_guid_of
from passerelle.mailboxes.models import TestRun
from passerelle.sync.models import Cycle, Place
from passerelle.sync.models.incoming import Outcome
from passerelle.upkeep.retention.raw import expire_packs, packs_over

CHUNK = 500
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is kept so many days: `field` of the settings says how many."""

    field: str
    label: str
    over: Callable[[datetime], QuerySet[Model]]
    remove: Callable[[datetime], int]

    def count(self, before: datetime) -> int:
        """How many would go, counted up to 10,000."""
        return self.over(before)[:MOST_COUNTED].count()


def ignored_places(before: datetime) -> QuerySet[Model]:
    """Decisions about messages that were not wanted.

    Of POP3 only those that the server no longer lists: a listed one without its place would be
    read again.
    """
    not_listed = Q(uid__gt=0) | Q(gone_on__isnull=False)
    places = Place.objects.filter(not_listed, pk__lt=first_guid_of(before))
    return places.filter(outcome=Outcome.IGNORED, decided_on__lt=before).order_by("pk")


def untracked(before: datetime) -> QuerySet[Model]:
    """By what emails are known that a person had untracked."""
    return UntrackedEmail.objects.filter(untracked_on__lt=before).order_by("untracked_on")


def closed_alerts(before: datetime) -> QuerySet[Model]:
    return Alert.objects.filter(closed_on__lt=before).order_by("closed_on")


def test_runs(before: datetime) -> QuerySet[Model]:
    return TestRun.objects.filter(finished_on__lt=before).order_by("pk")


def cycles(before: datetime) -> QuerySet[Model]:
    return Cycle.objects.filter(pk__lt=first_guid_of(before), ended_on__lt=before).order_by("pk")


def sessions(before: datetime) -> QuerySet[Model]:
    return Session.objects.filter(expire_date__lt=before).order_by("expire_date")


def unsaved_images(before: datetime) -> QuerySet[Model]:
    """What came into the editor of a signature or template that was never saved."""
    found = WordingImage.objects.filter(account__isnull=False, created_on__lt=before)
    return found.order_by("created_on")


def sign_in_tries(before: datetime) -> QuerySet[Model]:
    found: QuerySet[Model] = AccessAttempt.objects.filter(attempt_time__lt=before)
    return found.order_by("pk")


def audit(before: datetime) -> QuerySet[Model]:
    return AuditEntry.objects.filter(pk__lt=first_guid_of(before), done_on__lt=before).order_by(
        "pk"
    )


def _rows(over: Callable[[datetime], QuerySet[Model]]) -> Callable[[datetime], int]:
    def remove(before: datetime) -> int:
        found = over(before)
        keys = list(found.values_list("pk", flat=True)[:CHUNK])
        if keys:
            found.model._default_manager.filter(pk__in=keys).delete()
        return len(keys)

    return remove


def _rule(field: str, label: str, over: Callable[[datetime], QuerySet[Model]]) -> Rule:
    return Rule(field, label, over, _rows(over))


def _remove_places(before: datetime) -> int:
    """Who had an email of others in their mailbox, and did not want it, sees it no more."""
    found = dict(ignored_places(before).values_list("pk", "email")[:CHUNK])
    if found:
        with transaction.atomic():
            Place.objects.filter(pk__in=list(found)).delete()
            renew({email for email in found.values() if email is not None})
    return len(found)


RULES: tuple[Rule, ...] = (
    Rule(
        "ignored_days",
        gettext_noop("Decisions about ignored messages"),
        ignored_places,
        _remove_places,
    ),
    _rule("ignored_days", gettext_noop("Untracked emails"), untracked),
    _rule("alert_days", gettext_noop("Closed alerts"), closed_alerts),
    _rule("test_days", gettext_noop("Tests of mailboxes"), test_runs),
    _rule("timeline_days", gettext_noop("Time lines of mailboxes"), cycles),
    _rule("session_days", gettext_noop("Sessions that have ended"), sessions),
    _rule("session_days", gettext_noop("Failed sign-ins"), sign_in_tries),
    _rule(
        "session_days",
        gettext_noop("Images of signatures and templates that were not saved"),
        unsaved_images,
    ),
    Rule("raw_days", gettext_noop("Sources of emails, in packs"), packs_over, expire_packs),
    _rule("audit_days", gettext_noop("Entries of the audit"), audit),
)
