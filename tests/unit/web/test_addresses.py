"""How people reach the pages, whatever the browser that asks says of itself."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.test import RequestFactory, override_settings

from passerelle.web.addresses import link_address, whole_address


@pytest.mark.parametrize(
    ("public", "expected"),
    [
        pytest.param("", "http://localhost/contacts/", id="as-the-browser-came"),
        pytest.param(
            "https://crm.example.com", "https://crm.example.com/contacts/", id="by-the-public-name"
        ),
        pytest.param(
            "https://crm.example.com/", "https://crm.example.com/contacts/", id="with-a-slash"
        ),
    ],
)
def test_whole_address(public: str, expected: str) -> None:
    asked = RequestFactory().get("/", headers={"host": "localhost"})
    with override_settings(PASSERELLE=replace(settings.PASSERELLE, public_url=public)):
        assert whole_address("/contacts/", asked) == expected


def test_only_the_place_of_the_token_is_marked() -> None:
    public = "https://TOKEN.example.com"
    with override_settings(PASSERELLE=replace(settings.PASSERELLE, public_url=public)):
        address = link_address(RequestFactory().get("/"))
    assert address == "https://TOKEN.example.com/sign-in/{token}/"
