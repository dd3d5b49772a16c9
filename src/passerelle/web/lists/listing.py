"""What lists show: the words of a search, and the emails that have to do with one record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from passerelle.crm.models import ActivityParty, Contact, Email, QueueItem
from passerelle.crm.readers import Seek, Wanted, Way, newest_of, user_or_queue
from passerelle.web.lists.paging import Start

SEARCH_CHARS = 200
SEARCH_WORDS = 5
REGARDING = frozenset({"account", "contact", "lead"})
PRINCIPALS = frozenset({"systemuser", "queue"})  # who read all that has to do with them


@dataclass(frozen=True, slots=True)
class About:
    """One record: its kind, as a party names it, and its key."""

    kind: str
    key: UUID


def search_terms(text: str) -> list[str]:
    """The words that all must be found; PostgreSQL takes no NUL in a text."""
    return text.replace("\0", "")[:SEARCH_CHARS].split()[:SEARCH_WORDS]


def way_from(start: Start) -> Way:
    """Where a page of emails begins."""
    beyond = Seek(*start.beyond) if start.beyond is not None else None
    return Way(beyond, to_newer=start.backwards)


def newest_about(seen: QuerySet[Email], about: About, way: Way, limit: int) -> Sequence[UUID]:
    """The first of the emails in which a record takes part or which regard it, in this order.

    Of those that are seen; those of an account are those of its contacts, too. Keys alone: the
    database sorts all that a huge customer ever wrote, and short rows are sorted sooner.
    """
    rows = seen.filter(pk__in=_keys_about(about.kind, about.key))
    if about.kind in PRINCIPALS:
        wanted = Wanted(each=seen.filter(_is_about(about)), listed=rows)
        return [email.pk for email in newest_of(about.key, wanted, way, limit)]
    ordered = rows.filter(way.of("pk")).order_by(*way.order("pk"))
    return list(ordered.values_list("pk", flat=True)[:limit])


def _is_about(about: About) -> Q:
    """Asked of one email: whether a user or queue takes part in it, or it lies in the queue."""
    # By an expression that no index answers: SQLite does not know how much mail somebody has, and
    # would go through all their parties for each email instead of through those of the email.
    who = user_or_queue("systemuser_id", "queue_id")
    parties = ActivityParty.objects.alias(who=who).filter(who=about.key, email=OuterRef("pk"))
    if about.kind != "queue":
        return Q(Exists(parties))
    items = QueueItem.objects.filter(queue=about.key, email=OuterRef("pk"))
    return Q(Exists(parties)) | Q(Exists(items))


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
