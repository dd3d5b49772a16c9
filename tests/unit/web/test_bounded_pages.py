"""No page looks through all that was ever sent, decided or closed for the few rows that it tells.

On PostgreSQL scans are forbidden first: what is left then is what no index answers.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize(
    ("address", "table"),
    [
        pytest.param("/status/", "mailsubmission", id="what-waits-for-a-person-of-all-sent"),
        pytest.param("/status/", "mailquarantine", id="what-waits-of-all-in-quarantine"),
        pytest.param("/", "mailplace", id="the-last-day-of-all-decisions"),
        pytest.param("/quarantine/", "mailquarantine", id="quarantine-that-waits"),
        pytest.param("/quarantine/?box=decided", "mailquarantine", id="quarantine-decided"),
        pytest.param("/alerts/?box=closed", "tracelog", id="closed-alerts"),
        pytest.param("/audit/?what=email.read", "audit", id="one-kind-of-act"),
    ],
)
def test_a_page_seeks(as_administrator: Client, address: str, table: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert as_administrator.get(address).status_code == 200
    asked = [query["sql"] for query in captured if f'FROM "{table}"' in query["sql"]]
    asked += [query["sql"] for query in captured if f'JOIN "{table}"' in query["sql"]]
    assert asked
    assert [line for sql in asked for line in plan(sql) if walks(line, table)] == []


def plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            return [line for (line,) in cursor.fetchall()]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]


def walks(line: str, table: str) -> bool:
    """Whether a line of a plan says that every row of the table is looked at."""
    scans = (f"Seq Scan on {table} ", f"SCAN {table} ")
    of_few = ("submission_", "quarantine_", "alert_")  # indexes that hold the few rows alone
    return any(f"{line} ".find(scan) >= 0 for scan in scans) and not any(
        f"INDEX {name}" in line for name in of_few
    )
