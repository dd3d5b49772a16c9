"""The moment of an email stands with its parties, too: a customer's emails are listed by it."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import OuterRef, Subquery

from passerelle.crm.models import ActivityParty, Email


def date_parties(emails: Collection[UUID]) -> None:
    """Give the parties of emails whose moment has changed the new one."""
    moment = Email.objects.filter(pk=OuterRef("email")).values("created_on")
    parties = ActivityParty.objects.order_by().filter(email__in=emails)
    parties.update(created_on=Subquery(moment))
