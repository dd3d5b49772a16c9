"""Counts of what came and went: those of the plain way, for each who may list emails."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerelle.crm.models import Email, Queue, SignInAccount, SystemUser
from passerelle.crm.models.mail.emails import EmailState, EmailStatus
from passerelle.crm.models.people import Role
from passerelle.crm.readers import Passed, grant, passed_between
from passerelle.crm.services import create_queue, create_user, visible_emails
from passerelle.guids import new_guid

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EDGES = [NOON + timedelta(hours=number) for number in range(4)]
ADMINISTRATOR = SignInAccount(role=Role.ADMINISTRATOR)

# Minutes after noon, whether it went, and whose it is.
letters = st.tuples(
    st.sampled_from([-1, 0, 1, 59, 60, 119, 179, 180]),
    st.booleans(),
    st.sampled_from([None, "anna", "queue", "both"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.lists(letters, max_size=9))
def test_counts_are_those_of_the_emails_that_are_listed(
    written: list[tuple[int, bool, str | None]],
) -> None:
    Email.objects.all().delete()
    anna = SystemUser.objects.first() or create_user("Anna", "anna@example.com")
    queue = Queue.objects.first() or create_queue("Orders", "orders@example.com", members=[anna])
    owners: dict[str | None, dict[str, object]] = {
        "anna": {"owner": anna},
        "queue": {"accepting_queue": queue},
        "both": {"owner": anna, "accepting_queue": queue},
    }
    grant([
        stored(minutes, went=went, **owners.get(whose, {})).pk for minutes, went, whose in written
    ])  # fmt: skip
    for account in (
        ADMINISTRATOR,
        SignInAccount(role=Role.USER, systemuser=anna),
        SignInAccount(role=Role.USER),
    ):
        assert passed_between(account, EDGES, 100) == plainly(account, EDGES)


def plainly(account: SignInAccount, edges: Sequence[datetime]) -> list[Passed]:
    found = list(visible_emails(account).values_list("created_on", "direction_code"))
    return [
        Passed(
            sum(begin <= moment < end and not went for moment, went in found),
            sum(begin <= moment < end and went for moment, went in found),
        )
        for begin, end in pairwise(edges)
    ]


@pytest.mark.parametrize("is_user", [True, False])
def test_of_very_many_the_newest_are_counted(*, is_user: bool) -> None:
    anna = create_user("Anna", "anna@example.com")
    grant([stored(minutes, owner=anna).pk for minutes in (1, 2, 61, 62, 63, 121)])
    account = SignInAccount(role=Role.USER, systemuser=anna) if is_user else ADMINISTRATOR
    assert passed_between(account, EDGES, 3) == [(0, 0), (2, 0), (1, 0)]


def test_they_are_counted_by_two_questions_for_who_sees_all() -> None:
    with CaptureQueriesContext(connection) as queries:
        passed_between(ADMINISTRATOR, EDGES, 100)
    assert len(queries) == 2  # from when on, and how many


def stored(minutes: int, *, went: bool = False, **columns: object) -> Email:
    return Email.objects.create(
        created_on=NOON + timedelta(minutes=minutes),
        direction_code=went,
        statecode=EmailState.COMPLETED,
        statuscode=EmailStatus.SENT if went else EmailStatus.RECEIVED,
        identity=new_guid().bytes,
        text_digest=b"",
        **columns,
    )
