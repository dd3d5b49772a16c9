"""What PostgreSQL does by itself some while after its tables were filled, done at once."""

from django.db import connection


def analyze() -> None:
    """Let PostgreSQL count what is in its tables; SQLite never does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
