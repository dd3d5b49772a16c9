"""A profile made, looked at and tested by a person who reads French."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(900),  # its waits are long ones on a busy machine
    pytest.mark.xdist_group("demonstration"),
    pytest.mark.usefixtures("usual_port_taken"),
]
ACCOUNT = "camille.laurent@lumen.example"


@pytest.mark.parametrize("language", ["fr"])
@pytest.mark.parametrize("width", [400], ids=["narrow"])
def test_a_profile_is_made_and_its_connections_are_tested(
    person: Person, width: int, language: str
) -> None:
    page = person.page
    person.go("/profiles/")
    person.press('a[href="/profiles/new/"]')
    fill(page, ports_of(person.demo.folder), person.demo.mail_password)
    templates_are_shown_while_they_are_typed(page)
    page.fill("#id_incoming_username", ACCOUNT)
    page.fill("#id_incoming_authorization", "")
    person.press("form.form > .actions button.main")
    expect(page.locator("h1")).to_have_text("Démonstration")
    expect(page.locator("main .note.warn").first).to_contain_text("n’est pas chiffrée")
    person.press('form[action$="/test/"] button')
    steps = page.locator("#test ol.rows")
    expect(steps.locator(".state.good", has_text="Réussi").last).to_be_visible()
    expect(page.locator("#test .state.busy")).to_have_count(0)
    told = page.locator("#test:not([hx-get])")
    expect(told).to_contain_text(f"{ACCOUNT}, ")  # it signed in with the profile's credentials
    expect(told).to_contain_text("sans authentification")  # and says that the relay wants none
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert person.complaints == []


def ports_of(folder: Path) -> dict[str, int]:
    ports: dict[str, int] = json.loads((folder / "ports.json").read_text(encoding="utf-8"))
    return ports


def fill(page: Page, ports: dict[str, int], password: str) -> None:
    page.fill("#id_name", "Démonstration")
    for direction, port in (("incoming", ports["imap"]), ("outgoing", ports["smtp"])):
        page.fill(f"#id_{direction}_location", "localhost")
        page.fill(f"#id_{direction}_port", str(port))
        page.select_option(f"#id_{direction}_security", "none")
    page.select_option("#id_incoming_credential_retrieval", "1")
    page.select_option("#id_outgoing_credential_retrieval", "4")
    page.fill("#id_incoming_password", password)


def templates_are_shown_while_they_are_typed(page: Page) -> None:
    names = page.locator("#incoming-names")
    page.fill("#id_incoming_username", "{local}*service")
    expect(names).to_contain_text("anna.smith*service")
    page.fill("#id_incoming_authorization", "{address}")
    expect(names).to_contain_text("pour anna.smith@example.com")
    page.fill("#id_incoming_authorization", "{nom}")
    expect(names).to_have_text(re.compile(r"\{nom\} ne veut rien dire ici"))
