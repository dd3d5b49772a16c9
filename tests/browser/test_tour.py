"""The tour of the demonstration, as a person goes it, in both languages: everything of it.

Two routers become profiles, somebody is settled by hand, passwords come in a table, and it is all
undone and done again; waves test and enable; forwards are unpacked; an answer is written; every
scene is played; a dead server is told of by mail; a colleague sees their own page; a restored
backup rests.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.conftest import Person
from tests.browser.tour import copying, enabling, migrating, scenes, telling, writing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(1800),  # its waits are long ones on a busy machine
    pytest.mark.xdist_group("demonstration"),
    pytest.mark.usefixtures("usual_port_taken"),
]
PAGES = (
    "/", "/emails/", "/emails/new/", "/accounts/", "/contacts/", "/contacts/new/", "/leads/",
    "/mailboxes/", "/profiles/", "/profiles/new/", "/alerts/", "/quarantine/", "/migrations/",
    "/migrations/new/", "/settings/", "/settings/switch/", "/users/", "/users/new/", "/queues/",
    "/queues/new/", "/password/",
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "width"),
    [pytest.param("en", 400, id="en-narrow"), pytest.param("fr", 1280, id="fr-wide")],
    indirect=True,
)
def test_the_tour(
    person: Person, chromium: Browser, tmp_path: Path, width: int, language: str
) -> None:
    migrate_undo_and_migrate_again(person)
    enabling.approve_everybody(person)
    enabling.say_who_forwards(person)
    enabling.try_the_forward_mailbox(person)
    enabling.run_waves(person)
    enabling.switch(person)
    enabling.see_what_was_forwarded(person)
    subject = writing.answer_from_the_queue(person, tmp_path)
    writing.found_in_sent_and_at_the_customers(person, subject)
    writing.send_later_and_take_back(person)
    writing.forward_with_its_file(person)
    telling.invite_a_colleague(person, chromium, language)
    telling.see_an_outage_come_and_go(person)
    scenes.find_a_newsletter_and_track_it(person)
    scenes.bind_a_folder(person)
    scenes.file_elsewhere_and_undo(person)
    scenes.accept_what_is_alike(person)
    scenes.approve_an_alias(person)
    scenes.see_a_bounce_and_a_limit(person)
    scenes.work_the_desk(person)
    scenes.see_a_customers_timeline(person)
    every_page_fits(person, width, language)
    copying.restore_as_a_copy(person, chromium, tmp_path, language)
    assert person.complaints == []


def migrate_undo_and_migrate_again(person: Person) -> None:
    migrating.refuse_a_wrong_box(person)
    migrating.prepare(person)
    migrating.start(person)
    migrating.undo(person)
    migrating.prepare(person)
    migrating.start(person)


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
