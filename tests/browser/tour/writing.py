"""An answer as a person writes it: formatted, with a file, found in Sent and at the customer's."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import expect
from tests.browser.conftest import Person
from tests.browser.site import PATIENCE_SECONDS
from tests.browser.tour.maildirs import delivered

QUEUE, QUEUE_NAME = "sales@lumen.example", "Sales"  # by IMAP, so that there is a Sent folder
BOLD, FILE = "Les lampes partent lundi.", "été 2026.txt"


def answer_from_the_queue(person: Person, folder: Path) -> str:
    """Returns the subject of the answer."""
    page = person.page
    (folder / FILE).write_text("Bon de livraison", encoding="utf-8")
    open_a_customers_email(person)
    person.press('form[action$="/reply/"] button')
    expect(page).to_have_url(re.compile(r"/edit/$"))
    expect(page.locator("#id_text")).to_be_hidden()  # the editor stands in its place
    page.locator(".letter-page").click()
    page.keyboard.press("Control+Home")
    page.locator('button[data-command="bold"]').click()
    page.keyboard.type(BOLD)
    page.locator("[hx-post] .state.good").wait_for()  # it was saved by itself
    page.set_input_files("#id_new_files", folder / FILE)
    person.press('button[value="attach"]')
    expect(page.locator('a[href*="/attachments/"]')).to_have_text(FILE)
    person.press('button[value="send"]')
    person.wait_on(".card header .state.good")
    return page.locator("h1").inner_text()


def open_a_customers_email(person: Person) -> None:
    page = person.page
    person.open("/emails/")
    queue = page.locator("#queue option", has_text=QUEUE_NAME).get_attribute("value")
    person.open(f"/emails/?box=received&queue={queue}")
    person.wait_on("a.title").click()


def found_in_sent_and_at_the_customers(person: Person, subject: str) -> None:
    for message in _wait_for(person, subject, 2):
        html = message.get_body(("html",))
        assert html is not None
        assert f"<b>{BOLD}</b>" in html.get_content()
        assert [one.get_filename() for one in message.iter_attachments()] == [FILE]
        assert QUEUE in str(message["From"])


def _wait_for(person: Person, subject: str, count: int) -> list[EmailMessage]:
    """The answer as it lies in Maildirs: one copy is the queue's own, in its Sent folder."""
    for _ in range(int(PATIENCE_SECONDS)):
        found = dict(_answers(person.demo.folder / "mail", subject))
        if len(found) >= count:
            assert len([owner for owner in found if owner == QUEUE]) == 1
            return list(found.values())
        person.page.wait_for_timeout(1_000)
    raise AssertionError(f"{subject} lies in {list(found)}")


def _answers(mail: Path, subject: str) -> Iterator[tuple[str, EmailMessage]]:
    for owner in mail.glob("*@*"):
        for part in owner.rglob("new"):
            for message in delivered(part.parent):
                if QUEUE in str(message["From"]) and message["Subject"] == subject:
                    yield owner.name, message


def send_later_and_take_back(person: Person) -> None:
    page = person.page
    person.open("/emails/new/")
    page.select_option("#id_sender", index=0)
    page.fill("#id_to", _customer(person))
    page.fill("#id_subject", "Plus tard")
    page.fill("#id_send_after", "2040-07-01T09:00")
    person.press('button[value="keep"]')
    person.press("a.button.main")
    expect(page.locator("#id_send_after")).to_have_value("2040-07-01T09:00")
    person.press('button[value="send"]')
    expect(page.locator("#why")).to_contain_text("2040")
    person.press('form[action$="/take-back/"] button')
    expect(page.locator("#why")).not_to_contain_text("2040")


def forward_with_its_file(person: Person) -> None:
    page = person.page
    person.open("/emails/?box=sent")
    person.wait_on("a.title").click()
    person.press('button[formaction$="/forward/"]')
    expect(page).to_have_url(re.compile(r"/edit/$"))
    expect(page.locator('a[href*="/attachments/"]')).to_have_text(FILE)
    page.fill("#id_to", _customer(person))
    person.press('button[value="send"]')
    person.wait_on(".card header .state.good")


def _customer(person: Person) -> str:
    """A contact's address, so that nobody has to allow unresolved recipients."""
    response = person.page.request.get(person.demo.address + "/contacts/")
    found = re.search(r"[\w.+-]+@[\w.-]+\.example", response.text())
    assert found is not None
    return found[0]
