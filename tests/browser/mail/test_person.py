"""The list of emails narrowed down to a person, by the keyboard alone, in both languages."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from tests.browser.site import Look, Site

from passerelle.crm.services import create_contact

pytestmark = pytest.mark.browser
LANGUAGES = pytest.mark.parametrize(
    ("look", "label"), [(Look(), "Person"), (Look("fr"), "Personne")], ids=str
)


def ask(page: Page, label: str, text: str) -> None:
    page.goto(reverse("web:emails"))
    page.get_by_label(label, exact=True).focus()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


@LANGUAGES
def test_an_address_or_the_only_one_of_a_name(site: Site, look: Look, label: str) -> None:
    with site.visit(site.world.ann, look) as visit:
        ask(visit.page, label, "carla@customer.example")
        expect(visit.page.get_by_label(label, exact=True)).to_have_value("carla@customer.example")
        expect(visit.page.locator("tbody tr").first).to_be_visible()
        ask(visit.page, label, "carla")
        expect(visit.page.locator("#person option:checked")).to_have_text("Carla Customer")
        expect(visit.page.locator("tbody tr").first).to_be_visible()


@LANGUAGES
def test_of_several_with_a_name_one_is_chosen(site: Site, look: Look, label: str) -> None:
    create_contact("Carla", "Other")
    with site.visit(site.world.ann, look) as visit:
        ask(visit.page, label, "carla")
        visit.page.get_by_role("link", name="Carla Customer").focus()
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator("#person option:checked")).to_have_text("Carla Customer")
        expect(visit.page.locator("tbody tr").first).to_be_visible()
