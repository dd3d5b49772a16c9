"""How much of an email is shared: the strictest of those whose it is, and where it is at all."""

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.unit.crm.sharing.conftest import Store

from passerelle.crm.models import Account, ActivityParty, Contact, Email, Queue, SystemUser
from passerelle.crm.models.mail.emails import EmailState, EmailStatus
from passerelle.crm.models.people import SharedLevel
from passerelle.crm.readers import renew
from passerelle.crm.services import create_account, create_user
from passerelle.crm.sharing import (
    share_of_queue,
    share_of_user,
    share_own,
    share_usually,
    shared_now,
)
from passerelle.crm.sharing.levels import shared_level

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NONE, METADATA, SUBJECT, ALL = SharedLevel


def level(email: Email) -> SharedLevel:
    asked = Email.objects.annotate(level=shared_level(shared_now().usual))
    return SharedLevel(asked.values_list("level", flat=True).get(pk=email.pk))


@pytest.mark.parametrize(
    ("usual", "said", "own", "expected"),
    [
        pytest.param(NONE, None, None, NONE, id="nothing-is-said-and-nothing-is-shared"),
        pytest.param(SUBJECT, None, None, SUBJECT, id="the-organization-says"),
        pytest.param(NONE, ALL, None, ALL, id="an-administrator-shares-one-user-more"),
        pytest.param(ALL, NONE, None, NONE, id="or-less"),
        pytest.param(SUBJECT, None, METADATA, METADATA, id="a-user-makes-it-stricter"),
        pytest.param(METADATA, None, ALL, METADATA, id="and-never-wider"),
        pytest.param(NONE, SUBJECT, METADATA, METADATA, id="also-than-an-administrator-said"),
        pytest.param(NONE, None, METADATA, NONE, id="the-organization-withdraws-it"),
    ],
)
def test_who_says_how_much_of_a_user_is_shared(
    anna: SystemUser,
    store: Store,
    usual: SharedLevel,
    said: SharedLevel | None,
    own: SharedLevel | None,
    expected: SharedLevel,
) -> None:
    share_usually(usual, "admin")
    share_of_user(anna, said, "admin")
    share_own(anna, own, "anna")
    assert level(store(owner=anna, to=(anna,))) == expected


@pytest.mark.parametrize(
    ("annas", "doras", "queues", "expected"),
    [
        pytest.param(ALL, METADATA, None, METADATA, id="of-two-people-the-stricter"),
        pytest.param(NONE, ALL, None, NONE, id="one-who-shares-nothing-is-enough"),
        pytest.param(ALL, ALL, SUBJECT, SUBJECT, id="a-queue-counts-as-a-person"),
        pytest.param(ALL, ALL, None, ALL, id="all-of-them-share-all"),
    ],
)
def test_of_an_email_of_several_the_strictest_counts(
    anna: SystemUser,
    orders: Queue,
    store: Store,
    annas: SharedLevel,
    doras: SharedLevel,
    queues: SharedLevel | None,
    expected: SharedLevel,
) -> None:
    dora = create_user("Dora", "dora@example.com")
    share_usually(ALL, "admin")
    for user, said in ((anna, annas), (dora, doras)):
        share_of_user(user, said, "admin")
    share_of_queue(orders, queues, "admin")
    assert level(store(owner=anna, to=(dora,), accepting_queue=orders)) == expected


def among_colleagues(email: Email, _: Account) -> None:
    parties = ActivityParty.objects.filter(email=email, contact__isnull=False)
    parties.update(contact=None, systemuser=email.owner)


def regards_an_account(email: Email, account: Account) -> None:
    among_colleagues(email, account)
    Email.objects.filter(pk=email.pk).update(regarding_account=account)


def is_written(email: Email, _: Account) -> None:
    draft = {"statecode": EmailState.OPEN, "statuscode": EmailStatus.DRAFT}
    Email.objects.filter(pk=email.pk).update(**draft)


def is_on_its_way(email: Email, _: Account) -> None:
    Email.objects.filter(pk=email.pk).update(statuscode=EmailStatus.PENDING_SEND)


def is_nobodys(email: Email, _: Account) -> None:
    Email.objects.filter(pk=email.pk).update(owner=None)
    renew([email.pk])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda *_: None, ALL, id="with-a-customer"),
        pytest.param(among_colleagues, NONE, id="among-colleagues-it-stays-theirs"),
        pytest.param(regards_an_account, ALL, id="what-regards-a-customer-is-with-them"),
        pytest.param(is_written, NONE, id="a-draft-is-nobody-elses"),
        pytest.param(is_on_its_way, NONE, id="what-is-not-sent-yet-may-be-taken-back"),
        pytest.param(is_nobodys, NONE, id="what-is-nobodys-is-shared-by-nobody"),
    ],
)
def test_what_may_be_shared_at_all(
    anna: SystemUser, store: Store, change: object, expected: SharedLevel
) -> None:
    share_usually(ALL, "admin")
    email = store(owner=anna)
    assert callable(change)
    change(email, create_account("Customer Inc"))
    assert level(email) == expected


def test_one_query_says_whether_anybody_shares(
    anna: SystemUser, carla: Contact, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert not shared_now().anything
    share_own(anna, ALL, "anna")
    assert not shared_now().anything
    share_of_user(anna, METADATA, "admin")
    assert (shared_now().usual, shared_now().anything) == (NONE, True)
