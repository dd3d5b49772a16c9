"""Contacts are imported in French with one bad row, which is corrected and brought again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("demonstration"),
    pytest.mark.usefixtures("usual_port_taken"),
    pytest.mark.parametrize("language", ["fr"], indirect=True),
]
TEXT = (
    "Prénom;Nom;Adresse de messagerie;Téléphone (bureau)\r\n"
    "Zoé;Lefèvre;zoe@lefevre.example;+33 1 23 45 67 89\r\n"
    "Hervé;Müller;pas une adresse;+33 1 98 76 54 32\r\n"
)


def test_a_bad_row_is_corrected_and_brought_again(person: Person, tmp_path: Path) -> None:
    table = tmp_path / "contacts.csv"
    table.write_bytes(TEXT.encode("cp1252"))
    person.go("/imports/")
    bring(person, table, created=1, refused=1)
    refused = tmp_path / "refused.csv"
    with person.page.expect_download() as download:
        person.page.locator('main a[href$="/refused/"]').click()
    download.value.save_as(refused)
    lines = refused.read_text(encoding="utf-8-sig")
    assert "n’est pas une adresse e-mail" in lines
    refused.write_text(lines.replace("pas une adresse;", "herve@muller.example;"), encoding="utf-8")
    bring(person, refused, created=1, refused=0)
    person.open("/contacts/?q=herve")
    expect(person.page.locator("main a.title")).to_have_text("Hervé Müller")
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert person.complaints == []


def bring(person: Person, table: Path, *, created: int, refused: int) -> None:
    """Bring a table of contacts and import it; no row of it is changed or left unchanged."""
    page = person.page
    person.open("/imports/new/")
    page.select_option("#id_kind", "contacts")
    page.set_input_files("#id_file", table)
    person.press("button.main")
    expect(page).to_have_url(re.compile(r"/columns/$"))
    expect(page.locator("#id_c2")).to_have_value("email_address1")
    person.press("form.form button.main")
    # The page comes by itself when the dry run is over, and again when all is written.
    page.locator('main form[action$="/start/"] button.main').click()
    expect(page.locator('main form[action$="/start/"]')).to_have_count(0)
    figures = page.locator("main dl.facts.figures dd")
    expect(figures).to_have_text([str(created), "0", "0", str(refused)])
