"""Parties that mean no record: which they are, and how those of some addresses are found."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.db.models.functions import Lower

from passerelle.crm.models import ActivityParty
from passerelle.crm.models.addresses import KINDS
from passerelle.crm.models.keys import none_of

UNNAMED = none_of(*KINDS)  # as the index of them says it


def unnamed(addresses: Collection[str]) -> QuerySet[ActivityParty]:
    """The parties with one of these addresses (lower case) that mean no record, in no order.

    Asked as the index of such parties has the address (`activityparty_unnamed`).
    """
    rows = ActivityParty.objects.order_by().alias(used=Lower("address_used"))
    return rows.filter(UNNAMED, used__in=addresses)
