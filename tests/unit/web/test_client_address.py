"""From where a request comes, whatever its headers claim."""

import pytest
from django.test import Client, override_settings
from tests.unit.web.conftest import World

from passerelle.web.client_address import address_behind

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
    from dataclasses import replace

    from django.conf import settings

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
