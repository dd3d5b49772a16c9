"""The pages of sign-in accounts: made, changed, let in, put out."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from tests.unit.web.access.test_security import with_device
from tests.unit.web.conftest import World, signed_in

from passerelle.access import services as access
from passerelle.access.models import Identity
from passerelle.crm.models import AuditEntry, SignInAccount, SystemUser
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def page_of(account: SignInAccount) -> str:
    return f"/sign-in-accounts/{account.pk}/"


def test_an_account_is_made_for_a_user_named_by_address(
    world: World, as_administrator: Client
) -> None:
    user: SystemUser = create_user("Dora", "dora@company.example")
    form = {"username": "dora", "role": "operator", "systemuser": "DORA@company.example"}
    made = as_administrator.post("/sign-in-accounts/new/", form)
    account = SignInAccount.objects.get(username="dora")
    assert made["Location"] == page_of(account)
    assert (account.role, account.systemuser) == (Role.OPERATOR, user)
    link = as_administrator.post(page_of(account) + "link/").content.decode()
    found = re.search(r'value="http://testserver(/sign-in/[^"]+)"', link)
    assert found
    browser = Client()
    assert browser.post(found.group(1))["Location"] == "/password/"
    assert browser.get("/mailboxes/").status_code == 200


@pytest.mark.parametrize(
    ("form", "field"),
    [
        pytest.param({"username": "ann", "role": "user"}, "username", id="a name that is taken"),
        pytest.param({"username": "x", "role": "root"}, "role", id="a role that is none"),
        pytest.param(
            {"username": "x", "role": "user", "systemuser": "no@company.example"},
            "systemuser",
            id="an address that nobody has",
        ),
        pytest.param(
            {"username": "x", "role": "user", "systemuser": "ann@company.example"},
            "systemuser",
            id="a user who has an account",
        ),
    ],
)
def test_what_cannot_be_is_said(
    world: World, as_administrator: Client, form: dict[str, str], field: str
) -> None:
    refused = as_administrator.post("/sign-in-accounts/new/", form)
    assert refused.status_code == 422
    assert f"id_{field}_error" in refused.content.decode()
    assert not SignInAccount.objects.filter(username="x").exists()


def test_the_right_to_see_all_email_is_given_taken_and_audited(
    world: World, as_administrator: Client
) -> None:
    form = {"role": "user", "is_active": "on", "systemuser": "bob@company.example"}
    bob, right = signed_in(world.bob), {"may_read_all": "on"}
    address = f"/emails/{world.received.pk}/"
    for given, status in ((right, 200), ({}, 404)):
        assert as_administrator.post(page_of(world.bob), {**form, **given}).status_code == 302
        assert bob.get(address).status_code == status
        listed = as_administrator.get("/sign-in-accounts/").content.decode()
        assert ("Sees all email" in listed) == bool(given)
    rows = AuditEntry.objects.filter(subject_id=world.bob.pk).order_by("done_on")
    details = [entry.detail for entry in rows]
    assert details == [{"may_read_all": [False, True]}, {"may_read_all": [True, False]}]


def test_a_closed_account_is_out(world: World, as_administrator: Client, as_ann: Client) -> None:
    form = {"role": "user", "systemuser": "ann@company.example"}
    assert as_administrator.post(page_of(world.ann), form).status_code == 302
    assert as_ann.get("/").status_code == 302


def test_sessions_are_ended_one_or_all_but_the_own(
    world: World, as_administrator: Client, as_ann: Client
) -> None:
    other = signed_in(world.ann)
    key = access.current_session(other.session)
    as_administrator.post(f"{page_of(world.ann)}sessions/{key}/")
    assert other.get("/").status_code == 302
    assert as_ann.get("/").status_code == 200
    as_administrator.post(f"{page_of(world.ann)}sessions/")
    assert as_ann.get("/").status_code == 302
    as_administrator.post(f"{page_of(world.administrator)}sessions/")
    assert as_administrator.get("/").status_code == 200


def test_a_session_is_ended_on_its_own_account_only(
    world: World, as_administrator: Client, as_ann: Client
) -> None:
    key = access.current_session(as_ann.session)
    as_administrator.post(f"{page_of(world.bob)}sessions/{key}/")
    assert as_ann.get("/").status_code == 200


def test_a_lost_second_factor_is_taken_away(world: World, as_administrator: Client) -> None:
    with_device(world.ann)
    as_administrator.post(f"{page_of(world.ann)}second-factor/")
    assert access.second_factor_of(world.ann) is None


def test_names_and_users_are_searched(world: World, as_administrator: Client) -> None:
    found = as_administrator.get("/sign-in-accounts/?q=bob+example").content.decode()
    assert page_of(world.bob) in found
    assert page_of(world.ann) not in found


def test_an_identity_of_a_provider_is_shown_and_removed(
    world: World, as_administrator: Client
) -> None:
    issuer = "https://login.company.example"
    one = Identity.objects.create(
        account=world.ann, issuer=issuer, subject="0815", made_on=timezone.now()
    )
    address = f"{page_of(world.ann)}identities/{one.pk}/"
    shown = as_administrator.get(page_of(world.ann)).content.decode()
    assert issuer in shown
    assert address in shown
    assert as_administrator.post(address)["Location"] == page_of(world.ann)
    assert issuer not in as_administrator.get(page_of(world.ann)).content.decode()
