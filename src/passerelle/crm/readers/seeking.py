"""A page of the emails that somebody sees, the newest first: its cost is that of its rows.

Who sees few finds them by the table of readers; who sees much meets it in the list itself. First
the former is tried for some thousand rows, then the latter goes on from there, so that neither a
person with ten emails among a million nor a condition that few of very many meet is walked to the
end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from passerelle.crm.models import Email, PrincipalObjectAccess, SignInAccount
from passerelle.crm.models.mail.emails import TEXTS
from passerelle.crm.readers.seen import is_read_by, principals_of

Rows = QuerySet[PrincipalObjectAccess]

WINDOW = 5_000  # rows of the readers, after a page's own number of them
WALKED = 10_000  # emails of the list, among which a page of very many is met
MOST_PRINCIPALS = 100  # each is a part of one statement; who has more sees much


@dataclass(frozen=True, slots=True)
class Seek:
    """Where a page begins: beyond this email in the order of the list."""

    created_on: datetime
    activity_id: UUID


@dataclass(frozen=True, slots=True)
class Way:
    """From where a list goes on, and in which direction."""

    beyond: Seek | None = None
    to_newer: bool = False

    def of(self, key: str) -> Q:
        """The condition of rows whose columns are `created_on` and this key."""
        if self.beyond is None:
            return Q()
        sign = "gt" if self.to_newer else "lt"
        return _side_of(self.beyond, sign, {f"{key}__{sign}": self.beyond.activity_id})

    def until(self, key: str, last: Seek) -> Q:
        """The condition of rows that lie before this one, or are its own."""
        sign = "lt" if self.to_newer else "gt"
        return _side_of(last, sign, {f"{key}__{sign}e": last.activity_id})

    def order(self, key: str) -> tuple[str, str]:
        sign = "" if self.to_newer else "-"
        return f"{sign}created_on", f"{sign}{key}"

    def after(self, seek: Seek) -> "Way":
        return Way(seek, self.to_newer)


def _side_of(seek: Seek, sign: str, same_moment: dict[str, UUID]) -> Q:
    moment = seek.created_on
    # The bound stands alone, too, so that a database seeks in its index and does not scan it.
    return Q(**{f"created_on__{sign}e": moment}) & (
        Q(**{f"created_on__{sign}": moment}) | Q(created_on=moment, **same_moment)
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """The same emails in two ways, each of which one question is quick with."""

    each: QuerySet[Email]  # asked of a given email
    listed: QuerySet[Email]  # listed in order


def newest_seen(
    account: SignInAccount, wanted: QuerySet[Email], way: Way, limit: int
) -> list[Email]:
    """The first of the wanted emails, in this order, that the account may see, without texts."""
    if account.sees_all_email:
        return _walk(wanted, way, limit)
    if account.systemuser is None:
        return []
    seen = wanted.filter(is_read_by(account.systemuser))
    return _newest(principals_of(account.systemuser), Wanted(wanted, seen), way, limit)


def newest_of(principal: UUID, wanted: Wanted, way: Way, limit: int) -> list[Email]:
    """The first of the wanted emails, in this order, of which this user or queue reads each.

    Without texts. Who asks may be somebody else.
    """
    return _newest([principal], wanted, way, limit)


def newest_met(
    principals: Sequence[UUID] | None, wanted: Wanted, way: Way, limit: int
) -> list[Email]:
    """The first of the wanted emails, in this order, where those are many of all that there are.

    Then a page is met: among the rows of these users and queues, if one of them reads each, and
    among the next emails of the list. Only what is not is `listed`, beyond those.
    """
    found, rest = ([], way) if principals is None else _read(principals, wanted, way, limit)
    if rest is None:
        return found
    edge = _edge(rest)
    if edge is None:
        return found + _walk(wanted.each, rest, limit - len(found))
    last, first_beyond = edge
    before = Way(first_beyond, to_newer=not way.to_newer)
    found += _walk(wanted.each.filter(before.of("pk")), rest, limit - len(found))
    return found + _walk(wanted.listed, way.after(last), limit - len(found))


def _edge(way: Way) -> tuple[Seek, Seek] | None:
    """Two neighbours in the list of all emails, so far on; None where it ends before."""
    rows = Email.objects.filter(way.of("pk")).order_by(*way.order("pk"))
    found = [Seek(*row) for row in rows.values_list("created_on", "pk")[WALKED - 1 : WALKED + 1]]
    return (found[0], found[1]) if len(found) == 2 else None  # noqa: PLR2004 (both of them)


def _newest(principals: Sequence[UUID], wanted: Wanted, way: Way, limit: int) -> list[Email]:
    found, rest = _read(principals, wanted, way, limit)
    return found if rest is None else found + _walk(wanted.listed, rest, limit - len(found))


def _read(
    principals: Sequence[UUID], wanted: Wanted, way: Way, limit: int
) -> tuple[list[Email], Way | None]:
    """What is found by the next of their rows, and where to go on; None where that is all."""
    if not principals:
        return [], None
    if len(principals) > MOST_PRINCIPALS:
        return [], way
    seeks = _window(principals, way, range(limit))
    found = _walk(_among(wanted.each, seeks), way, limit)
    if len(found) == limit or len(seeks) < limit:
        return found, None
    more, rest = _met(principals, wanted.each, way.after(seeks[-1]), limit - len(found))
    return found + more, rest


def _met(
    principals: Sequence[UUID], wanted: QuerySet[Email], way: Way, limit: int
) -> tuple[list[Email], Way | None]:
    """`_read` in a window, of whose rows the database tells those that are wanted alone."""
    if not WINDOW:
        return [], way
    rows = PrincipalObjectAccess.objects.filter(Exists(wanted.filter(pk=OuterRef("email_id"))))
    last = _window(principals, way, range(WINDOW - 1, WINDOW))
    if last:
        rows = rows.filter(way.until("email_id", last[0]))
    keys = [key for _, key in _merged(principals, rows, way, limit, each_once=True)]
    rest = way.after(last[0]) if last and len(keys) < limit else None
    return _walk(_of_keys(keys), way, limit), rest


def _among(wanted: QuerySet[Email], seeks: Sequence[Seek]) -> QuerySet[Email]:
    """Those of these that are wanted; asked of each, or a database may walk all that are wanted."""
    emails = _of_keys([seek.activity_id for seek in seeks])
    return emails.filter(Exists(wanted.filter(pk=OuterRef("pk"))))


def _of_keys(keys: Sequence[UUID]) -> QuerySet[Email]:
    return Email.objects.filter(pk__in=keys).defer(*TEXTS)


def _walk(emails: QuerySet[Email], way: Way, limit: int) -> list[Email]:
    return list(emails.filter(way.of("pk")).order_by(*way.order("pk"))[:limit])


def _window(principals: Sequence[UUID], way: Way, places: range) -> list[Seek]:
    """The next rows of these principals at these places; an email of several is there so often."""
    merged = _merged(principals, PrincipalObjectAccess.objects.all(), way, places.stop)
    return [Seek(*row) for row in merged[places.start :]]


def _merged(
    principals: Sequence[UUID], rows: Rows, way: Way, size: int, *, each_once: bool = False
) -> QuerySet[Any, tuple[datetime, UUID]]:
    """The first of these rows that lie on the way, in its order."""
    order = way.order("email_id")
    columns = rows.filter(way.of("email_id")).values_list("created_on", "email_id")
    parts = [columns.filter(principal=one) for one in principals]
    # SQLite merges parts that it reads in order. PostgreSQL would gather all of them and sort.
    if len(parts) > 1 and connection.features.supports_slicing_ordering_in_compound:
        parts = [part.order_by(*order)[:size] for part in parts]
    first, *others = parts
    merged = first.union(*others, all=not each_once) if others else first
    return merged.order_by(*order)[:size]
