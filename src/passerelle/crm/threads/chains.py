"""Which emails hang together by what they answer: above one, below one, the whole conversation.

One question each, or a few, whatever the length. UNION, not UNION ALL, ends on a circle that no
correlation makes and a restored database may hold.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import CorrelationDoubt, CorrelationState

MOST_EMAILS = 200  # of a conversation
MOST_HALVES = 20  # that name one email which is not stored
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
_ABOVE = f"WITH RECURSIVE {_UP} SELECT id FROM up WHERE id = %s LIMIT 1"  # noqa: S608 (texts of ours)
_PARENTS = f"WITH RECURSIVE {_UP} SELECT id, parent FROM up LIMIT %s"  # noqa: S608 (texts of ours)
_ROOTS = f"""
    WITH RECURSIVE {_UP}
    SELECT email.activityid, email.inreplyto, email.correlationstate
    FROM up JOIN email ON email.activityid = up.id WHERE up.parent IS NULL LIMIT %s
"""  # noqa: S608 (texts of ours)
_BELOW = """
    WITH RECURSIVE down(id) AS (
        SELECT activityid FROM email WHERE activityid IN ({keys})
        UNION
        SELECT email.activityid FROM email JOIN down ON email.correlatedactivityid = down.id
    )
    SELECT id FROM down LIMIT %s
"""


def is_below(email: UUID, other: UUID) -> bool:
    """Whether `email` is `other`, or answers it, directly or by others."""
    return bool(_asked(_ABOVE, [email], _key(other)))


def conversation_keys(email: Email, most: int = MOST_EMAILS) -> list[UUID]:
    """The emails that hang together with this one: up to the first, and all that answers it.

    What answers one email that is not stored hangs together, too, unless very much names it: then
    some machine writes one id on everything.
    """
    roots = _asked(_ROOTS, [email.pk], 1)
    if not roots:  # a circle
        return [email.pk]
    key, named, state = roots[0]
    halves = _halves(named) if named and state == CorrelationState.NONE else []
    return keys_below({_guid(key), *halves}, most)


# What is joined to nothing. That an email is like another is no word on what it answers.
WAITING = Q(correlated_activity__isnull=True) & (
    Q(correlation_state=CorrelationState.NONE)
    | Q(correlation_state=CorrelationState.PROPOSED, correlation_doubt=CorrelationDoubt.SIMILAR)
)


def waiting_answers() -> QuerySet[Email]:
    """The answers that wait for an email; said as the index says it, or SQLite scans."""
    return Email.objects.filter(~Q(in_reply_to=""), WAITING)


def _halves(named: str) -> list[UUID]:
    """What is joined to nothing and names this id; none where too much does."""
    waiting = waiting_answers().filter(in_reply_to=named)
    found = list(waiting.values_list("pk", flat=True)[: MOST_HALVES + 1])
    return found if len(found) <= MOST_HALVES else []


def keys_below(emails: Collection[UUID], most: int = MOST_EMAILS) -> list[UUID]:
    """The emails themselves and all that answers them, directly or by others."""
    return [_guid(row[0]) for row in _asked(_BELOW, emails, most * len(emails))]


def parents_above(emails: Collection[UUID]) -> dict[UUID, UUID | None] | None:
    """What each of these answers, and what that does, to the first; None where that is too long."""
    rows = _asked(_PARENTS, emails, MOST_ABOVE)
    if len(rows) == MOST_ABOVE:
        return None
    return {_guid(key): _guid(parent) if parent else None for key, parent in rows}


def roots_of(emails: Collection[UUID]) -> dict[UUID, UUID]:
    """The first email of the conversation of each of these, in one question."""
    parents = (parents_above(emails) if emails else None) or {}
    return {email: _root(email, parents) for email in emails}


def _root(email: UUID, parents: Mapping[UUID, UUID | None]) -> UUID:
    for _ in range(len(parents)):  # a circle that is stored ends, too
        above = parents.get(email)
        if above is None:
            break
        email = above
    return email


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
