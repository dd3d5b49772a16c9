"""The scenes of the demonstration: each is found where its tour says, and played to its end."""

import re

from playwright.sync_api import Locator, expect
from tests.browser.conftest import Person
from tests.browser.site import PATIENCE_SECONDS
from tests.browser.tour.enabling import open_mailbox

from passerelle.demo.company import DUBOIS, GONE, HELENE
from passerelle.demo.correspondence.scenes import DESK, FILED, FOLDER, NEWSLETTER, UNNAMED
from passerelle.demo.staff import GUIDE, QUEUES, WAITING_ALIAS

EMAIL = re.compile(r"/emails/[0-9a-f-]+/$")
QUESTION = f'ol.conversation a:text-is("{FILED}")'
ACCOUNT = f'dl.facts a[href="/accounts/{DUBOIS.guid}/"]'
CONTACT = f'dl.facts dd:has(a[href$="/regarding/"]) a[href="/contacts/{HELENE.guid}/"]'


def find_a_newsletter_and_track_it(person: Person) -> None:
    """It was ignored, and says why; Track makes it an email, while one looks."""
    page = person.page
    person.open(f"/mail/where/?q={NEWSLETTER.address}")
    person.wait_on("ol.rows > li")
    track = page.locator('[id^="track-"]')
    track.locator("button").click()
    track.locator('a[href^="/emails/"]').click()
    expect(page).to_have_url(EMAIL)
    expect(page.locator("main")).to_contain_text(NEWSLETTER.address)


def bind_a_folder(person: Person) -> None:
    """What lies in it regards the account, and the answer in the inbox finds its question."""
    page = person.page
    answer = open_answer(person)
    assert page.locator(QUESTION).count() == 0, "it came before its question"
    open_mailbox(person, DESK.address)
    person.press('a[href$="/folders/"]')
    person.press('button[name="list"]')
    page.locator("#listed li", has_text=FOLDER).locator("a.button").click()
    page.locator("#q").fill(DUBOIS.name)
    person.press("form.filters button")
    person.press('button[name="choice"][value^="account "]')
    wait_until_it_is_read(person, DESK.address, answer, f"main {QUESTION}")
    expect(page.locator(ACCOUNT)).to_be_visible()


def open_answer(person: Person) -> str:
    """The path of what the customer wrote; our own answers to it bear a token."""
    person.open("/emails/?q=verriere")
    person.wait_on(f'a.title:text-is("Re: {FILED}")').click()
    expect(person.page).to_have_url(EMAIL)
    return person.page.url.removeprefix(person.demo.address)


def file_elsewhere_and_undo(person: Person) -> None:
    """The open email regards a contact from here on, and the account again by Undo."""
    page = person.page
    person.press('a[href$="/regarding/"]')
    page.locator("#q").fill("helene")
    person.press("form.filters button")
    page.locator('input[value="onward"]').check()
    person.press('button[name="choice"][value^="contact "]')
    expect(page.locator(CONTACT)).to_be_visible()
    person.press('form[action*="/undo/"] button')
    expect(page.locator(ACCOUNT)).to_be_visible()
    expect(page.locator(CONTACT)).to_have_count(0)


def accept_what_is_alike(person: Person) -> None:
    """Smart matching proposes; the conversation is one once it is accepted."""
    page = person.page
    person.open("/emails/?q=Aurore+garantie")
    person.wait_on(f'a.title:has-text("RE: {UNNAMED}")').click()
    person.press('#proposal form[action$="/accept/"] button')
    expect(page.locator("#proposal")).to_have_count(0)
    expect(page.locator("ol.conversation li")).to_have_count(2)


def approve_an_alias(person: Person) -> None:
    person.open("/users/aliases/")
    expect(person.page.locator("main ul.rows")).to_contain_text(WAITING_ALIAS)
    person.press('button[name="approve"]')
    expect(person.page.locator("main ul.rows li")).to_have_count(0)


def see_a_bounce_and_a_limit(person: Person) -> None:
    """Two emails to one domain: the second waits its minute; the first comes back from one of two.

    Its page then says since when the other has it.
    """
    page = person.page
    first = write_to(person, f"{GONE.address}, {HELENE.address}", receipt=True)
    write_to(person, HELENE.address)
    person.wait_on(f'#why:has-text("{DUBOIS.domain}")')
    wait_until_it_is_read(person, GUIDE.address, first, "#not-arrived")
    expect(page.locator("#not-arrived")).to_contain_text(GONE.address)
    has_it = page.locator("main ul.plain > li", has_text=HELENE.address)
    expect(has_it.locator(".state.good")).to_be_visible()
    expect(has_it.locator("p.small").last).to_contain_text(re.compile(r"\d:\d\d"))
    person.open("/alerts/")
    row = person.wait_on(f'ul.rows > li:has(a[href="{first}"])')
    row.locator('form[action$="/done/"] button').click()
    expect(alert(person, first)).to_have_count(0)


def write_to(person: Person, address: str, *, receipt: bool = False) -> str:
    """The path of what was sent."""
    page = person.page
    person.open("/emails/new/")
    page.fill("#id_to", address)
    page.fill("#id_subject", "Visite de la verrière")
    if receipt:
        page.check("#id_delivery_receipt")
    person.press('button[value="send"]')
    expect(page).to_have_url(EMAIL)
    return page.url.removeprefix(person.demo.address)


def alert(person: Person, path: str) -> Locator:
    return person.page.locator(f'main ul.rows > li:has(a[href="{path}"])')


def wait_until_it_is_read(person: Person, owner: str, path: str, selector: str) -> None:
    """Have a mailbox read until an email shows it."""
    for _ in range(int(PATIENCE_SECONDS / 2)):
        open_mailbox(person, owner)
        person.press('button[value="sync"]')
        person.page.wait_for_timeout(2_000)
        person.open(path)
        if person.page.locator(selector).count():
            return
    raise AssertionError(f"{path} never showed {selector}")


def work_the_desk(person: Person) -> None:
    """The next one is picked, released, picked again and given on; then comes another."""
    page = person.page
    desk = f"/desk/{QUEUES[0].guid}/"
    person.open(desk)
    person.press('form[action$="/next/"] button')
    expect(page).to_have_url(EMAIL)
    given = page.url
    person.press('form[action$="/release/"] button')
    person.press('form[action$="/pick/"] button')
    person.press('form[action$="/release/"] ~ a[href$="/route/"]')
    page.select_option("#id_queue", label=QUEUES[2].name)
    person.press("form.card button.main")
    person.open(desk)
    person.press('form[action$="/next/"] button')
    expect(page).to_have_url(EMAIL)
    assert page.url != given


def see_a_customers_timeline(person: Person) -> None:
    """Of the account, its contacts' email, found by a name without its accents, too."""
    page = person.page
    person.open("/emails/?q=helene")
    expect(person.wait_on("a.title")).to_be_visible()
    person.open(f"/accounts/{DUBOIS.guid}/")
    expect(page.locator("main tr.day").first).to_be_visible()
    assert page.locator("main tbody a.title", has_text=FILED).count() >= 1
