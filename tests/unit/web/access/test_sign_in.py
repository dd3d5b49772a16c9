"""Signing in by password and by link, the throttle, the first password, the language."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import PASSWORD, World, sign_in_account, signed_in

from passerelle.crm.models.people import Role, SignInAccount
from passerelle.crm.services import create_sign_in, sign_in_link

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOME, SIGN_IN = "/", "/sign-in/"


@pytest.fixture
def account(db: None) -> SignInAccount:
    return sign_in_account("zoé", Role.USER)


def give(client: Client, password: str, **more: str) -> int:
    return client.post(SIGN_IN, {"username": "zoé", "password": password, **more}).status_code


def test_the_right_password_leads_where_one_wanted_to_go(account: SignInAccount) -> None:
    client = Client()
    form = {"username": "zoé", "password": PASSWORD, "next": "/contacts/"}
    response = client.post(SIGN_IN, form)
    assert (response.status_code, response["Location"]) == (302, "/contacts/")
    assert client.get("/contacts/").status_code == 200


def test_nobody_is_led_to_another_site(account: SignInAccount) -> None:
    form = {"username": "zoé", "password": PASSWORD, "next": "https://evil.example/"}
    assert Client().post(SIGN_IN, form)["Location"] == HOME


def test_a_wrong_password_says_so_and_never_which_half_was_wrong(account: SignInAccount) -> None:
    known = Client().post(SIGN_IN, {"username": "zoé", "password": "no"}).content.decode()
    unknown = Client().post(SIGN_IN, {"username": "nobody", "password": "no"}).content.decode()
    sentence = "This user name and this password do not belong together."
    assert sentence in known
    assert sentence in unknown


def test_after_ten_tries_even_the_right_password_waits(account: SignInAccount) -> None:
    client = Client()
    for _ in range(10):
        last = give(client, "wrong")
    assert last == 429
    response = client.post(SIGN_IN, {"username": "zoé", "password": PASSWORD})
    assert response.status_code == 429
    assert "fifteen minutes" in response.content.decode()


def test_looking_at_a_link_does_not_use_it(account: SignInAccount) -> None:
    address = reverse("web:sign-in-link", args=[sign_in_link(account)])
    preview = Client()
    assert preview.get(address).status_code == 200
    assert preview.head(address).status_code == 200
    assert preview.get(HOME).status_code == 302
    client = Client()
    assert client.post(address).status_code == 302
    assert client.get(HOME).status_code == 200


def test_a_link_works_once(account: SignInAccount) -> None:
    address = reverse("web:sign-in-link", args=[sign_in_link(account)])
    assert Client().post(address).status_code == 302
    second = Client()
    assert second.post(address).status_code == 410
    assert second.get(HOME).status_code == 302


@pytest.mark.parametrize("lifetime", [timedelta(seconds=-1)], ids=["a-late-link-is-spent"])
def test_a_link_has_its_time(account: SignInAccount, lifetime: timedelta) -> None:
    token = sign_in_link(account, lifetime=lifetime)
    assert Client().post(reverse("web:sign-in-link", args=[token])).status_code == 410


def test_a_link_that_never_was_is_told_like_a_spent_one(db: None) -> None:
    assert Client().post(reverse("web:sign-in-link", args=["x" * 300])).status_code == 410


def test_the_first_administrator_comes_by_a_link_and_chooses_a_password(db: None) -> None:
    account = create_sign_in("first", Role.ADMINISTRATOR)
    client = Client()
    address = reverse("web:sign-in-link", args=[sign_in_link(account)])
    assert client.post(address)["Location"] == reverse("web:password")
    weak = client.post("/password/", {"new_password1": "short", "new_password2": "short"})
    assert weak.status_code == 422
    given = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post("/password/", given).status_code == 302
    assert client.get(HOME).status_code == 200, "the session goes on"
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_a_new_password_is_set_by_who_knows_the_old_one(account: SignInAccount) -> None:
    client = signed_in(account)
    other = "another long enough phrase"
    form = {"old_password": "wrong", "new_password1": other, "new_password2": other}
    assert client.post("/password/", form).status_code == 422
    assert client.post("/password/", {**form, "old_password": PASSWORD}).status_code == 302


def test_signing_out_is_a_button_and_ends_the_session(account: SignInAccount) -> None:
    client = signed_in(account)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert client.get(HOME).status_code == 302


def test_the_language_is_kept_on_the_account(world: World) -> None:
    client = signed_in(world.ann)
    response = client.post("/language/", {"language": "fr", "next": "/emails/"})
    assert response["Location"] == "/emails/"
    elsewhere = signed_in(SignInAccount.objects.get(pk=world.ann.pk))
    answer = elsewhere.get(HOME, headers={"Accept-Language": "en"})
    assert answer["Content-Language"] == "fr"
    assert '<html lang="fr">' in answer.content.decode()


def test_who_has_not_signed_in_chooses_a_language_too(db: None) -> None:
    client = Client()
    client.post("/language/", {"language": "fr", "next": SIGN_IN})
    assert '<html lang="fr">' in client.get(SIGN_IN).content.decode()


@pytest.mark.parametrize(
    ("form", "where"),
    [
        pytest.param({"language": "xx", "next": "/emails/"}, "/emails/", id="an-unknown-language"),
        pytest.param({"language": "en", "next": "//evil.example"}, "/", id="another-site"),
        pytest.param({}, "/", id="nothing"),
    ],
)
def test_a_crooked_choice_of_language_changes_nothing(
    world: World, form: dict[str, str], where: str
) -> None:
    assert signed_in(world.ann).post("/language/", form)["Location"] == where
    world.ann.refresh_from_db()
    assert world.ann.language in {"", "en"}
