"""Invited to sign in at the provider: one link, once, for the person at the invited address."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import SplitResult, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from tests.system.access.test_inviting import account, administrator, link_in, server
from tests.system.access.test_openid import ANNA, at_provider, configure, sign_in
from tests.system.servers.openid_provider import OpenIdServer, openid_provider
from tests.system.servers.smtp_server import SmtpServer

from passerelle.access import services as access
from passerelle.access.models import Identity
from passerelle.access.services import Way
from passerelle.crm.models import AuditEntry, SignInAccount, SignInLink
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in, update_sign_in, use_link
from passerelle.faults.access import ProviderOff

__all__ = ["account", "administrator", "server"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PEOPLE: dict[str, dict[str, Any]] = {
    "1-anna": {**ANNA, "groups": []},
    "2-anna-in-a-group": {**ANNA, "email": "ANNA@example.com"},
    "3-claims-anna": {**ANNA, "email_verified": False},
    "4-bert": {"email": "bert@example.com", "email_verified": True},
}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdServer]:
    with openid_provider(tmp_path_factory.mktemp("provider"), PEOPLE) as running:
        yield running


@pytest.fixture
def link(
    provider: OpenIdServer, server: SmtpServer, account: SignInAccount, administrator: Client
) -> str:
    """The path in the mail that Anna was sent."""
    configure(provider)
    administrator.post(f"/sign-in-accounts/{account.pk}/invite/", {"way": "provider"})
    return link_in(server)


def sent(client: Client, link: str, subject: str) -> SplitResult:
    """Follow the link to the provider, and say there who one is; where the browser is sent."""
    there = client.get(f"{link}provider/")
    assert there.status_code == 302, there.content
    return urlsplit(at_provider(there["Location"], subject))


def follow(client: Client, link: str, subject: str) -> Any:
    back = sent(client, link, subject)
    return client.get(f"{back.path}?{back.query}")


def refusal(answer: Any) -> str:
    """The code on the page that lets nobody in."""
    assert answer.status_code in {403, 410}
    text: str = answer.content.decode()
    return text[text.index("PSR-") :][:11]


def test_from_the_mail_to_ones_own_mailbox_and_in_again(account: SignInAccount, link: str) -> None:
    browser = Client()
    assert f'href="{link}provider/"' in browser.get(link).content.decode()
    assert follow(browser, link, "1-anna")["Location"] == "/my-mailbox/"
    assert browser.get("/my-mailbox/").status_code == 200
    assert Identity.objects.get().account == account
    assert access.sessions_of(account)[0].signed_in_by == "provider"
    again = Client()
    assert sign_in(again, "1-anna").status_code == 302
    assert again.get("/my-mailbox/").status_code == 200
    details = [entry.detail for entry in AuditEntry.objects.filter(subject_id=account.pk)]
    assert {"identity": Identity.objects.get().issuer} in details
    assert link.split("/")[2] not in str(details)


def test_the_link_signs_nobody_in_by_itself(link: str) -> None:
    browser = Client()
    assert browser.post(link).status_code == 410
    assert browser.get("/").status_code == 302
    assert follow(browser, link, "1-anna").status_code == 302


def test_used_once_it_works_no_longer(link: str) -> None:
    follow(Client(), link, "1-anna")
    assert refusal(Client().get(f"{link}provider/")) == "PSR-ACC-017"


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        pytest.param("4-bert", "PSR-ACC-019", id="another-person"),
        pytest.param("3-claims-anna", "PSR-ACC-018", id="an-address-that-nobody-verified"),
    ],
)
def test_who_was_not_invited_stays_out_and_the_invitation_open(
    link: str, subject: str, code: str
) -> None:
    other = Client()
    assert refusal(follow(other, link, subject)) == code
    assert other.get("/").status_code == 302
    assert not Identity.objects.exists()
    assert follow(Client(), link, "1-anna").status_code == 302


def test_an_identity_that_opens_another_account_is_not_given_a_second(
    provider: OpenIdServer, account: SignInAccount, link: str
) -> None:
    other = create_sign_in("other", Role.USER)
    Identity.objects.create(
        account=other, issuer=provider.issuer, subject="1-anna", made_on=timezone.now()
    )
    assert refusal(follow(Client(), link, "1-anna")) == "PSR-ACC-024"
    assert Identity.objects.get().account == other
    assert SignInLink.objects.get(account=account).used_on is None


def test_invited_anew_who_is_known_simply_comes_in(
    provider: OpenIdServer, account: SignInAccount, link: str
) -> None:
    Identity.objects.create(
        account=account, issuer=provider.issuer, subject="1-anna", made_on=timezone.now()
    )
    assert follow(Client(), link, "1-anna").status_code == 302
    assert Identity.objects.count() == 1


@pytest.mark.parametrize("moment", ["before", "at-the-provider"])
@pytest.mark.parametrize("end", ["expired", "revoked", "used"])
def test_a_link_that_ended_lets_nobody_in(
    account: SignInAccount, link: str, moment: str, end: str
) -> None:
    browser = Client()
    back = sent(browser, link, "1-anna") if moment == "at-the-provider" else None
    match end:
        case "expired":
            SignInLink.objects.update(expires_on=timezone.now() - timedelta(seconds=1))
        case "revoked":
            access.revoke_invitations(account, "admin")
        case "used":
            assert use_link(SignInLink.objects.get().pk) == account
    address = f"{back.path}?{back.query}" if back else f"{link}provider/"
    assert refusal(browser.get(address)) == "PSR-ACC-017"
    assert not Identity.objects.exists()


def test_two_browsers_with_one_link(link: str) -> None:
    """The mail was passed on; both come back, and one of them gets in."""
    browsers = [Client(), Client()]
    backs = [
        sent(browser, link, subject)
        for browser, subject in zip(browsers, ["1-anna", "2-anna-in-a-group"], strict=True)
    ]
    answers = [
        browser.get(f"{back.path}?{back.query}")
        for browser, back in zip(browsers, backs, strict=True)
    ]
    assert answers[0].status_code == 302
    assert refusal(answers[1]) == "PSR-ACC-017"
    assert Identity.objects.get().subject == "1-anna"


def test_killed_before_the_session_began_the_person_is_known(
    provider: OpenIdServer, account: SignInAccount, link: str
) -> None:
    claims = {"sub": "1-anna", **PEOPLE["1-anna"]}
    access.account_invited(access.openid_provider(), claims, SignInLink.objects.get().pk)
    assert sign_in(Client(), "1-anna").status_code == 302
    assert Identity.objects.get().account == account


def test_a_disabled_account_stays_out(account: SignInAccount, link: str) -> None:
    update_sign_in(account, active=False)
    assert refusal(follow(Client(), link, "1-anna")) == "PSR-ACC-016"
    assert SignInLink.objects.get().used_on is None


def test_the_groups_of_the_provider_say_the_role(account: SignInAccount, link: str) -> None:
    update_sign_in(account, role=Role.OPERATOR)
    follow(Client(), link, "2-anna-in-a-group")
    account.refresh_from_db()
    assert account.role == Role.USER


def test_without_a_provider_nobody_is_invited_to_it(
    provider: OpenIdServer, server: SmtpServer, account: SignInAccount, link: str
) -> None:
    configure(provider, enabled=False)
    assert refusal(Client().get(f"{link}provider/")) == "PSR-ACC-025"
    with pytest.raises(ProviderOff):
        access.invite(account, "https://crm.example.com/{token}/", "admin", way=Way.PROVIDER)
    assert len(server.taken) == 1
    assert SignInLink.objects.get().used_on is None
