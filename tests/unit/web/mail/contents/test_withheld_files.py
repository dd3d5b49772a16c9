"""Blocked and large files of a received email are listed with a reason, and not handed out."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.unit.web.conftest import World

from passerelle.crm.models import ActivityMimeAttachment
from passerelle.mailboxes.services import save_settings

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def shown(client: Client, world: World, language: str = "en") -> str:
    page = reverse("web:email", args=[world.received.pk])
    return client.get(page, headers={"Accept-Language": language}).content.decode()


def address(world: World) -> str:
    return reverse("web:email-attachment", args=[world.received.pk, 1])


@pytest.fixture
def blocked(world: World) -> None:
    """Files as that of the received email are blocked."""
    save_settings({"blocked_attachments": "exe; html"}, "test")


@pytest.mark.usefixtures("blocked")
def test_a_blocked_file_is_listed_with_its_reason(world: World, as_ann: Client) -> None:
    page = shown(as_ann, world)
    assert "page.html" in page
    assert "Files that end in .html are blocked." in page
    assert address(world) not in page
    answer = as_ann.get(address(world))
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/emails/{world.received.pk}/#attachments"
    assert "Les fichiers dont le nom finit par .html sont bloqués." in shown(as_ann, world, "fr")


@pytest.mark.usefixtures("blocked")
def test_the_email_keeps_it(world: World, as_ann: Client) -> None:
    source = as_ann.get(reverse("web:email-source", args=[world.received.pk]))
    assert b'filename="page.html"' in source.content


def test_a_large_file_is_too(world: World, as_ann: Client) -> None:
    save_settings({"largest_attachment_kb": 1, "limit_received_attachments": True}, "test")
    assert as_ann.get(address(world)).status_code == 200
    ActivityMimeAttachment.objects.filter(email=world.received).update(filesize=1_025)
    assert "at most 1.0\xa0KB are handed out" in shown(as_ann, world)
    assert as_ann.get(address(world)).status_code == 302


def test_without_the_limit_a_received_file_of_any_size_is_handed_out(
    world: World, as_ann: Client
) -> None:
    save_settings({"largest_attachment_kb": 1}, "test")
    ActivityMimeAttachment.objects.filter(email=world.received).update(filesize=1_025)
    assert as_ann.get(address(world)).content == b"<script>alert(1)</script>"


@pytest.mark.usefixtures("blocked")
def test_what_is_written_here_has_its_own_rules(world: World, as_ann: Client) -> None:
    row = ActivityMimeAttachment.objects.get(email=world.received)
    row.raw = world.received.raw
    row.email, row.pk = world.draft, None
    row.attachment_id = world.draft.pk
    row.save(force_insert=True)
    page = reverse("web:email", args=[world.draft.pk])
    assert "withheld" not in as_ann.get(page).content.decode()


@pytest.mark.usefixtures("blocked")
def test_many_files_are_asked_for_at_once(world: World, as_ann: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            shown(as_ann, world)
        return len(captured)

    few = queries()
    ActivityMimeAttachment.objects.bulk_create(
        ActivityMimeAttachment(
            email=world.received, number=number, filename=f"{number}.exe", mimetype="a/b",
            filesize=1, part=f"2!{number}", digest="0" * 64,
        )
        for number in range(2, 60)
    )  # fmt: skip
    assert queries() == few


def test_a_number_that_is_none_is_not_found(world: World, as_ann: Client) -> None:
    missing = reverse("web:email-attachment", args=[world.received.pk, 9])
    assert as_ann.get(missing).status_code == 404
