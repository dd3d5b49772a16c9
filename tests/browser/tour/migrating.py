"""Two routers in one go: what is asked, values by hand, a stranger settled, passwords, undo."""

import json
import re
from pathlib import Path

from playwright.sync_api import expect
from tests.browser.conftest import Person
from tests.browser.tour.enabling import FORWARD

AGENT = "Microsoft.Crm.Tools.EmailAgent.xml"
STATE = "Microsoft.Crm.Tools.EmailAgent.SystemState.xml"
KEY = "EncryptionKey.xml"
HOUSES = {"": "paris", "2": "london"}
RELAY = "router@lumen.example"
MISSPELT, RIGHT = "grace.murfy@lumen.example", "grace.murphy@lumen.example"
QUESTIONS = 'select[name^="q"]'
CLASSES = {
    "ExchangeMailboxProvider": "exchange-2010",
    "WebDavMailboxProvider": "exchange-2007-webdav",
    "FaxMailboxProvider": "custom",
}
MOVED_TO = "127.0.0.1"  # who left Paris is read where London reads
REFUSED_ROWS = 1  # who left


def refuse_a_wrong_box(person: Person) -> None:
    person.go("/migrations/")
    person.press('a[href="/migrations/new/"]')
    choose_files(person, {"": "paris"}, STATE)
    person.press("form button.main")
    expect(person.page.locator(".errorlist")).to_have_count(2)  # a wrong box says so


def prepare(person: Person) -> None:
    """Everything before *Start*."""
    bring_files(person)
    answer(person)
    make_exchange_imap(person)
    settle_the_stranger(person)
    make_a_forward_mailbox(person)
    bring_passwords(person)


def bring_files(person: Person) -> None:
    person.open("/migrations/new/")
    person.page.locator("main details summary").first.click()
    choose_files(person, HOUSES, AGENT)
    person.press("form button.main")
    expect(person.page).to_have_url(re.compile(r"/profiles/$"))


def choose_files(person: Person, houses: dict[str, str], agent: str) -> None:
    for number, house in houses.items():
        folder = person.demo.folder / "router" / house
        for box, name in (("agent", agent), ("state", STATE), ("key", KEY)):
            person.page.set_input_files(f"#id_{box}{number}", folder / name)
    person.page.check("#id_stopped")


def answer(person: Person) -> None:
    """The classes first: what else is asked follows from them."""
    page = person.page
    for word, choice in CLASSES.items():
        label = page.locator("main label", has_text=f" {word} ")
        page.select_option(f"#{label.get_attribute('for')}", choice)
    person.press('form[action$="/answers/"] button')
    for box in page.locator(QUESTIONS).all():
        if not box.input_value():
            here = box.locator("option", has_text=MOVED_TO)
            box.select_option((here.get_attribute("value") or "") if here.count() else "outgoing")
    person.press('form[action$="/answers/"] button')
    expect(page.locator(QUESTIONS)).to_have_count(len(CLASSES) + 2)
    assert all(box.input_value() for box in page.locator(QUESTIONS).all())


def make_exchange_imap(person: Person) -> None:
    """That server speaks IMAP as well, which runs here; its address is that of the mail world."""
    page = person.page
    card = page.locator("main section.card", has_text="exchange.lumen.example").first
    card.locator('a[href*="/profiles/"]').click()
    page.select_option("#id_incoming_protocol", "imap")
    page.fill("#id_incoming_location", "127.0.0.1")
    page.fill("#id_incoming_port", str(_port(person, "imap")))
    page.select_option("#id_incoming_security", "none")
    page.select_option("#id_incoming_credential_retrieval", "0")
    person.press("form button.main")
    expect(page).to_have_url(re.compile(r"/profiles/$"))
    person.press("form.form button.main")
    expect(page).to_have_url(re.compile(r"/review/$"))


def settle_the_stranger(person: Person) -> None:
    page = person.page
    person.press('a[href$="?filter=unmatched"]')
    page.locator("main tbody tr", has_text=MISSPELT).locator("a.title").click()
    page.fill("#id_match", RIGHT)
    person.press("form button.main")
    expect(page.locator("main .state.good").first).to_be_visible()
    person.press('a.main[href$="/review/"]')


def make_a_forward_mailbox(person: Person) -> None:
    """Paris read it by an account of nobody: a person says what it is."""
    page = person.page
    person.open(
        f"{page.url.removeprefix(person.demo.address).replace('review', 'people')}?q={FORWARD}"
    )
    page.locator('main tbody input[name="chosen"]').check()
    person.press('button[value="forward"]')
    expect(page.locator("main tbody .state.good")).to_have_count(1)
    person.press('a.main[href$="/review/"]')


def bring_passwords(person: Person) -> None:
    page, password = person.page, person.demo.mail_password
    person.press('a[href$="/credentials/"]')
    for box in page.locator('main input[type="password"]').all():
        box.fill(password)
    for box in page.locator('main fieldset input:not([type="password"])').all():
        box.fill(RELAY)
    person.press('button[name="profiles"]')
    page.set_input_files("#id_table", person.demo.folder / "passwords.csv")
    person.press('button[name="bring"]')
    told = page.locator("main [role=status]")
    expect(told.locator("li")).to_have_count(REFUSED_ROWS)
    expect(page.locator('main a[href$="?filter=asking"]')).to_have_count(0)  # nobody still asks
    assert password not in page.content()
    person.press('a.button[href$="/review/"]')


def start(person: Person) -> None:
    page = person.page
    person.press("form.actions button.main")
    page.locator('main a[href$="/undo/"]').wait_for()
    with page.expect_download() as download:
        page.locator('main a[href$="/report.csv"]').click()
    report = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "Grace Murphy" in report, "she is migrated as who she is here"


def undo(person: Person) -> None:
    page = person.page
    person.press('a[href$="/undo/"]')
    person.press("form button.danger")
    person.open("/profiles/")
    person.wait_on(".empty")
    expect(page.locator('main a.title[href^="/profiles/"]')).to_have_count(0)


def _port(person: Person, name: str) -> int:
    ports = json.loads((person.demo.folder / "ports.json").read_text(encoding="ascii"))
    return int(ports[name])
