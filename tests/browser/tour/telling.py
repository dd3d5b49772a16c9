"""A dead server: one alert, told by mail, that closes itself. And a colleague's own page."""

import re
from pathlib import Path

from playwright.sync_api import Browser, expect
from tests.browser.conftest import PASSWORD, Person
from tests.browser.site import PATIENCE_SECONDS
from tests.browser.tour.enabling import open_mailbox
from tests.browser.tour.maildirs import delivered

ADMINISTRATOR = "administrator@lumen.example"
COLLEAGUE = "oliver.bennett@lumen.example"
SEVERAL = ("support@lumen.example", "billing@lumen.example")


def see_an_outage_come_and_go(person: Person) -> None:
    """However many mailboxes it stops, a dead server is one entry and one letter."""
    page, off = person.page, person.demo.folder / "mail-off"
    before = len(letters(person.demo.folder, ADMINISTRATOR))
    off.touch()
    for address in SEVERAL:
        open_mailbox(person, address)
        person.press('button[value="sync"]')
    person.open("/alerts/")
    person.wait_on("ul.rows > li")
    told = wait_for_letters(person, ADMINISTRATOR, before + 1)[before:]
    assert any("127.0.0.1" in text for text in told)
    person.open("/alerts/")
    # A profile of which half the mailboxes fail says so itself, at its next look.
    causes = page.locator("main ul.rows > li").filter(has_not_text="PSR-MON-016")
    expect(causes, page.locator("main").inner_text()).to_have_count(1)
    off.unlink()
    try_again_until_nothing_is_wrong(person)
    wait_for_letters(person, ADMINISTRATOR, before + len(told) + 1)
    person.open("/alerts/?box=closed")
    assert page.locator("main ul.rows > li").count() >= 1


def try_again_until_nothing_is_wrong(person: Person) -> None:
    """By the remedy of the alert; who presses it before the server is back presses it again."""
    page = person.page
    for _ in range(int(PATIENCE_SECONDS)):
        person.open("/alerts/")
        if page.locator("main .empty").count():
            return
        if page.locator('main form[action$="/again/"]').count():
            person.press('form[action$="/again/"] button')
        page.wait_for_timeout(2_000)
    raise AssertionError(page.locator("main").inner_text())


def invite_a_colleague(person: Person, browser: Browser, language: str) -> None:
    """By mail, with a link that works once; what they see is their own."""
    page = person.page
    person.open("/sign-in-accounts/new/")
    page.fill("#id_username", "oliver")
    page.fill("#id_systemuser", COLLEAGUE)
    person.press("form button.main")
    person.press('form[action$="/invite/"] button')
    text = wait_for_letters(person, COLLEAGUE, 1, "/sign-in/")[-1]
    link = re.search(r"https?://\S+/sign-in/[\w-]+/", text)
    assert link is not None
    context = browser.new_context(base_url=person.demo.address, locale=language)
    try:
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        own = Person(context.new_page(), person.demo)
        own.page.goto(link[0])
        own.press("button.main")
        own.page.fill("#id_new_password1", PASSWORD)
        own.page.fill("#id_new_password2", PASSWORD)
        own.press("button.main")
        assert own.open("/my-mailbox/").status == 200
        expect(own.page.locator("main")).to_contain_text(COLLEAGUE)
        assert own.open("/mailboxes/").status == 403
    finally:
        context.close()


def wait_for_letters(person: Person, address: str, count: int, word: str = "") -> list[str]:
    """The texts of what lies in this mailbox with that word in it, once there are so many."""
    for _ in range(int(PATIENCE_SECONDS)):
        found = [text for text in letters(person.demo.folder, address) if word in text]
        if len(found) >= count:
            return found
        person.page.wait_for_timeout(1_000)
    raise AssertionError(f"{len(found)} letters for {address}, not {count}")


def letters(folder: Path, address: str) -> list[str]:
    bodies = [letter.get_body(("plain",)) for letter in delivered(folder / "mail" / address)]
    return [str(body.get_content()) if body is not None else "" for body in bodies]
