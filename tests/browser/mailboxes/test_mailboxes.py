"""Many mailboxes at once, in French: a filter, a bulk action over what it leaves, waves."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Person

from passerelle.demo.staff import USERS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("demonstration"),
    pytest.mark.usefixtures("usual_port_taken"),
]


@pytest.mark.parametrize("language", ["fr"])
@pytest.mark.parametrize("width", [1280], ids=["wide"])
def test_from_a_filter_to_the_last_wave(person: Person) -> None:
    filter_users(person)
    approve_all_of_them(person)
    give_everybody_to_passerelle(person)
    run_two_waves(person)
    assert person.complaints == []


def filter_users(person: Person) -> None:
    person.go("/mailboxes/")
    person.page.select_option("#id_kind", "users")
    person.press("form[role=search] button")
    expect(person.page).to_have_url(re.compile("kind=users"))
    person.page.wait_for_load_state()
    assert person.page.locator('input[name="chosen"]').count() < len(USERS), "on several pages"


def approve_all_of_them(person: Person) -> None:
    page = person.page
    page.select_option("#action", "approve")
    person.press('button[name="every"]')
    expect(page.locator("h1")).to_have_text("Approuver")
    expect(page.locator('input[name="expected"]')).to_have_value(str(len(USERS)))
    person.press("form[method=post] button.main")
    page.locator("#progress:not([hx-get])").wait_for()
    person.open("/mailboxes/?kind=users&approval=pending")
    expect(page.locator('input[name="chosen"]')).to_have_count(0)
    person.open("/mailboxes/?kind=queues&approval=pending")
    assert page.locator('input[name="chosen"]').count() > 0, "queues were not concerned"


def give_everybody_to_passerelle(person: Person) -> None:
    page = person.page
    person.open("/mailboxes/bulk/?action=methods&every=on")
    page.select_option("#id_to_incoming", "2")
    person.press("form[method=get] button")
    person.press("form[method=post] button.main")
    page.locator("#progress:not([hx-get])").wait_for()


def run_two_waves(person: Person) -> None:
    """Without a profile nobody can be tested: each is left out and told why; none waits."""
    page = person.page
    person.go("/waves/")
    person.press('a[href="/waves/new/"]')
    page.fill("#id_wave_size", "1000")
    page.fill("#id_gap_minutes", "60")
    person.press("form.form button.main")
    expect(page.locator("tbody tr")).to_have_count(2)
    person.press('button[value="start"]')
    page.locator('button[value="next"]').wait_for()
    person.press('button[value="pause"]')
    expect(page.locator('button[value="continue"]')).to_be_visible()
    expect(page.locator('button[value="next"]')).to_have_count(0)  # paused, nothing is offered
    person.press('button[value="continue"]')
    person.press('button[value="next"]')
    page.locator("#progress:not([hx-get])").wait_for()
    expect(page.locator(".state", has_text="Passée")).to_have_count(2)
    person.press("tbody a.title")
    expect(page.locator("tbody tr").first).to_contain_text("PSR-MBX-005")
