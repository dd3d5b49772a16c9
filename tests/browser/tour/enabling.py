"""Everybody approved, who forwards said, waves run in fast time, and the switch."""

import re

from playwright.sync_api import expect
from tests.browser.conftest import Person

from passerelle.demo.staff import FITTERS

FORWARD = "chantiers@lumen.example"
WAVE_SIZE, WAVES = 20, 4
TESTS_SECONDS = 480


def approve_everybody(person: Person) -> None:
    page = person.page
    person.go("/mailboxes/")
    page.select_option("#action", "approve")
    person.press('button[name="every"]')
    person.press("form[method=post] button.main")
    page.locator("#progress:not([hx-get])").wait_for()
    person.open("/mailboxes/?approval=pending")
    expect(page.locator('input[name="chosen"]')).to_have_count(0)


def open_mailbox(person: Person, address: str) -> None:
    person.open(f"/mailboxes/?q={address}")
    person.press("a.title")


def say_who_forwards(person: Person) -> None:
    """The router's files do not name them; nothing else reads their mail."""
    page = person.page
    person.open("/mailboxes/?incoming=none")
    for fitter in FITTERS:
        page.locator("main tbody tr", has_text=fitter.address).locator('[name="chosen"]').check()
    page.select_option("#action", "methods")
    page.locator("main form .bar button").first.click()
    page.select_option("#id_to_incoming", "3")
    person.press("form[method=get] button")
    person.press("form[method=post] button.main")
    page.locator("#progress:not([hx-get])").wait_for()
    person.open("/mailboxes/?incoming=forward")
    expect(page.locator("main a.title")).to_have_count(len(FITTERS))


def try_the_forward_mailbox(person: Person) -> None:
    """It came with its profile and password."""
    page = person.page
    open_mailbox(person, FORWARD)
    person.press('button[value="test"]')
    # htmx brings the steps in while one looks; nobody loads the page again.
    page.locator("#test:not([hx-get])").wait_for()
    expect(page.locator("#test .state.bad")).to_have_count(0)


def run_waves(person: Person) -> None:
    """Each as soon as the one before is through: paused once, gone on, watched to the end."""
    page = person.page
    person.go("/waves/")
    person.press('a[href="/waves/new/"]')
    page.fill("#id_name", "Lumen")
    page.fill("#id_wave_size", str(WAVE_SIZE))
    page.fill("#id_gap_minutes", "0")
    person.press("form.form button.main")
    waves = page.locator("tbody tr")
    expect(waves).to_have_count(WAVES)
    person.press('button[value="start"]')
    person.press('button[value="pause"]')
    expect(page.locator('button[value="continue"]')).to_be_visible()
    person.press('button[value="continue"]')
    page.locator("#progress:not([hx-get])").wait_for(timeout=TESTS_SECONDS * 1000)
    expect(page.locator("tbody .state.good")).to_have_count(WAVES)  # each is through
    expect(page.locator("tbody td:nth-child(5)")).to_have_text(["0"] * WAVES)  # none failed
    person.open("/mailboxes/?enabled=yes")
    assert page.locator("main a.title").count() >= 50


def switch(person: Person) -> None:
    person.go("/settings/")
    person.press('a[href="/settings/switch/"]')
    for box in person.page.locator('main input[type="checkbox"]').all():
        box.check()
    person.press("button.main")
    person.go("/emails/")
    person.wait_on("a.title")


def see_what_was_forwarded(person: Person) -> None:
    """What a rule forwarded as an attachment is the customer's own email, with its trace."""
    page = person.page
    open_mailbox(person, FORWARD)
    person.wait_on('ol.rows a[href^="/emails/"]').click()  # what forwarded it is no record
    expect(page).to_have_url(re.compile(r"/emails/[0-9a-f-]+/$"))
    expect(page.locator("main")).to_contain_text(FORWARD)  # by where it came
