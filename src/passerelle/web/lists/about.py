"""The emails that have to do with a record or an address, a page of them: its cost is its rows'.

Of who has little mail all is gathered and sorted. Of a customer who has much a page is read in the
order of their own indexes; for who reads little, and of an account with many contacts, it is met on
a way that somebody's rows of readers, or the list of all emails, give: decision 0033.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, UUIDField
from django.db.models.functions import Coalesce, Lower

from passerelle.crm.models import ActivityParty, Contact, Email, QueueItem, SignInAccount
from passerelle.crm.readers import Wanted, Way, few_read_as, newest_met, newest_of, user_or_queue
from passerelle.crm.sharing import reads_as
from passerelle.web.lists.listing import NEWEST_FIRST, way_from
from passerelle.web.lists.paging import Page, Start, page_taken

REGARDING = frozenset({"account", "contact", "lead"})
PRINCIPALS = frozenset({"systemuser", "queue"})  # who read all that has to do with them
CUSTOMERS_MOST = 10  # whose indexes are merged; each is two parts of one statement
FEW = 5_000  # emails, whose words are read one by one
GATHERED = 10_000  # parties, and emails that regard it; a customer with more has much mail


@dataclass(frozen=True, slots=True)
class About:
    """One record: its kind, as a party names it, and its key."""

    kind: str
    key: UUID


@dataclass(frozen=True, slots=True)
class AtAddress:
    """An address in lower case, whoever is meant by it."""

    address: str


Whose = About | AtAddress


def newest_about(
    account: SignInAccount, seen: QuerySet[Email], about: Whose, way: Way, limit: int
) -> Sequence[UUID]:
    """The first of the emails in which it takes part, or which regard it, in this order.

    Of those that the account has `seen`; those of an account are those of its contacts, too.
    """
    seen = seen.only("created_on")  # no texts: only keys are wanted
    gathered = seen.filter(pk__in=_gathered(about))
    if isinstance(about, About) and about.kind in PRINCIPALS:
        wanted = Wanted(each=seen.filter(_is_of_principal(about)), listed=gathered)
        return [email.pk for email in newest_of(about.key, wanted, way, limit)]
    if _has_much(about):
        return _newest_of_many(account, seen, about, way, limit)
    # Keys alone, without what is worked out for each row: short rows are sorted sooner.
    ordered = gathered.filter(way.of("pk")).order_by(*way.order("pk"))
    return list(ordered.values_list("pk", flat=True)[:limit])


def page_about(
    account: SignInAccount,
    seen: QuerySet[Email],
    about: Whose,
    query: Mapping[str, str],
    shown: QuerySet[Email],
) -> Page[Email]:
    """A page of `newest_about`, the newest first, with what is `shown` of each."""

    def take(start: Start, limit: int) -> list[Email]:
        keys = newest_about(account, seen, about, way_from(start), limit)
        found = shown.in_bulk(keys)
        return [found[key] for key in keys if key in found]

    return page_taken(take, Email, NEWEST_FIRST, query)


def few_about(about: Whose) -> Sequence[UUID] | None:
    """All of these emails, whoever may see them; None where they are not few."""
    if _has_much(about):
        return None
    emails = Email.objects.order_by().filter(pk__in=_gathered(about))
    keys = list(emails.values_list("pk", flat=True)[: FEW + 1])
    return keys if len(keys) <= FEW else None


def is_about(about: Whose) -> Q:
    """Asked of one email: whether it is one of these."""
    if isinstance(about, AtAddress):
        return Q(Exists(_parties_at(about).filter(email=OuterRef("pk"))))
    return _is_of_principal(about) if about.kind in PRINCIPALS else _is_of_customer(about)


def _newest_of_many(
    account: SignInAccount, seen: QuerySet[Email], about: Whose, way: Way, limit: int
) -> Sequence[UUID]:
    principals = reads_as(account)
    reads_few = principals is not None and few_read_as(principals) is not None
    if isinstance(about, About) and not reads_few:
        customers = _customers_of(about)
        if len(customers) <= CUSTOMERS_MOST and not _have_undated(customers):
            return _in_order(customers, seen, way, limit)
    wanted = Wanted(each=seen.filter(is_about(about)), listed=seen.filter(pk__in=_gathered(about)))
    return [email.pk for email in newest_met(principals, wanted, way, limit)]


def _customers_of(about: About) -> Sequence[About]:
    """The customer, and the contacts of an account; of very many, some."""
    if about.kind != "account":
        return [about]
    contacts = _contacts_of(about).values_list("pk", flat=True)[:CUSTOMERS_MOST]
    return [about, *(About("contact", key) for key in contacts)]


def _in_order(
    customers: Sequence[About], seen: QuerySet[Email], way: Way, limit: int
) -> Sequence[UUID]:
    """The next ones of each index, merged: each part tells a moment and a key."""
    parts = [part for one in customers for part in _parts_of(one, seen, way, limit)]
    first, *others = parts
    return [key for _, key in first.union(*others).order_by(*way.order("email_id"))[:limit]]


def _have_undated(customers: Sequence[About]) -> bool:
    """Whether there are parties without a moment, which the version before recorded."""
    theirs = Q()
    for kind in {one.kind for one in customers}:
        theirs |= Q(**{f"{kind}__in": [one.key for one in customers if one.kind == kind]})
    return ActivityParty.objects.order_by().filter(theirs, created_on__isnull=True).exists()


def _parts_of(
    customer: About, seen: QuerySet[Email], way: Way, limit: int
) -> Iterator[QuerySet[Any, Any]]:
    """The emails in which the customer takes part, and those that regard them."""
    parties = ActivityParty.objects.order_by().filter(**{customer.kind: customer.key})
    dated = parties.filter(Exists(seen.filter(pk=OuterRef("email"))), created_on__isnull=False)
    columns = dated.filter(way.of("email_id")).values_list("created_on", "email_id")
    yield _sliced(columns, way.order("email_id"), limit)
    # Asked of each, as above: PostgreSQL would gather all that somebody reads, to ask it of many.
    regarding = Email.objects.filter(**{f"regarding_{customer.kind}": customer.key})
    those_seen = regarding.filter(Exists(seen.filter(pk=OuterRef("pk"))))
    rows = those_seen.filter(way.of("pk")).values_list("created_on", "pk")
    yield _sliced(rows, way.order("pk"), limit)


def _sliced(rows: QuerySet[Any, Any], order: tuple[str, str], limit: int) -> QuerySet[Any, Any]:
    """SQLite merges parts that it reads in order. PostgreSQL would gather all of them and sort.

    Each row once: somebody in To and in Cc would take the places of two emails.
    """
    if not connection.features.supports_slicing_ordering_in_compound:
        return rows
    return rows.distinct().order_by(*order)[:limit]


def _has_much(about: Whose) -> bool:
    first, *others = _ways_to(about)
    rows = first.union(*others, all=True)[: GATHERED + 1]  # some emails twice
    return rows.count() > GATHERED


def _is_of_customer(about: About) -> Q:
    """Asked of one email: whether the customer takes part in it, or it regards them."""
    who = Coalesce("account_id", "contact_id", "lead_id", output_field=UUIDField())
    theirs, regards = Q(who=about.key), Q(**{f"regarding_{about.kind}": about.key})
    if about.kind == "account":
        contacts = _contacts_of(about)
        theirs |= Q(who__in=contacts)
        regards |= Q(regarding_contact__in=contacts)
    return _takes_part(who, theirs) | regards


def _is_of_principal(about: About) -> Q:
    """Asked of one email: whether a user or queue takes part in it, or it lies in the queue."""
    part = _takes_part(user_or_queue("systemuser_id", "queue_id"), Q(who=about.key))
    if about.kind != "queue":
        return part
    items = QueueItem.objects.filter(queue=about.key, email=OuterRef("pk"))
    return part | Q(Exists(items))


def _takes_part(who: Coalesce, theirs: Q) -> Q:
    # By an expression that no index answers: SQLite does not know how much mail somebody has, and
    # would go through all their parties for each email instead of through those of the email.
    parties = ActivityParty.objects.order_by().alias(who=who)
    return Q(Exists(parties.filter(theirs, email=OuterRef("pk"))))


def _gathered(about: Whose) -> QuerySet[Any, Any]:
    first, *others = _ways_to(about)
    return first.union(*others)


def _ways_to(about: Whose) -> list[QuerySet[Any, Any]]:
    """Keys of its emails: one question for each index; an OR would look at every email."""
    if isinstance(about, AtAddress):
        return [_parties_at(about).values("email")]
    kind, key = about.kind, about.key
    found = [_keys_with(**{kind: key})]
    if kind in REGARDING:
        found.append(Email.objects.filter(**{f"regarding_{kind}": key}).values("pk"))
    if kind == "account":
        contacts = _contacts_of(about)
        found.append(_keys_with(contact__in=contacts))
        found.append(Email.objects.filter(regarding_contact__in=contacts).values("pk"))
    if kind == "queue":
        found.append(QueueItem.objects.filter(queue=key).values("email"))
    return found


def _contacts_of(about: About) -> QuerySet[Any, Any]:
    return Contact.objects.order_by().filter(parent_customer=about.key).values("pk")


def _keys_with(**who: object) -> QuerySet[Any, Any]:
    return ActivityParty.objects.order_by().filter(**who).values("email")


def _parties_at(about: AtAddress) -> QuerySet[ActivityParty]:
    """Asked as the index of addresses has them (`activityparty_by_address`)."""
    return (
        ActivityParty.objects.order_by()
        .alias(used=Lower("address_used"))
        .filter(used=about.address)
    )
