"""Two contacts of one person are merged, and the first one shows the mail of both."""

import pytest
from playwright.sync_api import expect
from tests.browser.site import Look, Site
from tests.unit.crm.threads.test_relinking import said

from passerelle.crm.models import Email
from passerelle.crm.services import create_contact
from passerelle.engine.services import run_due
from passerelle.sync.services import MERGE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.mark.parametrize("look", [Look("en"), Look("fr", 400)], ids=str)
def test_the_timeline_of_the_master_shows_the_mail_of_both(site: Site, look: Look) -> None:
    kept = site.world.contact
    twin = create_contact("Karla", "Kunde", email_address1="k@customer.example", job_title="Chef")
    letter = said(site.world, 0, subject="From the twin")
    Email.objects.filter(pk=letter.pk).update(regarding_account=None, regarding_contact=twin)
    with site.visit(site.world.ann, look) as visit:
        page = visit.page
        page.goto(f"/contacts/{kept.pk}/")
        shown = page.locator("main a[href*='/emails/']").count()
        page.locator("a[href$='/merge/']").click()
        page.locator("#q").fill("kunde")
        page.locator("form.filters button").click()
        page.locator(f'button[name="other"][value="{twin.pk}"]').click()
        page.locator('input[name="last_name"][value="other"]').check()
        page.locator("form.stack button.main").click()
        expect(page.locator("#merging")).to_be_visible()
        with site.turns.alone():
            run_due(kinds=[MERGE])
        expect(page.locator("#merging")).to_have_count(0)
        expect(page.locator("h1")).to_contain_text("Kunde")
        expect(page.locator(f"main a[href='/emails/{letter.pk}/']")).to_be_visible()
        page.wait_for_load_state()
        assert page.locator("main a[href*='/emails/']").count() > shown
        page.goto(f"/contacts/{twin.pk}/")
        page.locator(f"main .note a[href='/contacts/{kept.pk}/']").click()
        expect(page.locator("h1")).to_contain_text("Kunde")
        assert visit.complaints == []
