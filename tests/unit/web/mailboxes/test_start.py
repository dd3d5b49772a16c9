"""From when on a mailbox is read, on its page."""

import pytest
from django.test import Client
from tests.unit.web.conftest import World

from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models import Reading

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_start_that_nothing_fixes_does_not_move(world: World, as_administrator: Client) -> None:
    unfixed = {"process_email_received_after": None, "enabled_on": None}
    Mailbox.objects.filter(pk=world.mailbox.pk).update(**unfixed)
    reading = Reading.objects.get(pk=world.mailbox.pk)
    response = as_administrator.get(f"/mailboxes/{world.mailbox.pk}/")
    assert response.context["start"] == reading.starts_on
