"""How many emails came and went in stretches of time, of those that somebody may list.

For who sees all they are counted within the indexes of emails, of which none is read. For others
their own rows of readers are counted, and not everybody's mail of that time.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from passerelle.crm.models import Email, PrincipalObjectAccess, SignInAccount
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.readers.seen import principals_of

_OF_ALL = "SELECT count(*) FROM email WHERE email.createdon >= %s AND email.createdon < %s"
_OF_SOME = """
    SELECT count(DISTINCT objectid) FROM principalobjectaccess AS mine {email}
    WHERE mine.createdon >= %s AND mine.createdon < %s AND principalid IN ({marks})
"""
_EMAIL = "JOIN email ON activityid = objectid"
_RECEIVED = f" AND statuscode = {EmailStatus.RECEIVED:d}"  # as nothing is that was written here


class Passed(NamedTuple):
    """How many emails came in one stretch of time, and how many went or are to go."""

    came: int
    went: int


def passed_between(account: SignInAccount, edges: Sequence[datetime], most: int) -> list[Passed]:
    """What came and went between each two of these rising moments, of what the account may list.

    Where there is more than so many from the first of them on, the newest are counted.
    """
    if account.sees_all_email:
        rows = Email.objects.filter(created_on__gte=edges[0])
        return _counted((_OF_ALL, _OF_ALL + _RECEIVED), (), _newest(rows, edges, most))
    if account.systemuser is None:
        return [Passed(0, 0) for _ in pairwise(edges)]
    principals = principals_of(account.systemuser)
    marks = ", ".join(["%s"] * len(principals))
    every, received = (_OF_SOME.format(email=email, marks=marks) for email in ("", _EMAIL))
    theirs = PrincipalObjectAccess.objects.filter(
        principal__in=principals, created_on__gte=edges[0]
    )
    return _counted((every, received + _RECEIVED), principals, _newest(theirs, edges, most))


def _newest(rows: QuerySet[Any], edges: Sequence[datetime], most: int) -> Sequence[datetime]:
    """The edges, none of them before the first of so many rows."""
    moments = rows.order_by("-created_on").values_list("created_on", flat=True)
    earliest = next(iter(moments[most - 1 : most]), edges[0])
    return [max(edge, earliest) for edge in edges]


def _counted(
    statements: tuple[str, str], principals: Sequence[UUID], edges: Sequence[datetime]
) -> list[Passed]:
    native = connection.features.has_native_uuid_field
    keys = list(principals) if native else [one.hex for one in principals]
    moments = [connection.ops.adapt_datetimefield_value(edge) for edge in edges]
    columns, values = [], []
    for begin, end in pairwise(moments):
        for statement in statements:
            columns.append(f"({statement})")
            values += [begin, end, *keys]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", values)
        counts = cursor.fetchone()
    return [Passed(came, all_ - came) for all_, came in zip(counts[::2], counts[1::2], strict=True)]
