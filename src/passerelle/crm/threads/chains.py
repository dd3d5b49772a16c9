"""Which emails hang together by what they answer: above one, below one, the whole conversation.

One question each, whatever the length. UNION, not UNION ALL, ends on a circle that no correlation
makes and a restored database may hold.
"""

from typing import Any
from uuid import UUID

from django.db import connection

from passerelle.crm.models import Email

MOST_EMAILS = 200  # of a conversation
_COLUMN = Email._meta.pk

_UP = """
    up(id, parent) AS (
        SELECT activityid, correlatedactivityid FROM email WHERE activityid = %s
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
_THIS = "SELECT activityid FROM email WHERE activityid = %s"
_ALL_BELOW = "SELECT id FROM down LIMIT %s"
_ABOVE = f"WITH RECURSIVE {_UP} SELECT 1 FROM up WHERE id = %s LIMIT 1"  # noqa: S608 (texts of ours)
_CONVERSATION = f"WITH RECURSIVE {_UP}, {_DOWN.format(start=_FIRST)} {_ALL_BELOW}"
_BELOW = f"WITH RECURSIVE {_DOWN.format(start=_THIS)} {_ALL_BELOW}"


def is_below(email: UUID, other: UUID) -> bool:
    """Whether `email` is `other`, or answers it, directly or by others."""
    return bool(_asked(_ABOVE, _key(email), _key(other)))


def conversation_keys(email: Email) -> list[UUID]:
    """The emails that hang together with this one: up to the first, and all that answers it."""
    return [_COLUMN.to_python(one) for one in _asked(_CONVERSATION, _key(email.pk), MOST_EMAILS)]


def keys_below(email: Email) -> list[UUID]:
    """The email itself and all that answers it, directly or by others."""
    return [_COLUMN.to_python(one) for one in _asked(_BELOW, _key(email.pk), MOST_EMAILS)]


def _key(email: UUID) -> Any:
    """As the driver takes it."""
    return _COLUMN.get_db_prep_value(email, connection)


def _asked(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]
