"""Track below an ignored message, and Untrack on its email, by the buttons of the pages."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.site import Look, Site
from tests.unit.web.mail.test_by_hand import make_readable
from tests.unit.web.mail.test_where import ignore

from passerelle.crm.models import Email
from passerelle.sync.models import Place, TakeRequest
from passerelle.sync.models.incoming import Outcome

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.mark.parametrize("look", [Look("en"), Look("fr", 400)], ids=str)
def test_tracked_by_a_button_and_untracked_by_another(site: Site, look: Look) -> None:
    world = site.world
    make_readable(world)
    place = ignore(world)
    with site.visit(world.ann, look) as visit:
        page = visit.page
        page.goto("/my-mailbox/")
        below = page.locator(f"#track-{place.pk}")
        below.locator("button").click()
        expect(below.locator("button")).to_have_count(0)
        with site.turns.alone():
            assert TakeRequest.objects.get().place == place
            TakeRequest.objects.all().delete()  # as the cycle of the mailbox does
            Place.objects.filter(pk=place.pk).update(
                outcome=Outcome.TRACKED, email=world.received, decided_on=timezone.now()
            )
        below.locator("a").click()  # it came by itself
        page.locator("a[href$='/untrack/']").click()
        page.locator("button.danger").click()
        expect(page.locator(".messages")).to_be_visible()
        with site.turns.alone():
            assert not Email.objects.filter(pk=world.received.pk).exists()
        assert visit.complaints == []
