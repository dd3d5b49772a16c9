"""An administrator shares subjects; a colleague meets them on the customer's page, and no text.

The pages of a user and a queue say what counts, and change it.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from tests.browser.site import Look, Site

from passerelle.crm.models.people import SharedLevel
from passerelle.crm.sharing import share_usually

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.mark.parametrize("look", [Look("en"), Look("fr", 400)], ids=str)
def test_what_is_shared_is_met_on_the_page_of_the_customer(site: Site, look: Look) -> None:
    world = site.world
    with site.visit(world.administrator, look) as visit:
        page = visit.page
        page.goto(reverse("web:sharing"))
        page.locator("#id_shared_level").select_option(str(SharedLevel.SUBJECT.value))
        page.locator("main button.main").click()
        expect(page.locator(".messages")).to_be_visible()
        assert visit.complaints == []
    with site.visit(world.bob, look) as visit:
        page = visit.page
        page.goto(reverse("web:contact", args=[world.contact.pk]))
        row = page.locator(f"a[href='{reverse('web:email', args=[world.received.pk])}']")
        expect(row).to_have_text("Order")
        expect(page.get_by_text("Ann Example")).to_be_visible()
        row.click()
        expect(page.locator("#shared")).to_be_visible()
        expect(page.get_by_text("The text of the order.")).to_have_count(0)
        assert visit.complaints == []


@pytest.mark.parametrize("look", [Look("en"), Look("fr", 400)], ids=str)
@pytest.mark.parametrize("kind", ["user", "queue"])
def test_the_page_of_a_record_says_what_counts_and_changes_it(
    site: Site, look: Look, kind: str
) -> None:
    world = site.world
    record = world.ann_user if kind == "user" else world.queue
    share_usually(SharedLevel.METADATA, "admin")
    with site.visit(world.administrator, look) as visit:
        page = visit.page
        page.goto(reverse(f"web:{kind}", args=[record.pk]))
        told = page.locator("#sharing > p")
        expect(told).to_contain_text("Who and when" if look.language == "en" else "Qui et quand")
        page.locator("#id_level").select_option(str(SharedLevel.ALL.value))
        page.locator("#sharing button").click()
        expect(page.locator(".messages")).to_be_visible()
        expect(told).to_contain_text("Everything" if look.language == "en" else "Tout")
        assert visit.complaints == []
    with site.turns.alone():
        record.refresh_from_db()
    assert record.shared_level == SharedLevel.ALL
