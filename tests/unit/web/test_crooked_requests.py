"""Addresses and forms that no page of ours makes: never an error of ours, never somebody's harm."""

import base64
import json

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import PASSWORD, World, sign_in_account, signed_in
from tests.unit.web.test_who_may_open_what import GET, POST, Keys, none

from passerelle.crm.models import Email
from passerelle.crm.models.people import Role, SignInAccount

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.thorough]
KEY = "0199f1f0-0000-7000-8000-000000000000"


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


CROOKED = {
    "nul": "a\0b",
    "long": "x" * 3_000,
    "turned": "\u202egpj.exe",
    "sql": "' OR 1=1 --",
    "path": "../../etc/passwd",
    "cursor-of-nothing": cursor(),
    "cursor-with-nul": cursor("a\0b", KEY),
    "cursor-with-half-a-pair": cursor("\ud800", KEY),
    "cursor-without-a-zone": cursor("2026-01-01 00:00", KEY),
    "cursor-before-time": cursor("0001-01-01T00:00:00+23:59", KEY),
    "cursor-after-time": cursor("9999-12-31T23:59:59-23:59", KEY),
    "cursor-of-nests": base64.urlsafe_b64encode(b"[" * 740).decode(),
    "position-without-a-zone": f"20260101T000000_{KEY}",
    "position-before-time": f"0001-01-01T00:00:00+23:59_{KEY}",
    "position-after-time": f"9999-12-31T23:59:59-23:59_{KEY}",
}
ASKED = ("q", "after", "before", "box", "queue", "filter", "mailbox", "to", "all", "next", "size")

# The pages whose views read something of the address.
READING: list[tuple[str, Keys]] = [
    ("settings-token", none),
    *(
        (name, keys)
        for name, keys, *_ in GET
        if name
        in {"emails", "email-new", "mailboxes", "alerts", "quarantine", "profiles", "profile-port",
            "users", "user", "queues", "queue", "accounts", "account"}
    ),
]  # fmt: skip


@pytest.mark.parametrize("page", READING, ids=[name for name, _ in READING])
def test_a_crooked_address_is_answered(world: World, page: tuple[str, Keys]) -> None:
    client = signed_in(world.administrator)
    address = reverse(f"web:{page[0]}", args=page[1](world))
    for what, crooked in CROOKED.items():
        answer = client.get(address, dict.fromkeys(ASKED, crooked))
        assert answer.status_code == (403 if page[0] == "email-new" else 200), what


def test_a_key_that_is_none_finds_nothing(world: World) -> None:
    email = reverse("web:email", args=[world.received.pk])
    for key in ("x", "0" * 32, "%00", "-1", "9" * 40, "9" * 5_000):
        for page in ("emails", "mailboxes", "profiles", "users", "migrations", "contacts"):
            assert signed_in(world.administrator).get(f"/{page}/{key}/").status_code == 404, page
        assert signed_in(world.ann).get(f"{email}attachments/{key}/").status_code == 404, key


def test_every_form_of_another_site_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.administrator, backend="django.contrib.auth.backends.ModelBackend")
    addresses = [
        (name, reverse(f"web:{name}", args=keys(world))) for name, keys, *_ in (*GET, *POST)
    ]
    before = Email.objects.count()
    for name, address in addresses:
        for send in (client.post, client.put, client.patch, client.delete):
            assert send(address).status_code == 403, name
    for address in ("/sign-in/", "/sign-in/token/", "/sign-out/", "/language/"):
        assert client.post(address).status_code == 403, address
    assert Email.objects.count() == before


def test_a_form_sets_nothing_that_it_does_not_show(world: World, as_ann: Client) -> None:
    given = {
        "first_name": "Carla", "last_name": "Customer", "contact_id": KEY, "pk": KEY,
        "statecode": "1", "created_on": "2000-01-01", "parent_account": KEY,
    }  # fmt: skip
    as_ann.post(reverse("web:contact-edit", args=[world.contact.pk]), given)
    created = world.contact.created_on
    world.contact.refresh_from_db()
    assert world.contact.created_on == created
    assert str(world.contact.pk) != KEY
    given = {"old_password": PASSWORD, "new_password1": PASSWORD * 2, "new_password2": PASSWORD * 2}
    as_ann.post("/password/", {**given, "role": "administrator", "is_superuser": "1"})
    assert SignInAccount.objects.get(pk=world.ann.pk).role == Role.USER


@pytest.fixture
def account(db: None) -> SignInAccount:
    return sign_in_account("zoé", Role.USER)


def tried(client: Client, username: str, **headers: str) -> int:
    form = {"username": username, "password": "wrong"}
    return client.post("/sign-in/", form, headers=headers).status_code


def test_the_throttle_believes_no_header_and_no_other_spelling(account: SignInAccount) -> None:
    spellings = ["zoé", " zoé ", "zoe\u0301", "\uff5aoé", "zo\u00e9"]
    for number in range(10):
        headers = {"X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": f"192.0.2.{number}"}
        last = tried(Client(), spellings[number % len(spellings)], **headers)
    assert last == 429
    form = {"username": "zoé", "password": PASSWORD}
    answer = Client().post("/sign-in/", form, headers={"X-Forwarded-For": "192.0.2.99"})
    assert answer.status_code == 429


@pytest.mark.parametrize(
    "name",
    ["a\0b", "x" * 10_000, "\ufdfa" * 100, "\u202ezoé"],
    ids=["nul", "long", "long-when-spelled-out", "turned"],
)
def test_a_crooked_name_signs_nobody_in(account: SignInAccount, name: str) -> None:
    form = {"username": name, "password": name}
    answer = Client().post("/sign-in/?next=%00", form, headers={"User-Agent": "x" * 2_000})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/", "//evil.example", "///evil.example", "\\\\evil.example",
        "/\\evil.example", "javascript:alert(1)", "http:evil.example", "\t//evil.example",
        "/x\r\nSet-Cookie: a=b", "\0//evil.example", "/" + "x" * 5_000,
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(world: World, where: str) -> None:
    given = {"language": "en", "next": where, "username": "admin", "password": PASSWORD}
    for address in ("/language/", "/mailboxes/act/", "/sign-in/"):
        client = Client() if address == "/sign-in/" else signed_in(world.administrator)
        answer = client.post(address, given)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/"), address
        assert not answer["Location"].startswith(("//", "/\\")), address
        assert not set(answer["Location"]) & set("\r\n\0")


def test_who_signs_in_gets_another_session(account: SignInAccount) -> None:
    client = Client()
    client.get("/sign-in/")
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies["passerelle-session"] = str(planted.session_key)
    answer = client.post("/sign-in/", {"username": "zoé", "password": PASSWORD})
    cookie = answer.cookies["passerelle-session"]
    assert cookie.value != planted.session_key
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert answer["Cache-Control"].find("no-store") >= 0
    old = Client()
    old.cookies["passerelle-session"] = str(planted.session_key)
    assert old.get("/").status_code == 302
