"""The tour, as a person goes it: from a router's files to an answer in the customer's Maildir."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),  # its waits are long ones on a busy machine
    pytest.mark.xdist_group("demonstration"),
    pytest.mark.usefixtures("usual_port_taken"),
]
AGENT = "Microsoft.Crm.Tools.EmailAgent.xml"
STATE = "Microsoft.Crm.Tools.EmailAgent.SystemState.xml"
KEY = "EncryptionKey.xml"
QUEUE, USER = "support@lumen.example", "camille.laurent@lumen.example"
ANSWER = "The lamps leave our house on Monday."
PAGES = (
    "/", "/emails/", "/emails/new/", "/accounts/", "/contacts/", "/contacts/new/", "/leads/",
    "/mailboxes/", "/profiles/", "/profiles/new/", "/alerts/", "/quarantine/", "/migrations/",
    "/migrations/new/", "/settings/", "/settings/switch/", "/users/", "/users/new/", "/queues/",
    "/queues/new/", "/password/",
)  # fmt: skip


def test_the_tour(person: Person, width: int, language: str) -> None:
    migrate(person)
    enter_passwords(person)
    approve_test_and_enable(person)
    switch(person)
    answer_an_email(person)
    see_an_outage_come_and_go(person)
    every_page_fits(person, width, language)
    assert person.complaints == []


def migrate(person: Person) -> None:
    page, files = person.page, person.demo.folder / "router"
    person.go("/migrations/")
    person.press('a[href="/migrations/new/"]')
    choose_files(person, STATE, STATE, KEY)
    assert page.locator(".errorlist").count() == 2, "a wrong box says so"
    choose_files(person, AGENT, STATE, KEY)
    page.select_option('select[name="q0"]', "exchange-2010")
    person.press('form[action$="/answers/"] button')
    person.press("form.form button.main")
    expect(page).to_have_url(re.compile(r"/review/$"))
    person.press("button.main")
    page.locator('main a.main[href="/profiles/"]').wait_for()
    assert files.is_dir()


def choose_files(person: Person, agent: str, state: str, key: str) -> None:
    folder = person.demo.folder / "router"
    for box, name in (("agent", agent), ("state", state), ("key", key)):
        person.page.set_input_files(f"#id_{box}", next(folder.rglob(name)))
    person.page.check("#id_stopped")
    person.press("button.main")


def enter_passwords(person: Person) -> None:
    page, password = person.page, person.demo.mail_password
    person.go("/profiles/")
    addresses = page.locator("main a.title").evaluate_all("all => all.map(one => one.pathname)")
    assert len(addresses) == 3
    for address in addresses:
        person.open(f"{address}edit/")
        page.fill("#id_outgoing_password", password)
        person.press("button.main")
        expect(page).to_have_url(re.compile(f"{address}$"))
        assert password not in page.content()
    for address in (QUEUE, USER):
        open_mailbox(person, address)
        person.press('a[href$="/credentials/"]')
        page.select_option("#id_direction", "incoming")
        page.fill("#id_username", address)
        page.fill("#id_password", password)
        person.press("button.main")


def open_mailbox(person: Person, address: str) -> None:
    person.open(f"/mailboxes/?q={address}")
    person.press("a.title")


def approve_test_and_enable(person: Person) -> None:
    for address in (QUEUE, USER):
        person.open(f"/mailboxes/?q={address}")
        person.page.locator('input[name="chosen"]').check()
        person.page.select_option("#action", "approve")
        person.press("form .bar button")
        person.press("form[method=post] button.main")
        person.page.locator("#progress:not([hx-get])").wait_for()
        open_mailbox(person, address)
        person.press('button[value="test"]')
        # htmx brings the steps in while one looks; nobody loads the page again.
        person.page.locator("#test:not([hx-get])").wait_for()
        assert person.page.locator("#test .state.bad").count() == 0
        assert person.page.locator("#test .state.good").count() >= 6
    person.open("/mailboxes/?enabled=yes")
    assert person.page.locator("main a.title").count() == 2


def switch(person: Person) -> None:
    person.go("/settings/")
    person.press('a[href="/settings/switch/"]')
    for line in ("stopped", "nothing_pending", "copied_after"):
        person.page.check(f"#id_{line}")
    person.press("button.main")
    person.go("/emails/")
    person.wait_on("a.title")


def answer_an_email(person: Person) -> None:
    page = person.page
    person.open("/emails/?box=received")
    person.wait_on("a.title").click()
    expect(page.locator("main p.letter-text")).to_be_visible()
    person.press('form[action$="/reply/"] button')
    expect(page).to_have_url(re.compile(r"/edit/$"))
    page.locator(".letter-page").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type(ANSWER)
    person.press('button[value="send"]')
    expect(page).to_have_url(re.compile(r"/emails/[0-9a-f-]+/$"))
    person.wait_on(".card header .state.good")
    assert ANSWER in person.demo.mail_of_customers()


def see_an_outage_come_and_go(person: Person) -> None:
    off = person.demo.folder / "mail-off"
    off.touch()
    person.page.wait_for_timeout(1500)  # the demonstration looks twice a second
    ask_for_mail(person)
    person.open("/alerts/")
    person.wait_on("ul.rows > li")
    off.unlink()
    person.page.wait_for_timeout(1500)
    ask_for_mail(person)
    person.open("/alerts/")
    person.wait_on(".empty")
    person.open("/alerts/?box=closed")
    assert person.page.locator("main ul.rows > li").count() >= 1


def ask_for_mail(person: Person) -> None:
    open_mailbox(person, QUEUE)
    person.press('button[value="sync"]')


def every_page_fits(person: Person, width: int, language: str) -> None:
    page = person.page
    person.open("/mailboxes/")
    records = page.locator("main a.title").evaluate_all("all => all.map(one => one.pathname)")
    person.open("/emails/")
    records += page.locator("main a.title").evaluate_all("all => all.map(one => one.pathname)")
    for path in (*PAGES, records[0], records[-1]):
        assert person.open(path).status == 200
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1, path
