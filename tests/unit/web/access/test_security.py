"""The second step of signing in, one's own sign-in page, and what nobody may learn or reuse."""

import re

import pyotp
import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client, override_settings
from django.utils import timezone
from tests.unit.web.conftest import PASSWORD, World, signed_in

from passerelle.access import services as access
from passerelle.crm.models import SignInAccount
from passerelle.crm.services import sign_in_link

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.database,
    pytest.mark.usefixtures("still_clock"),  # a code is of the half minute in which it is given
]


def code(secret: str, offset: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(int(timezone.now().timestamp()) // 30 + offset)


def with_device(account: SignInAccount) -> str:
    secret = access.begin_second_factor(account).secret.reveal()
    access.confirm_second_factor(account, code(secret, -1), account.username)
    return secret


def give_password(client: Client, **more: str) -> str:
    form = {"username": "ann", "password": PASSWORD, **more}
    return client.post("/sign-in/", form)["Location"]


def test_the_password_alone_opens_nothing(world: World) -> None:
    with_device(world.ann)
    client = Client()
    assert give_password(client) == "/sign-in/code/?next="
    assert client.get("/").status_code == 302
    assert client.post("/sign-in/code/", {"code": "000"}).status_code == 422
    assert client.get("/").status_code == 302


def test_the_code_opens_what_was_asked_for(world: World) -> None:
    secret = with_device(world.ann)
    client = Client()
    asks = give_password(client, next="/contacts/")
    response = client.post(asks, {"code": code(secret)})
    assert (response.status_code, response["Location"]) == (302, "/contacts/")
    assert client.get("/contacts/").status_code == 200
    assert access.sessions_of(world.ann)[0].signed_in_by == "second-factor"


def test_the_second_step_leads_nobody_to_another_site(world: World) -> None:
    secret = with_device(world.ann)
    client = Client()
    give_password(client)
    response = client.post("/sign-in/code/?next=https://evil.example/", {"code": code(secret)})
    assert response["Location"] == "/"


def test_a_link_asks_for_the_second_factor_too(world: World) -> None:
    with_device(world.ann)
    client = Client()
    response = client.post(f"/sign-in/{sign_in_link(world.ann)}/")
    assert response["Location"].startswith("/sign-in/code/")
    assert client.get("/").status_code == 302


def test_without_a_password_there_is_no_second_step(world: World) -> None:
    assert Client().get("/sign-in/code/")["Location"] == "/sign-in/"


def test_an_inactive_account_does_not_pass_the_second_step(world: World) -> None:
    secret = with_device(world.ann)
    client = Client()
    give_password(client)
    SignInAccount.objects.filter(pk=world.ann.pk).update(is_active=False)
    assert client.post("/sign-in/code/", {"code": code(secret)})["Location"] == "/sign-in/"


def test_a_session_gets_a_new_key_at_each_step(world: World) -> None:
    """A key that somebody else planted in the browser is worth nothing afterwards."""
    secret = with_device(world.ann)
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    keys = [session.session_key]
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    give_password(client)
    keys.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    client.post("/sign-in/code/", {"code": code(secret)})
    keys.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    assert len(set(keys)) == 3
    stranger = Client()
    stranger.cookies[settings.SESSION_COOKIE_NAME] = keys[0] or ""
    assert stranger.get("/").status_code == 302


def test_setting_up_shows_the_secret_once_and_codes_once(world: World, as_ann: Client) -> None:
    page = as_ann.get("/security/second-factor/")
    html = page.content.decode()
    assert "<svg" in html
    assert "style=" not in html
    assert "no-store" in page["Cache-Control"]
    found = re.search(r'<p class="code">([A-Z2-7 ]+)</p>', html)
    assert found
    secret = found.group(1).replace(" ", "")
    codes = as_ann.post("/security/second-factor/", {"code": code(secret)}).content.decode()
    assert codes.count('<li class="code">') == 10
    assert as_ann.get("/security/second-factor/")["Location"] == "/security/"
    assert secret not in as_ann.get("/security/").content.decode()


def test_it_is_removed_with_the_password_alone(world: World, as_ann: Client) -> None:
    with_device(world.ann)
    address = "/security/second-factor/remove/"
    assert as_ann.post(address, {"proof": "wrong", "remove": ""}).status_code == 422
    assert access.second_factor_of(world.ann) is not None
    renewed = as_ann.post(address, {"proof": PASSWORD, "codes": ""}).content.decode()
    assert renewed.count('<li class="code">') == 10
    assert as_ann.post(address, {"proof": PASSWORD, "remove": ""}).status_code == 302
    assert access.second_factor_of(world.ann) is None


def test_who_owes_a_second_factor_can_do_nothing_else(world: World, as_ann: Client) -> None:
    access.save_sign_in_settings({"second_factor_for_users": True}, "admin")
    for address in ("/", "/contacts/", "/security/", "/emails/new/"):
        assert as_ann.get(address)["Location"] == "/security/second-factor/", address
    assert as_ann.post("/contacts/new/", {})["Location"] == "/security/second-factor/"
    assert as_ann.get("/security/second-factor/").status_code == 200
    assert as_ann.post("/sign-out/").status_code == 302


def test_sessions_are_ended_by_their_owner(world: World, as_ann: Client) -> None:
    other, of_bob = signed_in(world.ann), signed_in(world.bob)
    key = access.current_session(of_bob.session)
    as_ann.post(f"/security/sessions/{key}/end/")
    assert of_bob.get("/").status_code == 200
    as_ann.post("/security/sessions/end/")
    assert other.get("/").status_code == 302
    assert as_ann.get("/").status_code == 200


class Counting(MD5PasswordHasher):
    """A hasher that counts its work."""

    work = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.work += 1
        return super().encode(password, salt)


@pytest.mark.parametrize("name", ["ann", "nobody", "inactive", "without-password"])
def test_an_unknown_name_is_answered_alike_and_costs_as_much(world: World, name: str) -> None:
    hasher = f"{Counting.__module__}.{Counting.__qualname__}"
    SignInAccount.objects.filter(username="bob").update(username="inactive", is_active=False)
    SignInAccount.objects.filter(username="admin").update(
        username="without-password", password="!nothing"
    )
    with override_settings(PASSWORD_HASHERS=[hasher]):
        Counting.work = 0
        answer = Client().post("/sign-in/", {"username": name, "password": "wrong"})
    assert Counting.work == 1
    assert answer.status_code == 200
    assert "do not belong together" in answer.content.decode()


def test_the_sign_in_form_of_another_site_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    form = {"username": "ann", "password": PASSWORD}
    assert client.post("/sign-in/", form).status_code == 403
    assert client.post("/sign-in/code/", {"code": "1"}).status_code == 403
    assert client.post(f"/sign-in/{sign_in_link(world.ann)}/").status_code == 403
