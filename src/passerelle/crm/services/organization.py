"""The one organization of this database, and the numbers it gives to users and queues.

A number is what a tracking token holds: unique over users and queues together, so
that a token names one of them. The base of the settings is added when a token is made, never here.
"""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from passerelle.crm.models import Organization, Queue, SystemUser


def organization() -> Organization:
    """The organization; its row is made at the first call and never again."""
    found = Organization.objects.first()
    if found is not None:
        return found
    # Two processes may come here at once: the unique column lets one of them win.
    made, _ = Organization.objects.get_or_create(
        only=True, defaults={"name": gettext("My organization")}
    )
    return made


def rename_organization(name: str) -> Organization:
    """Give the organization its name. Raises `ValidationError`."""
    found = organization()
    found.name = name.strip()
    found.full_clean()
    found.save(update_fields=["name"])
    return found


def next_tracking_number() -> int:
    """A number that neither a user nor a queue has; to be used in the caller's transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a tracking number is taken in the transaction that stores it")
    organization()
    # The lock makes two processes take their numbers one after the other (SQLite: the whole
    # transaction is alone already).
    Organization.objects.select_for_update().get(only=True)
    users = SystemUser.objects.aggregate(last=Max("tracking_number"))["last"] or 0
    queues = Queue.objects.aggregate(last=Max("tracking_number"))["last"] or 0
    return max(users, queues) + 1
