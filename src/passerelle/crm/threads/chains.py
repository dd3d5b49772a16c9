"""What an email answers, and what that answers, up to the first: so that no link makes a circle."""

from django.db import connection

from passerelle.crm.models import Email

# UNION, not UNION ALL, ends on a circle that a restored database may hold.
_ABOVE = """
    WITH RECURSIVE above(id, parent) AS (
        SELECT activityid, correlatedactivityid FROM email WHERE activityid = %s
        UNION
        SELECT email.activityid, email.correlatedactivityid
        FROM email JOIN above ON email.activityid = above.parent
    )
    SELECT 1 FROM above WHERE id = %s LIMIT 1
"""


def is_below(email: Email, other: Email) -> bool:
    """Whether `email` is `other`, or answers it, directly or by others."""
    column = Email._meta.pk
    keys = [column.get_db_prep_value(one.pk, connection) for one in (email, other)]
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, keys)
        return cursor.fetchone() is not None
