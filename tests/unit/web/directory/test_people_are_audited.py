"""A user and a queue changed on their pages: who did it stands in the audit, in words."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World

from passerelle.crm.models import AuditEntry
from passerelle.crm.models.people import FilteringMethod, SharedLevel

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def page_of_entries(as_administrator: Client) -> Client:
    AuditEntry.objects.all().delete()
    return as_administrator


def test_a_user(world: World, page_of_entries: Client) -> None:
    user = world.ann_user
    form = {
        "fullname": user.fullname,
        "internal_email_address": user.internal_email_address,
        "incoming_email_filtering_method": FilteringMethod.NONE.value,
        "shared_level": SharedLevel.SUBJECT.value,
    }
    saved = page_of_entries.post(reverse("web:user-edit", args=[user.pk]), form)
    assert saved.status_code == 302
    pages = [
        page_of_entries.get(reverse("web:audit-entry", args=[entry.pk])).content.decode()
        for entry in AuditEntry.objects.filter(subject_id=user.pk).order_by("done_on")
    ]
    assert ["Changed users or queues" in page for page in pages] == [True, True]
    assert "No email messages" in pages[0]
    assert "Who, when and subject" in pages[1]


def test_a_queue_and_its_members(world: World, page_of_entries: Client) -> None:
    queue = world.queue
    queue.members.set([world.ann_user])
    form = {
        "name": queue.name,
        "email_address": queue.email_address,
        "incoming_email_filtering_method": queue.incoming_email_filtering_method,
        "statecode": queue.statecode,
        "members": [world.bob_user.pk],
    }
    saved = page_of_entries.post(reverse("web:queue-edit", args=[queue.pk]), form)
    assert saved.status_code == 302
    [entry] = AuditEntry.objects.filter(subject_id=queue.pk, detail__has_key="members_added")
    page = page_of_entries.get(reverse("web:audit-entry", args=[entry.pk])).content.decode()
    assert "Members added" in page
    assert world.bob_user.fullname in page


def test_what_others_see_of_a_user_and_a_queue(world: World, page_of_entries: Client) -> None:
    asked = {"level": SharedLevel.METADATA.value}
    for kind, record in (("user", world.ann_user), ("queue", world.queue)):
        page_of_entries.post(reverse(f"web:{kind}-sharing", args=[record.pk]), asked)
        entry = AuditEntry.objects.get(subject_id=record.pk)
        page = page_of_entries.get(reverse("web:audit-entry", args=[entry.pk])).content.decode()
        assert "Changed users or queues" in page
        assert "Who and when" in page
