"""The table of readers, kept as the records are: whoever changes those says of which emails.

Each function is for the transaction that changes them. The database works the rows out itself,
by one statement however many emails there are; nothing comes here and goes back.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from passerelle.crm.differences import Differences
from passerelle.crm.models import Email, PrincipalObjectAccess
from passerelle.crm.readers.sources import SOURCES, Readers, Source, readers_of
from passerelle.crm.services.chunks import portions
from passerelle.crm.services.prepared import Prepared
from passerelle.crm.walking import every_key

EMAILS_AT_ONCE = 1_000  # each named once a source, and SQLite takes 32,766 values
_INTO = "INSERT INTO principalobjectaccess (principalid, objectid, createdon)"


def grant(emails: Collection[UUID]) -> None:
    """Somebody more may read these emails: they are new, or came to a queue or a mailbox."""
    for chunk in portions(sorted(emails), EMAILS_AT_ONCE):
        _into(*_every_reader(tuple(SOURCES)).sql(chunk))


@lru_cache(maxsize=8)
def _every_reader(_sources: tuple[Source, ...]) -> Prepared[UUID]:
    """`readers_of`, by those that tell of readers now: another source makes another question."""
    return Prepared(readers_of)


def grant_found(readers: Readers) -> None:
    """Have these principals read these emails; rows that are there stay."""
    _into(*readers.query.sql_with_params())


def _into(sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"{_INTO} {sql} ON CONFLICT DO NOTHING", values)


def renew(emails: Collection[UUID]) -> None:
    """Somebody may read these emails no more, or their moment is another."""
    with transaction.atomic():
        for chunk in portions(sorted(emails), EMAILS_AT_ONCE):
            PrincipalObjectAccess.objects.filter(email__in=chunk).delete()
            grant_found(readers_of(chunk))


def renew_all() -> Iterator[int]:
    """Make the whole table anew, some emails a transaction; yields how many were done at each.

    Whoever reads meanwhile sees what is theirs. Killed, it is begun again.
    """
    for chunk in every_key(Email.objects.all(), EMAILS_AT_ONCE):
        renew(chunk)
        yield len(chunk)
    there = Email.objects.values("pk")
    PrincipalObjectAccess.objects.exclude(email__in=there).delete()


def differences(newest: int | None = None) -> Differences:
    """Compare the table with the records: of so many of the newest emails, or of all."""
    keys = Email.objects.order_by("-created_on").values_list("pk", flat=True)
    found = Differences()
    every = every_key(Email.objects.all(), EMAILS_AT_ONCE)
    for chunk in every if newest is None else portions(keys[:newest], EMAILS_AT_ONCE):
        found += _differences(chunk)
    return found


def _differences(emails: list[UUID]) -> Differences:
    there = PrincipalObjectAccess.objects.filter(email__in=emails)
    kept = set(there.values_list("principal", "email_id", "created_on"))
    wanted = set(readers_of(emails))
    return Differences(len(wanted - kept), len(kept - wanted))
