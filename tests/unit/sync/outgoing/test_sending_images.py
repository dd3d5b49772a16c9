"""Images leave with the text that shows them, and with no other."""

from dataclasses import replace

import pytest
from tests.images import png
from tests.unit.sync.conftest import Company
from tests.unit.sync.outgoing.test_sending import RULES, WRITTEN, draft

from passerelle.crm.models import Email, RawPack
from passerelle.crm.services import Upload, add_images, attach, attachment_bytes, update_draft
from passerelle.mailboxes.models import SystemSettings
from passerelle.messages import extract, parse
from passerelle.sync.services import cancel, submit

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def unresolved_allowed(company: Company) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=True)


def test_images_go_with_the_text_that_shows_them(company: Company) -> None:
    email = attach(draft(company), [Upload("a.txt", b"a file")], RULES)
    shown, hidden = add_images(email, [Upload("a.png", png()), Upload("b.png", png())], RULES)
    html = f'<p>See <img src="cid:{shown.content_id}" alt="Plan">.</p>'
    email = update_draft(email, replace(WRITTEN, html=html))
    submit(email, "anna", company.anna)
    company.send()
    raw = company.world.smtp.delivered[0][1]
    message = parse(raw)
    assert f"cid:{shown.content_id}" in message.html
    assert message.text.strip() == "See [image: Plan]."
    assert [(one.content_id, one.filename, one.inline) for one in message.attachments] == [
        (shown.content_id, "a.png", True),
        ("", "a.txt", False),
    ]
    assert hidden.content_id.encode() not in raw
    sent = Email.objects.get(pk=email.pk)
    assert sent.attachment_count == 2
    rows = sent.attachments.order_by("part")
    assert [(row.filename, attachment_bytes(row)) for row in rows] == [
        ("a.png", png()),
        ("a.txt", b"a file"),
    ]
    assert RawPack.objects.count() == 1


def test_an_image_that_is_added_while_the_email_leaves_stays_behind(company: Company) -> None:
    email = draft(company)
    add_images(email, [Upload("late.png", png())], RULES)
    submit(email, "anna", company.anna)  # as it was read before that
    assert not Email.objects.get(pk=email.pk).attachments.exists()
    assert RawPack.objects.count() == 1


def test_taken_back_and_sent_again_the_images_are_the_same_bytes(company: Company) -> None:
    email = draft(company)
    [row] = add_images(email, [Upload("a.png", png())], RULES)
    email = update_draft(email, replace(WRITTEN, html=f'<img src="cid:{row.content_id}">'))
    email = cancel(submit(email, "anna", company.anna), "anna")
    submit(email, "anna", company.anna)
    company.send()
    raw = company.world.smtp.delivered[0][1]
    [found] = parse(raw).attachments
    assert (found.content_id, extract(raw, found.part)) == (row.content_id, png())
