"""Images in a text: one's own by their octets, quoted ones where they lie, and which of them go."""

from email.message import EmailMessage

import pytest
from django.core.exceptions import ValidationError
from tests.images import gif, jpeg, png, webp
from tests.unit.crm.writing.test_answers import received

from passerelle.crm.models import Email, RawMessage, RawPack, SignInAccount, SystemUser
from passerelle.crm.services import (
    FileRules,
    Upload,
    Written,
    add_images,
    attach,
    attached_files,
    create_draft,
    detach,
    discard_draft,
    forward_draft,
    html_letter,
    insert_images,
    reply_draft,
    update_draft,
)
from passerelle.messages import images_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]

RULES = FileRules(file_bytes=500, total_bytes=900, blocked=frozenset({"exe", "svg"}))
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>"
LOGO = png(2, 2, 40)


@pytest.fixture
def draft(anna: SystemUser) -> Email:
    return create_draft(Written("", "Images", "Look"), sender=anna, owner=anna)


def shows(draft: Email, *ids: str) -> Email:
    """The draft as the editor saves it with these images."""
    html = "<p>Look" + "".join(f'<img src="cid:{one}" alt="i">' for one in ids) + "</p>"
    return update_draft(draft, Written("", "Images", "", html=html))


@pytest.mark.parametrize(
    ("octets", "mimetype"),
    [
        pytest.param(png(), "image/png", id="png"),
        pytest.param(jpeg(2, 2), "image/jpeg", id="jpeg"),
        pytest.param(gif(2, 2), "image/gif", id="gif"),
        pytest.param(webp(b"VP8L", 2, 2), "image/webp", id="webp"),
    ],
)
def test_an_image_is_known_by_its_octets(draft: Email, octets: bytes, mimetype: str) -> None:
    [row] = add_images(draft, [Upload("été.bin", octets)], RULES)
    assert (row.mimetype, row.filename) == (mimetype, "été.bin")
    assert row.content_id.endswith("@example.com")


