"""An address comes to mean a user or a queue, and does so in the email that is here already."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Lower

from passerelle.crm.models import EmailSearch
from passerelle.crm.models.addresses import IS_APPROVED
from passerelle.crm.readers import grant_found
from passerelle.crm.resolving.unnamed import unnamed
from passerelle.crm.services.chunks import chunks


def name_people(users: Iterable[UUID], queues: Iterable[UUID]) -> int:
    """Have parties that mean nobody mean these users and queues; how many do now.

    Four queries for some thousands of each. Of several with one address the first made is meant.
    """
    with transaction.atomic():
        return _name("systemuser", users) + _name("queue", queues)


def _name(kind: str, keys: Iterable[UUID]) -> int:
    count = 0
    for chunk in chunks(keys):
        holders = EmailSearch.objects.filter(IS_APPROVED, **{f"{kind}__in": chunk}).order_by(kind)
        addresses = set(holders.values_list("email_address", flat=True))
        if not addresses:
            continue
        holder = holders.filter(email_address=Lower(OuterRef("address_used")))
        meant = Subquery(holder.values(kind)[:1])
        rows = unnamed(addresses)
        grant_found(rows.values_list(meant, "email_id", "email__created_on"))
        count += rows.update(**{f"{kind}_id": meant})
    return count
