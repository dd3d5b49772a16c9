"""How much an account sees of an email, and that the rest is taken off it."""

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.unit.crm.sharing.conftest import Store

from passerelle.crm.models import SignInAccount, SystemUser
from passerelle.crm.models.people import Role, SharedLevel
from passerelle.crm.services import create_sign_in
from passerelle.crm.sharing import emails_seen, share_usually, shared_email, sight_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NONE, METADATA, SUBJECT, ALL = SharedLevel


@pytest.mark.parametrize(
    ("level", "subject", "files", "text"),
    [
        pytest.param(METADATA, "", 0, "", id="who-and-when"),
        pytest.param(SUBJECT, "Order", 2, "", id="and-the-subject"),
        pytest.param(ALL, "Order", 2, "The text of the order.", id="all-of-it"),
    ],
)
def test_what_is_not_seen_is_taken_off(
    anna: SystemUser,
    bob: SignInAccount,
    store: Store,
    level: SharedLevel,
    subject: str,
    files: int,
    text: str,
) -> None:
    stored = store(owner=anna, attachment_count=2, html="<p>x</p>")
    share_usually(level, "admin")
    email = shared_email(bob, stored.pk)
    assert email is not None
    assert (sight_of(email), email.subject, email.attachment_count) == (level, subject, files)
    assert (email.description, bool(email.html)) == (text, level == ALL)


def test_nothing_is_seen_of_what_is_not_shared(
    anna: SystemUser, bob: SignInAccount, store: Store
) -> None:
    assert shared_email(bob, store(owner=anna).pk) is None
    assert not emails_seen(bob).exists()


def test_who_is_no_user_is_no_colleague(anna: SystemUser, store: Store) -> None:
    store(owner=anna)
    share_usually(ALL, "admin")
    for role in (Role.USER, Role.OPERATOR):
        assert not emails_seen(create_sign_in(f"{role}", role)).exists()


def test_the_right_shows_headers_and_subject_whatever_is_shared(
    anna: SystemUser, bob: SignInAccount, store: Store
) -> None:
    store(owner=anna)
    bob.may_read_all = True
    for level, seen in ((NONE, SUBJECT), (METADATA, SUBJECT), (ALL, ALL)):
        share_usually(level, "admin")
        assert [sight_of(email) for email in emails_seen(bob)] == [seen]


def test_who_shares_nothing_pays_one_query(
    anna: SystemUser,
    bob: SignInAccount,
    store: Store,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for level, count in ((NONE, 0), (ALL, 3)):
        share_usually(level, "admin")
        for _ in range(3):
            store(owner=anna)
        with django_assert_num_queries(2) as asked:
            assert len(emails_seen(bob)) == 2 * count
        assert ("ownsharedlevel" in asked[1]["sql"]) == bool(count)
