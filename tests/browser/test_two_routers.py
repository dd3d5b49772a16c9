"""Two routers in one go, in French: a stranger settled by hand, passwords from a table, undone."""

import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Person
from tests.browser.test_tour import AGENT, KEY, STATE
from tests.unit.router.made_up import POP3, SMTP, files_of

from passerelle.router.files.values import Provider
from passerelle.router.files.writing import RouterDescription

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("demonstration"),
    pytest.mark.usefixtures("usual_port_taken"),
]
NAMES = {"agent": AGENT, "state": STATE, "key": KEY}
NEW = "ines.moreau@lumen.example"
OLD = "i.moreau@branch.example"  # as the branch's router calls her
STRANGER = UUID(int=7_007)
WORDS = "trois mots assez longs"


@pytest.fixture
def language() -> str:
    return "fr"


@pytest.fixture
def width() -> int:
    return 1280


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    """The second router's files: a user whom nobody here is."""
    folder = tmp_path / "branch"
    folder.mkdir()
    reads = replace(POP3, server="pop.branch.example")
    sends = replace(SMTP, server="smtp.branch.example")
    providers = (
        Provider(reads, username=OLD, users=(STRANGER,)),
        Provider(sends, users=(STRANGER,)),
    )
    for file in files_of(RouterDescription(providers)).values():
        assert isinstance(file.content, bytes)
        (folder / file.name).write_bytes(file.content)
    return folder


def test_two_routers_are_migrated_and_undone(person: Person, branch: Path) -> None:
    make_user(person)
    bring_files(person, branch)
    settle_the_stranger(person)
    bring_passwords(person)
    start(person)
    undo(person)
    assert person.complaints == []


def make_user(person: Person) -> None:
    person.open("/users/new/")
    person.page.fill("#id_fullname", "Inès Moreau")
    person.page.fill("#id_internal_email_address", NEW)
    person.press("form button.main")


def bring_files(person: Person, branch: Path) -> None:
    page = person.page
    person.open("/migrations/new/")
    page.locator("main details summary").first.click()
    for number, folder in (("", person.demo.folder / "router"), ("2", branch)):
        for box, name in NAMES.items():
            page.set_input_files(f"#id_{box}{number}", next(folder.rglob(name)))
    page.check("#id_stopped")
    person.press("form button.main")
    page.select_option('select[name="q0"]', "exchange-2010")
    person.press('form[action$="/answers/"] button')
    expect(page.locator("main")).to_contain_text("smtp.branch.example (routeur 2)")
    person.press("form.form button.main")
    expect(page).to_have_url(re.compile(r"/review/$"))


def settle_the_stranger(person: Person) -> None:
    page = person.page
    person.press('a[href$="?filter=unmatched"]')
    expect(page.locator("main table tbody tr")).to_have_count(1)
    person.press("table a.title")
    page.fill("#id_match", NEW)
    person.press("form button.main")
    expect(page.locator("main")).to_contain_text("Associé à la main")


def bring_passwords(person: Person) -> None:
    page = person.page
    person.press('a.main[href$="/review/"]')
    person.press('a[href$="/credentials/"]')
    table = f"Adresse;Nom d'utilisateur;Mot de passe\r\n{OLD};;{WORDS}\r\nrien;;{WORDS}\r\n"
    page.set_input_files(
        "#id_table",
        {"name": "mots.csv", "mimeType": "text/csv", "buffer": table.encode("cp1252")},
    )
    person.press('button[name="bring"]')
    told = page.locator("main [role=status]")
    expect(told).to_contain_text("1 mot de passe est conservé.")
    expect(told).to_contain_text("Ligne 2 :")
    assert WORDS not in page.content()
    person.press('a.button[href$="/review/"]')


def start(person: Person) -> None:
    person.press("form.actions button.main")
    person.page.locator('main a[href$="/undo/"]').wait_for()
    with person.page.expect_download() as download:
        person.page.locator('main a[href$="/report.csv"]').click()
    csv = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert f"{STRANGER}" not in csv, "she is migrated as who she is here"
    assert "Inès Moreau;" in csv
    person.open("/mailboxes/?q=ines.moreau")
    expect(person.page.locator("main table tbody")).to_contain_text("branch.example")
    person.page.go_back()


def undo(person: Person) -> None:
    page = person.page
    person.press('a[href$="/undo/"]')
    person.press("form button.danger")
    expect(page.locator("main h1")).to_have_text("Annulée", timeout=60_000)
    person.open("/mailboxes/?q=ines.moreau")
    expect(page.locator("main table tbody")).not_to_contain_text("branch.example")
    person.open("/profiles/")
    expect(page.locator('main a.title[href^="/profiles/"]')).to_have_count(0)
