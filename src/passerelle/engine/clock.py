"""The database's clock, the only one that leases and due times are compared on.

Workers on several machines have clocks that differ; the database has one. `Now()` reads it inside
a query (on PostgreSQL the time of the statement, not of the transaction).
"""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import DateTimeField, Expression, ExpressionWrapper
from django.db.models.functions import Now


def in_seconds(seconds: float) -> Expression:
    """The database's time so many seconds from now, to be used in a query."""
    moment = Now() + timedelta(seconds=seconds)
    return ExpressionWrapper(moment, output_field=DateTimeField())


def database_now() -> datetime:
    """The database's time, aware and in UTC."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')")
            return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
        cursor.execute("SELECT STATEMENT_TIMESTAMP()")
        now: datetime = cursor.fetchone()[0]
        return now.astimezone(UTC)
