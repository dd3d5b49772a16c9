"""Writing, as a person does it: a formatted answer with a file, later and taken back, forwarded."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Person
from tests.browser.test_tour import (
    QUEUE,
    approve_test_and_enable,
    enter_passwords,
    migrate,
    switch,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("demonstration"),
    pytest.mark.usefixtures("usual_port_taken"),
]
BOLD, FILE = "Les lampes partent lundi.", "été 2026.txt"


@pytest.mark.parametrize("language", ["fr"], indirect=True)
@pytest.mark.parametrize("width", [1280], indirect=True, ids=["wide"])
def test_writing(person: Person, tmp_path: Path) -> None:
    migrate(person)
    enter_passwords(person)
    approve_test_and_enable(person)
    switch(person)
    subject = answer_formatted_with_a_file(person, tmp_path)
    found_at_the_customers(person, subject)
    send_later_and_take_back(person)
    forward_with_its_file(person)
    assert person.complaints == []


def answer_formatted_with_a_file(person: Person, folder: Path) -> str:
    page = person.page
    (folder / FILE).write_text("Bon de livraison", encoding="utf-8")
    person.open("/emails/?box=received")
    person.wait_on("a.title").click()
    person.press('form[action$="/reply/"] button')
    expect(page).to_have_url(re.compile(r"/edit/$"))
    assert page.locator("#id_text").is_hidden(), "the editor stands in its place"
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


def found_at_the_customers(person: Person, subject: str) -> None:
    """In the customer's Maildir; a queue that is read by POP3 has no Sent folder for a copy."""
    deadline = 60
    while not (found := _delivered(person, subject)) and deadline:
        person.page.wait_for_timeout(1_000)
        deadline -= 1
    (delivered,) = found
    html = delivered.get_body(("html",))
    assert html is not None
    assert f"<b>{BOLD}</b>" in html.get_content()
    assert [one.get_filename() for one in delivered.iter_attachments()] == [FILE]
    assert QUEUE in str(delivered["From"])


def send_later_and_take_back(person: Person) -> None:
    page = person.page
    person.open("/emails/new/")
    page.select_option("#id_sender", index=0)
    page.fill("#id_to", _customer(person))
    page.fill("#id_subject", "Plus tard")
    page.fill("#id_send_after", "2040-07-01T09:00")
    person.press('button[value="keep"]')
    person.press("a.button.main")
    assert page.input_value("#id_send_after") == "2040-07-01T09:00"
    person.press('button[value="send"]')
    expect(page.locator("#why")).to_contain_text("heure choisie")
    expect(page.locator("#why")).to_contain_text("2040")
    person.press('form[action$="/take-back/"] button')
    expect(page.locator("#why")).to_contain_text("brouillon")


def forward_with_its_file(person: Person) -> None:
    page = person.page
    person.open("/emails/?box=sent")
    person.wait_on("a.title").click()
    person.press('button[formaction$="/forward/"]')
    expect(page).to_have_url(re.compile(r"/edit/$"))
    assert page.input_value("#id_subject").startswith("TR\u00a0: ")
    expect(page.locator(".letter-page")).to_contain_text("Message transféré")
    expect(page.locator('a[href*="/attachments/"]')).to_have_text(FILE)
    page.fill("#id_to", _customer(person))
    person.press('button[value="send"]')
    person.wait_on(".card header .state.good")


def _delivered(person: Person, subject: str) -> list[EmailMessage]:
    """What came under that subject into any inbox but the queue's own."""
    files = [
        file
        for file in (person.demo.folder / "mail").glob("*/new/*")
        if file.parents[1].name != QUEUE
    ]
    read = (message_from_bytes(file.read_bytes(), policy=policy.default) for file in files)
    return [one for one in read if isinstance(one, EmailMessage) and one["Subject"] == subject]


def _customer(person: Person) -> str:
    """A contact's address, so that nobody has to allow unresolved recipients."""
    response = person.page.request.get(person.demo.address + "/contacts/")
    found = re.search(r"[\w.+-]+@[\w.-]+\.example", response.text())
    assert found is not None
    return found[0]
