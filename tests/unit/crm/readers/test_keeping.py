"""The table of readers is what the records say, after each way of writing it."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.crm.readers.conftest import Store

from passerelle.crm.models import Email, PrincipalObjectAccess, SystemUser
from passerelle.crm.readers import Differences, differences, grant, keeping, renew, renew_all

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def keys() -> list[UUID]:
    return list(Email.objects.values_list("pk", flat=True))


def test_granted_twice_is_granted_once(anna: SystemUser, store: Store) -> None:
    email = store(owner=anna)
    grant([email.pk])
    grant([email.pk])
    row = PrincipalObjectAccess.objects.get()
    assert (row.principal, row.email, row.created_on) == (anna.pk, email, email.created_on)


def test_nothing_is_asked_for_no_email() -> None:
    with CaptureQueriesContext(connection) as queries:
        grant([])
    assert len(queries) == 0


def test_a_batch_costs_one_query(anna: SystemUser, store: Store) -> None:
    for number in range(30):
        store(number, owner=anna)
    found = keys()
    with CaptureQueriesContext(connection) as queries:
        grant(found)
    assert len(queries) == 1
    assert PrincipalObjectAccess.objects.count() == 30


def test_renewed_for_another_owner(anna: SystemUser, store: Store) -> None:
    email, other = store(owner=anna), store(owner=anna)
    grant(keys())
    Email.objects.filter(pk=email.pk).update(owner=None)
    assert differences() == Differences(lacking=0, surplus=1)
    renew([email.pk])
    assert PrincipalObjectAccess.objects.get().email == other
    assert not differences()


def test_another_moment_is_a_difference(anna: SystemUser, store: Store) -> None:
    email, later = store(owner=anna), store(7)
    grant(keys())
    Email.objects.filter(pk=email.pk).update(created_on=later.created_on)
    assert differences() == Differences(lacking=1, surplus=1)
    renew([email.pk])
    assert not differences()


def test_all_is_made_anew_some_emails_at_a_time(
    anna: SystemUser, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "EMAILS_AT_ONCE", 2)
    emails = [store(number, owner=anna) for number in range(5)]
    grant([emails[0].pk])
    Email.objects.filter(pk=emails[0].pk).update(owner=None)
    Email.objects.filter(pk=emails[1].pk)._raw_delete(using="default")  # as the version before
    assert differences() == Differences(lacking=3, surplus=1)
    assert list(renew_all()) == [2, 2]
    assert PrincipalObjectAccess.objects.count() == 3
    assert not differences()


def test_only_the_newest_are_compared_where_so_many_are_wanted(
    anna: SystemUser, store: Store
) -> None:
    for number in range(3):
        store(number, owner=anna)
    assert differences(newest=2) == Differences(lacking=2)


def test_rows_go_with_their_email(anna: SystemUser, store: Store) -> None:
    email = store(owner=anna)
    grant(keys())
    email.delete()
    assert not PrincipalObjectAccess.objects.exists()
