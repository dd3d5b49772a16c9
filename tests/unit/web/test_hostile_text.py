"""What somebody else wrote is text on every page, and no page lets anything else run."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import EVIL, World
from tests.unit.web.test_who_may_open_what import GET

from passerelle.crm.models import (
    Account,
    ActivityMimeAttachment,
    ActivityParty,
    Contact,
    Email,
    Lead,
    Queue,
    SystemUser,
)
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox
from passerelle.mailboxes.models import TestStep as Step
from passerelle.sync.models import Delivery, Place, Submission

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.thorough]
PAGES = [row[:2] for row in GET if row[2] == 200]
# A style or a script within the page, or an attribute that runs one.
ACTIVE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.I)


def poison(evil: str = EVIL) -> None:
    """Put markup into every column that a person or a server fills."""
    SystemUser.objects.update(fullname=evil)
    Queue.objects.update(name=evil)
    Account.objects.update(name=evil, telephone1=evil)
    Contact.objects.update(fullname=evil, job_title=evil, last_name=evil)
    Lead.objects.update(fullname=evil, subject=evil, company_name=evil)
    Mailbox.objects.update(name=evil)
    credential = Credential.objects.create(username=evil)
    EmailServerProfile.objects.update(
        name=evil, description=evil, incoming_location=evil, incoming_credential=credential
    )
    Mailbox.objects.update(incoming_credential=credential, profile=EmailServerProfile.objects.get())
    Email.objects.update(
        subject=evil, description=evil, sender=evil, to_recipients=evil, message_id=evil,
        tracking_token=evil,
    )  # fmt: skip
    ActivityParty.objects.update(address_used=evil, name_used=evil, contact=None, systemuser=None)
    ActivityMimeAttachment.objects.update(filename=evil, mimetype=evil)
    Place.objects.update(sender=evil, message_id=evil, folder=evil, uidl=evil)
    Step.objects.update(fact=evil, code="PSR-XXX-1", facts={evil: evil})
    Submission.objects.update(answer=evil)
    Delivery.objects.update(address=evil, answer=evil)


def all_pages(world: World, client: Client) -> Iterator[tuple[str, Any]]:
    """Every page that an administrator may open. One company for all of them: making it is slow."""
    for name, keys in PAGES:
        response = client.get(reverse(f"web:{name}", args=keys(world)))
        assert response.status_code == 200, name
        if "Content-Disposition" not in response.headers:  # a download is no page
            yield name, response


def test_markup_is_shown_as_text(world: World, as_administrator: Client) -> None:
    poison()
    for name, response in all_pages(world, as_administrator):
        text = response.content.decode()
        assert "<script>alert" not in text, name
        assert not ACTIVE.search(text), name


def test_the_poison_arrives_on_the_page(world: World, as_ann: Client) -> None:
    poison()
    text = as_ann.get(reverse("web:email", args=[world.received.pk])).content.decode()
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 5
    assert not ACTIVE.search(text)


def test_a_page_loads_nothing_from_elsewhere(world: World, as_administrator: Client) -> None:
    for name, response in all_pages(world, as_administrator):
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "script-src 'self';" in policy, name
        assert "unsafe" not in policy, name
        assert response["X-Frame-Options"] == "DENY", name
        assert response["Cache-Control"] == "no-store", name
        assert not re.search(r'(src|href|action)="(https?:)?//', response.content.decode()), name


def test_what_no_set_of_files_can_be_is_refused_unread() -> None:
    response = Client().post("/migrations/new/", headers={"Content-Length": str(65 * 1024 * 1024)})
    assert response.status_code == 413


def test_no_name_turns_the_text_around(world: World, as_administrator: Client) -> None:
    turning = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
    poison("a" + "".join(turning) + "\u200fgpj.exe")
    for name, response in all_pages(world, as_administrator):
        assert not set(response.content.decode()) & set(turning), name
    text = as_administrator.get(reverse("web:email", args=[world.received.pk])).content.decode()
    assert "a\u200fgpj.exe" in text, "marks that Hebrew and Arabic need stay"
