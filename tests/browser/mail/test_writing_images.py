"""An image is inserted, pasted and dropped into a text, is seen there and where it arrives."""

import base64
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from tests.browser.site import Look, Site, until
from tests.browser.test_every_page import axe
from tests.images import png
from tests.unit.web.conftest import receive

from passerelle.crm.models import Email
from passerelle.crm.services import raw_bytes
from passerelle.messages import images_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

SIZE = (40, 30)
GIVEN = """(page, [kind, octets]) => {
  const files = new DataTransfer();
  const bytes = Uint8Array.from(atob(octets), (one) => one.charCodeAt(0));
  files.items.add(new File([bytes], `${kind}.png`, { type: "image/png" }));
  const { left, top } = page.getBoundingClientRect();
  const event = kind === "paste"
    ? new ClipboardEvent(kind, { clipboardData: files, bubbles: true, cancelable: true })
    : new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true,
        clientX: left + 20, clientY: top + 20 });
  return page.dispatchEvent(event);
}"""


def give(editor: Locator, kind: str) -> None:
    """As the browser does when an image is pasted or dropped; the editor takes it by itself."""
    octets = base64.b64encode(png(*SIZE, shade=90)).decode("ascii")
    assert editor.evaluate(GIVEN, [kind, octets]) is False


def is_seen(image: Locator) -> None:
    """Loaded, and as large as it was made."""
    expect(image).to_be_visible()
    image.evaluate("one => one.decode()")
    assert image.evaluate("one => [one.naturalWidth, one.naturalHeight]") == [*SIZE]


def written(page: Page, folder: Path) -> None:
    """A text with an image in its middle and two more."""
    editor = page.locator(".letter-page")
    editor.click()
    page.keyboard.type("Before after")
    for _ in range(len(" after")):
        page.keyboard.press("ArrowLeft")
    (folder / "plan.png").write_bytes(png(*SIZE))
    with page.expect_file_chooser() as chosen:
        page.locator("[data-insert-image]").click()
    chosen.value.set_files(folder / "plan.png")
    expect(editor.locator("img")).to_have_count(1)
    expect(editor.locator("p")).to_have_text("Before after")
    assert editor.locator("p").inner_html().startswith("Before<img ")
    give(editor, "paste")
    expect(editor.locator("img")).to_have_count(2)
    give(editor, "drop")
    expect(editor.locator("img")).to_have_count(3)
    for image in editor.locator("img").all():
        is_seen(image)
    assert axe(page) == []


@pytest.mark.parametrize("look", [Look("en"), Look("fr", 400)], ids=str)
def test_what_is_put_into_a_text_is_seen_where_it_arrives(
    site: Site, look: Look, tmp_path: Path
) -> None:
    world = site.world
    with site.visit(world.ann, look) as visit:
        page = visit.page
        page.goto(reverse("web:email-new"))
        expect(page.locator("#id_new_images")).to_be_hidden()  # it stands for the button there
        page.fill("#id_to", "carla@customer.example")
        page.fill("#id_subject", "Plan")
        written(page, tmp_path)
        until(page, lambda: _images_of_draft(site) == 3)  # it was saved by itself
        with site.turns.alone():
            draft = Email.objects.get(subject="Plan")
        page.goto(reverse("web:email-edit", args=[draft.pk]))
        expect(page.locator(".letter-page img")).to_have_count(3)
        for image in page.locator(".letter-page img").all():
            is_seen(image)
        page.locator(".letter-page img").last.evaluate("one => one.remove()")
        page.locator(".letter-page").evaluate(
            "one => one.dispatchEvent(new Event('input', { bubbles: true }))"
        )
        page.locator('button[value="send"]').click()
        expect(page.locator("iframe.letter-frame")).to_be_visible()
        with site.turns.alone():
            sent = Email.objects.get(subject__startswith="Plan")
            assert sent.raw is not None
            received = receive(world.ann_user, world.contact, raw_bytes(sent.raw))
        for email in (sent, received):
            page.goto(reverse("web:email", args=[email.pk]))
            letter = page.frame_locator("iframe.letter-frame")
            expect(letter.locator("img")).to_have_count(2)
            for image in letter.locator("img").all():
                is_seen(image)
        assert visit.complaints == []


def _images_of_draft(site: Site) -> int:
    with site.turns.alone():
        draft = Email.objects.filter(subject="Plan").first()
    return len(images_in(draft.html)) if draft else 0


@pytest.mark.parametrize("look", [Look("en"), Look("fr")], ids=str)
def test_what_is_no_image_is_told_in_words(site: Site, look: Look, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_text("<svg onload='alert(1)'/>", encoding="utf-8")
    with site.visit(site.world.ann, look) as visit:
        page = visit.page
        page.goto(reverse("web:email-edit", args=[site.world.draft.pk]))
        page.set_input_files("#id_new_images", tmp_path / "logo.png")
        expect(page.get_by_role("alert")).to_contain_text("PNG")
        expect(page.locator(".letter-page img")).to_have_count(0)
        assert [one for one in visit.complaints if "422" not in one] == []


@pytest.mark.parametrize("look", [Look("en"), Look("fr", 400, "dark")], ids=str)
def test_a_logo_in_a_signature_is_seen_in_every_place(
    site: Site, look: Look, tmp_path: Path
) -> None:
    world = site.world
    with site.visit(world.ann, look) as visit:
        page = visit.page
        page.goto(reverse("web:signature-new"))
        page.fill("#id_title", "With a logo")
        editor = page.locator("fieldset .letter-page").first
        editor.click()
        page.keyboard.type("Ann Bell")
        (tmp_path / "logo.png").write_bytes(png(*SIZE))
        with page.expect_file_chooser() as chosen:
            page.locator("[data-insert-image]").first.click()
        chosen.value.set_files(tmp_path / "logo.png")
        is_seen(editor.locator("img"))
        assert axe(page) == []
        page.locator('button[value="preview"]').click()
        is_seen(page.locator(".letter-shown img"))
        is_seen(page.locator(".letter-page img"))
        page.locator('button[value="save"]').click()
        page.wait_for_url(f"**{reverse('web:writing')}")
        page.select_option("#id_signature", label="With a logo")
        page.locator("form.card button.main").click()
        page.goto(reverse("web:email-new"))
        is_seen(page.locator(".letter-page img"))
        page.fill("#id_to", "carla@customer.example")
        page.fill("#id_subject", "An offer")
        page.locator("[hx-post] .state.good").wait_for()
        page.locator('button[value="send"]').click()
        is_seen(page.frame_locator("iframe.letter-frame").locator("img"))
        # Where an image comes to the end of a paragraph Chromium tries a style by itself, in vain.
        assert [one for one in visit.complaints if "inline style" not in one] == []
    with site.turns.alone():
        sent = Email.objects.get(subject__startswith="An offer")
    assert sent.attachments.count() == len(images_in(sent.html)) == 1