@pytest.mark.parametrize(
    ("upload", "told"),
    [
        pytest.param(Upload("logo.png", SVG), "PNG, JPEG", id="a-drawing-under-another-name"),
        pytest.param(Upload("logo.png", b"<script>"), "PNG, JPEG", id="a-page-under-another-name"),
        pytest.param(Upload("logo.svg", png()), ".svg", id="a-blocked-kind-with-an-image-in-it"),
        pytest.param(Upload("bomb.png", png(60_000, 60_000)), "60000 × 60000", id="a-bomb"),
        pytest.param(Upload("a.png", png() + bytes(500)), "a.png", id="too-many-octets"),
    ],
)
def test_what_is_no_image_for_a_text_is_refused_whole(
    draft: Email, upload: Upload, told: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        add_images(draft, [Upload("good.png", png()), upload], RULES)
    assert told in refused.value.messages[0]
    assert not draft.attachments.exists()
    assert not RawPack.objects.exists()


def test_the_text_shows_its_own_images_and_nobody_elses(draft: Email, anna: SystemUser) -> None:
    [row] = add_images(draft, [Upload("plan.png", png())], RULES)
    other = create_draft(Written("", "Other", ""), sender=anna, owner=anna)
    [secret] = add_images(other, [Upload("secret.png", png())], RULES)
    stored = shows(draft, row.content_id, secret.content_id)
    assert images_in(stored.html) == {row.content_id}
    assert stored.description == "Look[image: i]"
    assert [file.content_id for file in attached_files(stored)] == [row.content_id]


def test_an_image_that_is_added_hinders_no_window_that_saves(draft: Email) -> None:
    add_images(draft, [Upload("plan.png", png())], RULES)
    assert update_draft(draft, Written("", "Images", "more"), seen=draft.revision).revision == 1


def test_one_that_the_text_shows_no_more_stays_until_it_is_sent_and_does_not_go(
    draft: Email,
) -> None:
    [row] = add_images(draft, [Upload("plan.png", png())], RULES)
    stored = shows(shows(draft, row.content_id))
    assert stored.attachments.count() == 1
    assert list(attached_files(stored)) == []
    again = shows(stored, row.content_id)  # a step of the editor was taken back
    assert [file.data for file in attached_files(again)] == [png()]
    discard_draft(again)
    assert not RawPack.objects.exists()


def test_without_an_editor_they_stand_at_the_end(draft: Email) -> None:
    stored = insert_images(draft, [Upload("a.png", png()), Upload("b.png", png())], RULES)
    first, second = stored.attachments.values_list("content_id", flat=True)
    assert stored.html == (
        f'<p>Look</p><p><img src="cid:{first}" alt="a.png"></p>'
        f'<p><img src="cid:{second}" alt="b.png"></p>'
    )
    assert stored.description == "Look\n\n[image: a.png]\n\n[image: b.png]"


def test_taken_away_it_leaves_the_text(draft: Email) -> None:
    stored = insert_images(draft, [Upload("a.png", png()), Upload("b.png", png())], RULES)
    stored = detach(stored, 1)
    assert stored.description == "Look\n\n[image: b.png]"
    assert stored.html.count("<img") == stored.attachment_count == RawMessage.objects.count() == 1


def test_a_draft_is_shown_with_its_images(draft: Email) -> None:
    stored = insert_images(draft, [Upload("a.png", png())], RULES)
    letter = html_letter(stored)
    assert letter is not None
    assert '<img src="data:image/png;base64,' in letter.shown(remote=False).html


def file_of(name: str) -> str:
    return f"{name.partition('@')[0]}.png"


def picture_mail(source: str, *images: tuple[str, bytes, str]) -> bytes:
    """A message of a customer with such HTML, and beside it images: Content-ID, octets, type."""
    made = EmailMessage()
    made["From"] = "Carla <carla@customer.example>"
    made["To"] = "anna@example.com"
    made["Subject"], made["Message-ID"] = "A plan", "<plan@customer.example>"
    made.set_content("The plan.\n")
    made.add_alternative(source, subtype="html")
    html = made.get_body(("html",))
    assert isinstance(html, EmailMessage)
    for name, octets, mimetype in images:
        main, _, sub = mimetype.partition("/")
        html.add_related(octets, main, sub, cid=f"<{name}>", filename=file_of(name))
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    return made.as_bytes()


QUOTED = (
    '<p>See <img src="cid:logo@x" alt="Logo"> <img src="cid:drawing@x"> <img src="cid:bomb@x">'
    '<img src="cid:gone@x"><img src="https://x.example/open.gif"></p>'
)
BESIDE = (
    ("logo@x", LOGO, "application/octet-stream"),
    ("drawing@x", SVG, "image/png"),
    ("bomb@x", png(60_000, 60_000), "image/png"),
    ("unseen@x", png(), "image/png"),
)


def test_an_answer_carries_what_its_quotation_shows_and_is_an_image(account: SignInAccount) -> None:
    reply = reply_draft(received(picture_mail(QUOTED, *BESIDE)), account)
    row = reply.attachments.get()
    assert (row.filename, row.mimetype) == ("logo.png", "image/png")
    assert row.content_id.endswith("@example.com")
    assert f'<p>See <img src="cid:{row.content_id}" alt="Logo">' in reply.html
    assert reply.html.count("<img") == reply.attachment_count == 1
    assert "> See [image: Logo]" in reply.description
    assert [file.data for file in attached_files(reply)] == [LOGO]
    assert RawMessage.objects.count() == 1  # nothing is copied before it is sent


def test_a_forward_shows_them_and_has_every_other_file(account: SignInAccount) -> None:
    email = received(picture_mail(QUOTED, *BESIDE))
    forward = forward_draft(email, account)
    rows = list(forward.attachments.order_by("number"))
    assert [bool(row.content_id) for row in rows] == [True, False, False, False, False]
    assert images_in(forward.html) == {rows[0].content_id}
    assert [file.filename for file in attached_files(forward)] == [
        *(file_of(name) for name, _, _ in BESIDE),
        "plan.pdf",
    ]


def test_of_two_images_with_one_name_the_first_is_meant(account: SignInAccount) -> None:
    twice = (("a@x", LOGO, "image/png"), ("a@x", png(), "image/png"))
    reply = reply_draft(received(picture_mail('<img src="cid:a@x">', *twice)), account)
    assert [file.data for file in attached_files(reply)] == [LOGO]


def test_more_than_a_reader_is_shown_is_not_carried(account: SignInAccount) -> None:
    large = png() + bytes(2_900_000)
    many = [(f"{n}@x", large, "image/png") for n in range(5)]
    source = "".join(f'<img src="cid:{name}">' for name, _, _ in many)
    reply = reply_draft(received(picture_mail(source, *many)), account)
    assert reply.attachments.count() == reply.html.count("<img") == 4


def test_what_is_kept_alone_is_carried_by_no_answer_and_goes_with_none(
    draft: Email, account: SignInAccount
) -> None:
    """As retention leaves the images of an email that was sent long ago."""
    earlier = insert_images(draft, [Upload("a.png", png())], RULES)
    reply = reply_draft(earlier, account)
    assert "<img" not in reply.html
    assert not reply.attachments.exists()
    discard_draft(reply)
    assert [file.data for file in attached_files(earlier)] == [png()]


def test_files_and_images_count_together(draft: Email) -> None:
    draft = attach(draft, [Upload("a.bin", bytes(500))], RULES)
    with pytest.raises(ValidationError, match="together"):
        add_images(draft, [Upload("a.png", png() + bytes(400))], RULES)
