"""From where a request comes, whatever its headers claim."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from tests.unit.web.conftest import World

from passerelle.web.client_address import address_behind
from passerelle.web.middleware import TrustedProxies

PROXY, CLIENT, FORGED = "10.0.0.1", "203.0.113.7", "198.51.100.9"


@pytest.mark.parametrize(
    ("nearest", "forwarded", "trusted", "expected"),
    [
        pytest.param(CLIENT, "", "", CLIENT, id="nobody-between"),
        pytest.param(CLIENT, FORGED, "", CLIENT, id="nobody-is-believed-unasked"),
        pytest.param(CLIENT, FORGED, "10.0.0.0/8", CLIENT, id="a-client-is-no-proxy"),
        pytest.param(PROXY, CLIENT, "10.0.0.0/8", CLIENT, id="what-the-proxy-wrote-counts"),
        pytest.param(
            PROXY, f"{FORGED}, {CLIENT}", PROXY, CLIENT, id="what-the-client-wrote-does-not"
        ),
        pytest.param(
            PROXY, f"{FORGED}, {CLIENT}, 10.9.9.9", "10.0.0.0/8", CLIENT, id="two-proxies"
        ),
        pytest.param(PROXY, "", PROXY, PROXY, id="a-proxy-that-says-nothing"),
        pytest.param(PROXY, "rubbish", PROXY, PROXY, id="rubbish-ends-the-walk"),
        pytest.param(PROXY, "10.0.0.1," * 5000, PROXY, PROXY, id="a-long-header-is-bounded"),
        pytest.param("::ffff:10.0.0.1", CLIENT, PROXY, CLIENT, id="a-mapped-address-is-the-same"),
        pytest.param("::1", "2001:db8::7", "::1", "2001:db8::7", id="version-six"),
        pytest.param("", CLIENT, PROXY, "", id="no-address-at-all"),
    ],
)
def test_address_behind(nearest: str, forwarded: str, trusted: str, expected: str) -> None:
    assert address_behind(nearest, forwarded, trusted) == expected


@pytest.mark.parametrize(
    ("nearest", "said", "trusted", "secure"),
    [
        pytest.param(PROXY, "https", "10.0.0.0/8", True, id="a-trusted-proxy-says-tls"),
        pytest.param(PROXY, "http", "10.0.0.0/8", False, id="a-trusted-proxy-says-none"),
        pytest.param(PROXY, "", "10.0.0.0/8", False, id="a-trusted-proxy-says-nothing"),
        pytest.param(PROXY, "https", "", False, id="no-proxy-is-believed-unasked"),
        pytest.param(CLIENT, "https", "10.0.0.0/8", False, id="a-visitor-who-reached-the-port"),
        pytest.param("127.0.0.1", "https", PROXY, False, id="the-loopback-is-not-special"),
        pytest.param("::ffff:10.0.0.1", "https", PROXY, True, id="a-mapped-proxy-is-the-same"),
        pytest.param("", "https", "0.0.0.0/0", False, id="a-connection-without-an-address"),
    ],
)
def test_tls_is_believed_of_trusted_proxies(
    nearest: str, said: str, trusted: str, secure: bool
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=nearest)
    if said:
        request.META["HTTP_X_FORWARDED_PROTO"] = said
    with override_settings(
        PASSERELLE=replace(settings.PASSERELLE, trusted_proxies=trusted),
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    ):
        answer = TrustedProxies(lambda asked: HttpResponse(str(asked.is_secure())))(request)
    assert answer.content.decode() == str(secure)


def test_nothing_is_asked_of_a_request_before() -> None:
    """What read the scheme first would read it forged."""
    assert settings.MIDDLEWARE[0] == "passerelle.web.middleware.TrustedProxies"


@pytest.mark.django_db
@pytest.mark.database
def test_a_forged_address_does_not_outrun_the_throttle(world: World) -> None:
    for number in range(10):
        last = Client().post(
            "/sign-in/",
            {"username": "ann", "password": "wrong"},
            headers={"x-forwarded-for": f"192.0.2.{number}"},
        )
    assert last.status_code == 429


@pytest.mark.django_db
@pytest.mark.database
def test_one_client_of_a_proxy_does_not_lock_out_another(world: World) -> None:
    trusting = replace(settings.PASSERELLE, trusted_proxies="127.0.0.1")
    with override_settings(PASSERELLE=trusting):
        for _ in range(10):
            Client().post(
                "/sign-in/",
                {"username": "ann", "password": "wrong"},
                headers={"x-forwarded-for": FORGED},
            )
        form = {"username": "ann", "password": "a long enough phrase"}
        answers = {
            address: Client()
            .post("/sign-in/", form, headers={"x-forwarded-for": address})
            .status_code
            for address in (FORGED, CLIENT)
        }
    assert answers == {FORGED: 429, CLIENT: 302}
