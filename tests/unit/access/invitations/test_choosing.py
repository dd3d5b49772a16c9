"""Who would be invited and who would not, each with the reason; what changed since is refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from passerelle.access import services as access
from passerelle.access.models import Invitation
from passerelle.access.services import Choice, Prospect, Whom
from passerelle.crm.models import SignInAccount, SystemUser
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in, create_user, sign_in_link
from passerelle.faults.access import InvitationsChanged, NobodyToInvite

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ADDRESS = "https://passerelle.example/sign-in/{token}/"


def person(name: str) -> SystemUser:
    return create_user(name, f"{name}@example.com")


def with_account(name: str) -> SignInAccount:
    return create_sign_in(name, Role.USER, systemuser=person(name))


def test_each_user_has_a_reason() -> None:
    person("new")
    with_account("invited")
    with_account("came")
    SignInAccount.objects.filter(username="came").update(last_login=timezone.now())
    sign_in_link(with_account("open"))
    with_account("closed")
    SignInAccount.objects.filter(username="closed").update(is_active=False)
    create_user("no-address", "")
    create_sign_in("Name-Taken@example.com", Role.USER)
    person("name-taken")
    for row in Choice(Whom.ALL).users():
        assert row.prospect == row.fullname  # type: ignore[attr-defined]
    assert set(access.counted(Choice(Whom.ALL).users())) == set(Prospect)
    assert access.invite_many(Choice(Whom.ALL), ADDRESS, "admin", expected=2) == 2


def test_another_number_than_previewed_starts_nothing() -> None:
    person("one")
    with pytest.raises(InvitationsChanged):
        access.invite_many(Choice(), ADDRESS, "admin", expected=2)
    assert not Invitation.objects.exists()


def test_asked_twice_the_second_finds_nobody() -> None:
    person("one")
    access.invite_many(Choice(), ADDRESS, "admin")
    with pytest.raises(NobodyToInvite):
        access.invite_many(Choice(), ADDRESS, "admin")


def test_the_statements_do_not_grow_with_the_people() -> None:
    counts = []
    for number in (1, 40):
        SystemUser.objects.all().delete()
        for one in range(number):
            person(f"person{number}-{one}")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            access.invite_many(Choice(), ADDRESS, "admin")
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.only_on("sqlite")
def test_whether_an_address_is_taken_is_sought_and_not_scanned_for_each_user() -> None:
    plan = Choice(Whom.ALL).users().explain()
    inner = [line.strip() for line in plan.splitlines() if " U0" in line]
    assert sum("USING INDEX systemuser_by_address" in line for line in inner) == 1
    assert sum("USING INDEX signinaccount_by_name" in line for line in inner) == 1
    assert [line for line in inner if "SCAN" in line] == []
