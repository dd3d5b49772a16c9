"""Insert puts a signature where another stands: unchanged that one goes, changed it stays."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from tests.browser.site import Look, Site

from passerelle.crm.models import EmailSignature
from passerelle.crm.services import Words, save_wording, set_default_signature

pytestmark = pytest.mark.browser


def signature(site: Site, text: str) -> EmailSignature:
    made = EmailSignature(owner=site.world.ann_user)
    words = {language: Words(f"<p>{text}<br>{{user}}</p>") for language in ("en", "fr")}
    save_wording(made, text, words, by="ann")
    return made


def insert(page: Page, made: EmailSignature, language: str) -> None:
    """What was typed is saved by itself before, as a press at that moment would meet it."""
    page.locator("[hx-post] .state.good").wait_for()
    page.select_option("#id_wording", f"signature:{made.pk}:{language}")
    with page.expect_navigation():
        page.locator('button[value="insert"]').click()
    expect(page).to_have_url(re.compile(r"/edit/$"))


@pytest.mark.parametrize("look", [Look("en"), Look("fr", 400)], ids=str)
def test_one_signature_makes_room_for_another(site: Site, look: Look) -> None:
    usual, short = signature(site, "Kind regards"), signature(site, "Yours")
    set_default_signature(site.world.ann_user, usual)
    name = site.world.ann_user.fullname
    with site.visit(site.world.ann, look) as visit:
        page = visit.page
        page.goto(reverse("web:email-new"))
        paragraphs = page.locator(".letter-page p")
        expect(paragraphs).to_have_text(["", f"Kind regards{name}"])
        page.fill("#id_subject", "An offer")
        paragraphs.first.click()
        page.keyboard.type("Hello")
        insert(page, short, look.language)
        expect(paragraphs).to_have_text(["Hello", f"Yours{name}"])
        paragraphs.last.click()
        page.keyboard.press("Control+End")
        page.keyboard.type(", Ltd")
        insert(page, usual, look.language)
        texts = paragraphs.all_inner_texts()
        assert [" ".join(text.split()) for text in texts] == [
            "Hello",
            f"Yours {name}, Ltd",
            f"Kind regards {name}",
        ]
        assert visit.complaints == []
