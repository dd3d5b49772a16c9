"""The page Health, and the banner of a copy on every page until somebody says what it is."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("demonstration"),
    pytest.mark.usefixtures("usual_port_taken"),
]
BANNER = "#copy-banner"
NAME = "Lumen (copy)"


@pytest.mark.parametrize(("language", "width"), [("en", 400), ("fr", 1280)], indirect=True)
def test_a_copy_says_so_until_it_is_confirmed(person: Person) -> None:
    page = person.page
    person.go("/health/")
    assert page.locator("main ul.rows > li").count() > 10
    person.wait_on("ul.rows:not(:has(.state.bad))")  # the workers have begun
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]

    person.open("/installation/")
    page.fill("#id_name", NAME)
    person.press('form[action$="/copy/"] button')
    person.open("/emails/")
    expect(page.locator(BANNER)).to_contain_text(NAME)
    person.open("/health/")
    expect(page.locator("main")).to_contain_text("PSR-UPK-001")

    page.locator(f"{BANNER} a").click()
    page.check("#id_stopped")
    person.press('form[action$="/confirm/"] button')
    expect(page.locator(BANNER)).to_have_count(0)
    assert not [said for said in person.complaints if "Content Security Policy" in said]
