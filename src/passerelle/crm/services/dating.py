"""The moment of an email stands with its parties, too: a customer's emails are listed by it."""

from collections.abc import Collection, Iterator
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from passerelle.crm.models import ActivityParty, Email
from passerelle.crm.walking import every_key

EMAILS_AT_ONCE = 1_000  # whose parties are looked at in one transaction


def date_parties(emails: Collection[UUID]) -> None:
    """Give the parties of emails whose moment has changed the new one."""
    _date(ActivityParty.objects.filter(email__in=emails))


def date_undated_parties() -> Iterator[int]:
    """Give those a moment that a version without it recorded; yields how many at each turn.

    Some emails a transaction, while others record. Killed, it is begun again.
    """
    undated = ActivityParty.objects.filter(created_on__isnull=True)
    for chunk in every_key(Email.objects.all(), EMAILS_AT_ONCE):
        yield _date(undated.filter(email__in=chunk))


def _date(parties: QuerySet[ActivityParty]) -> int:
    moment = Email.objects.filter(pk=OuterRef("email")).values("created_on")
    return parties.order_by().update(created_on=Subquery(moment))
