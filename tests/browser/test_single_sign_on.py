"""A person signs in at a real provider in a real browser, and out again."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.site import PATIENCE_SECONDS
from tests.browser.turns import Turns
from tests.system.servers.openid_provider import OpenIdServer, openid_provider

from passerelle.access import services as access
from passerelle.crm.models.people import Role
from passerelle.faults import Secret

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    pytest.mark.django_db(transaction=True),
]

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's own loop runs in this thread
PEOPLE = {"zoé": {"preferred_username": "zoé", "groups": ["crm"]}}


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[OpenIdServer]:
    with openid_provider(tmp_path, PEOPLE) as running:
        yield running


def test_there_and_back(
    live_server: LiveServer,
    turns: Turns,
    provider: OpenIdServer,
    chromium: Browser,
    language: str,
) -> None:
    stored = {
        "enabled": True,
        "issuer": provider.issuer,
        "client_id": "passerelle",
        "label": "Example",
        "creates_accounts": True,
    }
    access.save_openid_provider(
        stored, groups={"crm": Role.OPERATOR}, secret=Secret("s3cret"), by="admin"
    )
    complaints: list[str] = []
    context = chromium.new_context(locale=language, base_url=live_server.url)
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    page = context.new_page()
    page.on(
        "console",
        lambda said: (
            complaints.append(said.text)
            if str(said.location.get("url", "")).startswith(live_server.url)
            else None
        ),  # the provider's own page asks for what is not there
    )
    page.goto("/mailboxes/")
    page.click('a[href^="/sign-in/provider/"]')
    page.locator('button[name="sub"][value="zoé"], input[name="sub"]').first.wait_for()
    button = page.locator('button[value="zoé"]')
    if button.count():
        button.first.click()
    else:
        page.fill('input[name="sub"]', "zoé")
        page.press('input[name="sub"]', "Enter")
    expect(page).to_have_url(f"{live_server.url}/mailboxes/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.goto("/security/")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator('form[action="/sign-out/"] button').click()
    expect(page.locator(f'a[href^="{provider.issuer}"]')).to_be_visible()
    page.goto("/mailboxes/")
    expect(page.locator('a[href^="/sign-in/provider/"]')).to_be_visible()
    context.close()
    assert complaints == []
