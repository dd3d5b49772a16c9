"""Single sign-on at a real provider, by the pages: who gets in, as whom, as what."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client
from tests.system.servers.openid_provider import OpenIdServer, openid_provider
from tests.system.servers.ports import free_port

from passerelle.access import services as access
from passerelle.access.models import Identity
from passerelle.crm.models import AuditEntry, SignInAccount
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in, create_user, update_sign_in
from passerelle.faults import Secret

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SECRET = "s3cret of the client"
ANNA = {
    "email": "anna@example.com",
    "email_verified": True,
    "preferred_username": "anna",
    "groups": ["crm-users", "something else"],
}
PEOPLE: dict[str, dict[str, Any]] = {
    "1-anna": ANNA,
    "2-boss": {"email": "boss@example.com", "groups": ["crm-users", "crm-admins"]},
    "3-claims-anna": {"email": "anna@example.com", "email_verified": False},
    "4-nobody": {"email": "nobody@example.com", "groups": []},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdServer]:
    with openid_provider(tmp_path_factory.mktemp("provider"), PEOPLE) as running:
        yield running


@pytest.fixture(autouse=True)
def administrator() -> SignInAccount:
    return create_sign_in("admin", Role.ADMINISTRATOR)


def configure(server: OpenIdServer, **values: Any) -> None:
    groups = {"crm-users": Role.USER, "crm-admins": Role.ADMINISTRATOR}
    stored = {"enabled": True, "issuer": server.issuer, "client_id": "passerelle", **values}
    access.save_openid_provider(stored, groups=groups, secret=Secret(SECRET), by="admin")


def at_provider(address: str, subject: str) -> str:
    """Choose a person on the provider's page; where it sends the browser."""
    answer = httpx.post(address, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def sign_in(client: Client, subject: str, to: str = "") -> Any:
    """Go there and come back."""
    sent = client.get("/sign-in/provider/", {"next": to})
    assert sent.status_code == 302
    back = urlsplit(at_provider(sent["Location"], subject))
    assert back.path == "/sign-in/provider/back/"
    return client.get(f"{back.path}?{back.query}")


def test_who_is_sent_there_carries_proofs_that_are_new_each_time(server: OpenIdServer) -> None:
    configure(server)
    queries = [
        parse_qs(urlsplit(Client().get("/sign-in/provider/")["Location"]).query) for _ in range(2)
    ]
    for query in queries:
        assert query["code_challenge_method"] == ["S256"]
        assert query["response_type"] == ["code"]
        assert query["redirect_uri"] == ["http://testserver/sign-in/provider/back/"]
    for name in ("state", "nonce", "code_challenge"):
        assert queries[0][name] != queries[1][name]
    assert SECRET not in str(queries)


def test_an_account_is_made_once_with_the_role_of_the_group(server: OpenIdServer) -> None:
    configure(server, creates_accounts=True)
    for _ in range(2):
        client = Client()
        assert sign_in(client, "1-anna", "/contacts/")["Location"] == "/contacts/"
        assert client.get("/contacts/").status_code == 200
    account = SignInAccount.objects.get(username="anna")
    assert (account.role, account.systemuser) == (Role.USER, None)
    assert not account.has_usable_password()
    identity = Identity.objects.get()
    assert (identity.issuer, identity.subject) == (server.issuer, "1-anna")
    assert access.sessions_of(account)[0].signed_in_by == "provider"
    assert AuditEntry.objects.filter(action="account.created").count() == 1


def test_the_strongest_group_wins(server: OpenIdServer) -> None:
    configure(server, creates_accounts=True)
    sign_in(Client(), "2-boss")
    assert SignInAccount.objects.get(username="boss@example.com").role == Role.ADMINISTRATOR


def test_groups_decide_the_role_at_each_sign_in(server: OpenIdServer) -> None:
    configure(server, creates_accounts=True)
    sign_in(Client(), "1-anna")
    update_sign_in(SignInAccount.objects.get(username="anna"), role=Role.ADMINISTRATOR)
    sign_in(Client(), "1-anna")
    assert SignInAccount.objects.get(username="anna").role == Role.USER


@pytest.mark.parametrize("subject", ["1-anna", "4-nobody"])
def test_without_an_account_nobody_gets_in(server: OpenIdServer, subject: str) -> None:
    configure(server)
    client = Client()
    refused = sign_in(client, subject)
    assert refused.status_code == 403
    assert "PSR-ACC-015" in refused.content.decode()
    assert client.get("/").status_code == 302


def test_who_is_in_no_group_gets_no_account(server: OpenIdServer) -> None:
    configure(server, creates_accounts=True)
    assert sign_in(Client(), "4-nobody").status_code == 403
    assert not Identity.objects.exists()


def test_a_verified_address_links_once_where_it_is_wanted(server: OpenIdServer) -> None:
    user = create_user("Anna", "Anna@example.com")
    account = create_sign_in("anna.local", Role.USER, systemuser=user)
    configure(server)
    assert sign_in(Client(), "1-anna").status_code == 403
    configure(server, matches_email=True)
    client = Client()
    assert sign_in(client, "1-anna").status_code == 302
    assert client.get("/my-mailbox/").status_code == 404  # known, but the user has no mailbox
    assert Identity.objects.get().account == account


def test_an_address_that_is_not_verified_opens_nothing(server: OpenIdServer) -> None:
    user = create_user("Anna", "anna@example.com")
    create_sign_in("anna.local", Role.USER, systemuser=user)
    configure(server, matches_email=True, creates_accounts=True)
    assert sign_in(Client(), "3-claims-anna").status_code == 403
    assert not Identity.objects.exists()


def test_a_local_account_of_the_same_name_is_not_taken_over(server: OpenIdServer) -> None:
    local = create_sign_in("anna", Role.ADMINISTRATOR)
    configure(server, creates_accounts=True)
    sign_in(Client(), "1-anna")
    made = Identity.objects.get().account
    assert made != local
    assert made.username == "anna-2"


def test_a_disabled_account_stays_out(server: OpenIdServer) -> None:
    configure(server, creates_accounts=True)
    sign_in(Client(), "1-anna")
    update_sign_in(SignInAccount.objects.get(username="anna"), active=False)
    refused = sign_in(Client(), "1-anna")
    assert "PSR-ACC-016" in refused.content.decode()


def test_the_last_administrator_keeps_the_role(
    server: OpenIdServer, administrator: SignInAccount
) -> None:
    configure(server)
    Identity.objects.create(
        account=administrator, issuer=server.issuer, subject="1-anna",
        made_on=administrator.last_login or "2026-01-01T00:00Z",
    )  # fmt: skip
    assert sign_in(Client(), "1-anna").status_code == 302
    administrator.refresh_from_db()
    assert administrator.role == Role.ADMINISTRATOR


def test_an_answer_is_good_in_the_browser_that_asked_and_once(server: OpenIdServer) -> None:
    configure(server, creates_accounts=True)
    asking, other = Client(), Client()
    back = urlsplit(at_provider(asking.get("/sign-in/provider/")["Location"], "1-anna"))
    address = f"{back.path}?{back.query}"
    other.get("/sign-in/provider/")
    for client in (Client(), other):
        refused = client.get(address)
        assert "PSR-ACC-012" in refused.content.decode()
    assert asking.get(address).status_code == 302
    assert "PSR-ACC-012" in asking.get(address).content.decode()


def test_the_session_gets_a_new_key(server: OpenIdServer) -> None:
    configure(server, creates_accounts=True)
    client = Client()
    sent = client.get("/sign-in/provider/")
    before = client.session.session_key
    back = urlsplit(at_provider(sent["Location"], "1-anna"))
    client.get(f"{back.path}?{back.query}")
    assert client.session.session_key != before


def test_signing_out_offers_to_sign_out_there_too(server: OpenIdServer) -> None:
    configure(server, creates_accounts=True)
    client = Client()
    sign_in(client, "1-anna")
    page = client.post("/sign-out/").content.decode()
    assert f'href="{server.issuer}/oauth2/end_session?client_id=passerelle&amp;' in page
    assert client.get("/").status_code == 302


def test_local_sign_in_may_be_for_administrators_alone(server: OpenIdServer) -> None:
    password = Secret("a long enough phrase")
    create_sign_in("chief", Role.ADMINISTRATOR, password=password)
    create_sign_in("plain", Role.USER, password=password)
    configure(server, local_sign_in="administrators")
    answers = {
        name: Client()
        .post("/sign-in/", {"username": name, "password": password.reveal()})
        .status_code
        for name in ("chief", "plain")
    }
    assert answers == {"chief": 302, "plain": 200}
    configure(server, local_sign_in="administrators", enabled=False)
    form = {"username": "plain", "password": password.reveal()}
    assert Client().post("/sign-in/", form).status_code == 302


def test_a_second_factor_is_not_asked_of_who_comes_from_the_provider(
    server: OpenIdServer,
) -> None:
    configure(server, creates_accounts=True)
    access.save_sign_in_settings({"second_factor_for_users": True}, "admin")
    client = Client()
    sign_in(client, "1-anna")
    assert client.get("/").status_code == 200


def test_a_provider_that_is_away_is_said(server: OpenIdServer) -> None:
    configure(server, issuer=f"http://127.0.0.1:{free_port()}")
    refused = Client().get("/sign-in/provider/")
    assert refused.status_code == 403
    assert "PSR-ACC-010" in refused.content.decode()


def test_the_page_asks_the_provider_and_never_shows_the_secret(
    server: OpenIdServer, administrator: SignInAccount
) -> None:
    configure(server)
    client = Client()
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    asked = client.post("/settings/single-sign-on/ask/").content.decode()
    assert f"{server.issuer}/oauth2/authorize" in asked
    assert SECRET not in asked
    assert SECRET not in client.get("/settings/single-sign-on/").content.decode()
    assert SECRET not in str(list(AuditEntry.objects.values()))


def test_a_token_that_is_over_signs_nobody_in(tmp_path: Path) -> None:
    with openid_provider(tmp_path, PEOPLE, token_seconds=-3600) as running:
        configure(running, creates_accounts=True)
        refused = sign_in(Client(), "1-anna")
    assert refused.status_code == 403
    assert "PSR-ACC-014" in refused.content.decode()
