"""Pages of what somebody sees: in order, whole, each once, whichever way finds them."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from tests.unit.crm.readers.conftest import Store

from passerelle.crm.models import Email, Queue, SignInAccount, SystemUser
from passerelle.crm.models.people import Role
from passerelle.crm.readers import Seek, Way, grant, newest_seen, seeking
from passerelle.crm.services import create_queue, create_sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ALL = Email.objects.all()


@pytest.fixture(params=[5_000, 3, 1, 0])
def way_found(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """By so many rows of the readers, and where these hold too little, by the list itself."""
    monkeypatch.setattr(seeking, "WINDOW", request.param)


@pytest.fixture
def emails(anna: SystemUser, orders: Queue, store: Store) -> list[Email]:
    """Anna's, those of her queue, of both and of nobody, two of a moment; the newest first."""
    whose: list[dict[str, object]] = [
        {"owner": anna},
        {"accepting_queue": orders},
        {},
        {"owner": anna},
    ]
    whose[3]["accepting_queue"] = orders
    made = [store(number // 2, **whose[number % 4]) for number in range(16)]
    grant([email.pk for email in made])
    seen = [email for number, email in enumerate(made) if number % 4 != 2]
    return sorted(seen, key=lambda email: (email.created_on, email.pk), reverse=True)


def pages(
    account: SignInAccount, wanted: QuerySet[Email], size: int, way: Way | None = None
) -> Iterator[list[Email]]:
    way = way or Way()
    while page := newest_seen(account, wanted, way, size):
        yield page
        way = way.after(Seek(page[-1].created_on, page[-1].pk))


@pytest.mark.usefixtures("way_found")
@pytest.mark.parametrize("size", [1, 5, 50])
def test_pages_show_each_email_once_in_order(
    account: SignInAccount, emails: list[Email], size: int
) -> None:
    found = list(pages(account, ALL, size))
    assert [email for page in found for email in page] == emails
    assert {len(page) for page in found[:-1]} <= {size}


@pytest.mark.usefixtures("way_found")
def test_pages_go_back_to_newer_ones(account: SignInAccount, emails: list[Email]) -> None:
    oldest = emails[-1]
    way = Way(Seek(oldest.created_on, oldest.pk), to_newer=True)
    found = [email for page in pages(account, ALL, 4, way) for email in page]
    assert found == emails[-2::-1]


@pytest.mark.usefixtures("way_found")
def test_only_what_is_wanted_is_found(
    account: SignInAccount, emails: list[Email], anna: SystemUser
) -> None:
    own = Email.objects.filter(owner=anna)
    found = [email for page in pages(account, own, 2) for email in page]
    assert found == [email for email in emails if email.owner_id == anna.pk]


@pytest.mark.usefixtures("way_found")
@pytest.mark.parametrize("to_newer", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_what_is_wanted_is_met_beyond_what_is_not(
    account: SignInAccount, emails: list[Email], size: int, to_newer: bool
) -> None:
    wanted = [*emails[::5], emails[-1]] if to_newer else emails[::5]
    some = Email.objects.filter(pk__in=[email.pk for email in wanted])
    way = Way(Seek(emails[-1].created_on, emails[-1].pk), to_newer=True) if to_newer else None
    found = [email for page in pages(account, some, size, way) for email in page]
    assert found == (wanted[-2::-1] if to_newer else wanted)


def test_an_administrator_sees_all_and_who_is_no_user_nothing(emails: list[Email]) -> None:
    administrator = create_sign_in("admin", Role.ADMINISTRATOR)
    assert len(newest_seen(administrator, ALL, Way(), 50)) == 16
    assert newest_seen(create_sign_in("nobody", Role.USER), ALL, Way(), 50) == []


def test_a_member_of_very_many_queues_sees_the_same(
    account: SignInAccount, emails: list[Email], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeking, "MOST_PRINCIPALS", 1)
    assert newest_seen(account, ALL, Way(), 50) == emails


@pytest.mark.only_on("sqlite")
def test_a_page_seeks_in_the_readers_of_each_principal(
    account: SignInAccount, emails: list[Email], anna: SystemUser
) -> None:
    create_queue("Support", "support@example.com", members=[anna])
    last = emails[0]
    way = Way(Seek(last.created_on, last.pk))
    with CaptureQueriesContext(connection) as queries:
        newest_seen(account, ALL, way, 1)
    assert len(queries) == 3  # as whom, which, and their rows
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {queries[1]['sql']}")
        plan = [row[3] for row in cursor.fetchall()]
    seek = "USING COVERING INDEX access_newest (principalid=? AND createdon<?)"
    assert sum(seek in step for step in plan) == 3
    assert not any(step.startswith("SCAN") or "TEMP B-TREE" in step for step in plan)


@pytest.mark.only_on("postgresql")
def test_of_each_principal_no_more_than_a_window_is_taken(
    account: SignInAccount, emails: list[Email], anna: SystemUser
) -> None:
    create_queue("Support", "support@example.com", members=[anna])
    with CaptureQueriesContext(connection) as queries:
        newest_seen(account, ALL, Way(), 7)
    assert queries[1]["sql"].count("LIMIT 7") == 4  # of three, and of all together
