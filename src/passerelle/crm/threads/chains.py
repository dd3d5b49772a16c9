"""Which emails hang together by what they answer: above one, below one, the whole conversation.

One question each, whatever the length. UNION, not UNION ALL, ends on a circle that no correlation
makes and a restored database may hold.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection

from passerelle.crm.models import Email

MOST_EMAILS = 200  # of a conversation
MOST_ABOVE = 10_000  # rows that are walked up for one batch
_COLUMN = Email._meta.pk

_UP = """
    up(id, parent) AS (
        SELECT activityid, correlatedactivityid FROM email WHERE activityid IN ({keys})
        UNION
        SELECT email.activityid, email.correlatedactivityid
        FROM email JOIN up ON email.activityid = up.parent
    )
"""
_DOWN = """
    down(id) AS (
        {start}
        UNION
        SELECT email.activityid FROM email JOIN down ON email.correlatedactivityid = down.id
    )
"""
_FIRST = "SELECT id FROM up WHERE parent IS NULL"
_THESE = "SELECT activityid FROM email WHERE activityid IN ({keys})"
_ALL_BELOW = "SELECT id FROM down LIMIT %s"
_ABOVE = f"WITH RECURSIVE {_UP} SELECT id FROM up WHERE id = %s LIMIT 1"  # noqa: S608 (texts of ours)
_PARENTS = f"WITH RECURSIVE {_UP} SELECT id, parent FROM up LIMIT %s"  # noqa: S608 (texts of ours)
_CONVERSATION = f"WITH RECURSIVE {_UP}, {_DOWN.replace('{start}', _FIRST)} {_ALL_BELOW}"
_BELOW = f"WITH RECURSIVE {_DOWN.replace('{start}', _THESE)} {_ALL_BELOW}"


def is_below(email: UUID, other: UUID) -> bool:
    """Whether `email` is `other`, or answers it, directly or by others."""
    return bool(_asked(_ABOVE, [email], _key(other)))


def conversation_keys(email: Email) -> list[UUID]:
    """The emails that hang together with this one: up to the first, and all that answers it."""
    return [_guid(row[0]) for row in _asked(_CONVERSATION, [email.pk], MOST_EMAILS)]


def keys_below(emails: Collection[UUID]) -> list[UUID]:
    """The emails themselves and all that answers them, directly or by others."""
    return [_guid(row[0]) for row in _asked(_BELOW, emails, MOST_EMAILS * len(emails))]


def parents_above(emails: Collection[UUID]) -> dict[UUID, UUID | None] | None:
    """What each of these answers, and what that does, to the first; None where that is too long."""
    rows = _asked(_PARENTS, emails, MOST_ABOVE)
    if len(rows) == MOST_ABOVE:
        return None
    return {_guid(key): _guid(parent) if parent else None for key, parent in rows}


def _key(email: UUID) -> Any:
    """As the driver takes it."""
    return _COLUMN.get_db_prep_value(email, connection)


def _guid(value: Any) -> UUID:
    return UUID(str(_COLUMN.to_python(value)))


def _asked(statement: str, emails: Collection[UUID], last: Any) -> list[tuple[Any, ...]]:
    marks = ", ".join(["%s"] * len(emails))
    with connection.cursor() as cursor:
        cursor.execute(statement.format(keys=marks), [*map(_key, emails), last])
        return list(cursor.fetchall())
