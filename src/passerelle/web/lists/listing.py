"""What lists show: the words of a search, and the emails that have to do with one record."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from passerelle.crm.models import ActivityParty, Contact, Email, QueueItem, SignInAccount
from passerelle.crm.sharing import emails_seen

SEARCH_CHARS = 200
SEARCH_WORDS = 5
REGARDING = frozenset({"account", "contact", "lead"})


def search_terms(text: str) -> list[str]:
    """The words that all must be found; PostgreSQL takes no NUL in a text."""
    return text.replace("\0", "")[:SEARCH_CHARS].split()[:SEARCH_WORDS]


def emails_about(account: SignInAccount, kind: str, key: UUID) -> QuerySet[Email]:
    """The emails in which the record takes part or which regard it, as far as any is seen of them.

    Those of an account are those of its contacts, too.
    """
    return emails_seen(account).filter(pk__in=_keys_about(kind, key))


def _keys_about(kind: str, key: UUID) -> QuerySet[Any, Any]:
    """One question for each index that knows; an OR of them would look at every email."""
    found = [_keys_with(**{kind: key})]
    if kind in REGARDING:
        found.append(Email.objects.filter(**{f"regarding_{kind}": key}).values("pk"))
    if kind == "account":
        contacts = Contact.objects.order_by().filter(parent_customer=key).values("pk")
        found.append(_keys_with(contact__in=contacts))
        found.append(Email.objects.filter(regarding_contact__in=contacts).values("pk"))
    if kind == "queue":
        found.append(QueueItem.objects.filter(queue=key).values("email"))
    first, *others = found
    return first.union(*others)


def _keys_with(**who: object) -> QuerySet[Any, Any]:
    return ActivityParty.objects.order_by().filter(**who).values("email")
