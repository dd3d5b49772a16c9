"""Sessions: listed, idle, old, ended, and never somebody else's."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from passerelle.access import services as access
from passerelle.access.models import SignInSession
from passerelle.access.sessions import KEY
from passerelle.crm.models import AuditEntry, SignInAccount
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in, set_sign_in_password, update_sign_in
from passerelle.faults import Secret

pytestmark = [pytest.mark.django_db, pytest.mark.database]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def account() -> SignInAccount:
    create_sign_in("admin", Role.ADMINISTRATOR)
    return create_sign_in("anna", Role.USER, password=Secret("a long enough phrase"))


def browser(account: SignInAccount) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_each_browser_is_a_row(account: SignInAccount) -> None:
    first, second = browser(account), browser(account)
    assert is_in(first)
    assert is_in(second)
    assert len(access.sessions_of(account)) == 2


def test_an_ended_session_is_over_and_the_others_go_on(account: SignInAccount) -> None:
    first, second = browser(account), browser(account)
    ended = access.end_sessions(account, "anna", only=access.current_session(first.session))
    assert ended == 1
    assert not is_in(first)
    assert is_in(second)
    assert AuditEntry.objects.get().detail == {"count": 1}


def test_all_but_one_are_ended(account: SignInAccount) -> None:
    here, *others = [browser(account) for _ in range(3)]
    access.end_sessions(account, "anna", but=access.current_session(here.session))
    assert is_in(here)
    assert not any(map(is_in, others))


def test_nobody_ends_the_session_of_another(account: SignInAccount) -> None:
    other = create_sign_in("bob", Role.USER)
    client = browser(account)
    assert access.end_sessions(other, "bob", only=access.current_session(client.session)) == 0
    assert is_in(client)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("column", "ago", "holds"),
    [
        pytest.param("seen_on", timedelta(minutes=29), True, id="seen-a-while-ago"),
        pytest.param("seen_on", timedelta(minutes=31), False, id="idle-too-long"),
        pytest.param("started_on", timedelta(hours=9), True, id="begun-this-morning"),
        pytest.param("started_on", timedelta(hours=11), False, id="too-old-although-in-use"),
    ],
)
def test_limits(account: SignInAccount, column: str, ago: timedelta, *, holds: bool) -> None:
    access.save_sign_in_settings({"idle_minutes": 30, "longest_hours": 10}, "admin")
    client = browser(account)
    SignInSession.objects.update(**{column: timezone.now() - ago})
    assert is_in(client) is holds
    assert SignInSession.objects.exists() is holds


def test_what_is_over_is_not_listed(account: SignInAccount) -> None:
    browser(account)
    SignInSession.objects.update(seen_on=timezone.now() - timedelta(days=3))
    assert access.sessions_of(account) == []


@pytest.mark.parametrize("forged", ["", "rubbish", "0" * 32])
def test_a_browser_without_a_row_is_signed_out(account: SignInAccount, forged: str) -> None:
    client = browser(account)
    session = client.session
    session[KEY] = forged
    session.save()
    assert not is_in(client)


def test_a_new_role_ends_the_sessions(account: SignInAccount) -> None:
    client = browser(account)
    update_sign_in(account, role=Role.ADMINISTRATOR)
    assert not is_in(client)


def test_a_new_password_ends_the_sessions(account: SignInAccount) -> None:
    client = browser(account)
    set_sign_in_password(account, Secret("another long phrase"))
    assert not is_in(client)


def test_an_inactive_account_is_out_at_once(account: SignInAccount) -> None:
    client = browser(account)
    update_sign_in(account, active=False)
    assert not is_in(client)


def test_the_agent_is_cut_and_cleaned(account: SignInAccount) -> None:
    client = Client(headers={"user-agent": "Browser\x1b[31m" + "x" * 500})
    form = {"username": "anna", "password": "a long enough phrase"}
    assert client.post("/sign-in/", form).status_code == 302
    [row] = access.sessions_of(account)
    assert row.agent.startswith("Browser[31mxxx")
    assert len(row.agent) == 200
    assert row.address == "127.0.0.1"
