"""Drafts: what is kept of what was typed, and two windows that write the same one."""

from datetime import UTC, datetime

import pytest

from passerelle.crm.models import Email, SystemUser
from passerelle.crm.models.mail.emails import Priority
from passerelle.crm.services import Written, create_draft, update_draft
from passerelle.faults.mail.cycles import DraftChangedElsewhere

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_formatted_text_is_cleaned_and_has_its_plain_alternative(anna: SystemUser) -> None:
    html = "<p>Dear <b>Carla</b></p><script>x()</script><p>Bye</p>"
    draft = create_draft(Written("", "", "ignored", html=html), sender=anna, owner=anna)
    assert draft.html == "<p>Dear <b>Carla</b></p><p>Bye</p>"
    assert draft.description == "Dear Carla\n\nBye"


def test_urgency_and_time_are_kept(anna: SystemUser) -> None:
    later = datetime(2030, 1, 1, 8, 0, tzinfo=UTC)
    written = Written("", "", "", priority=Priority.HIGH, send_after=later)
    draft = create_draft(written, sender=anna, owner=anna)
    assert (draft.priority, draft.send_after) == (Priority.HIGH, later)


def test_two_windows_never_write_over_each_other_unseen(anna: SystemUser) -> None:
    draft = create_draft(Written("", "first", ""), sender=anna, owner=anna)
    changed = update_draft(draft, Written("", "one window", ""), seen=draft.revision)
    with pytest.raises(DraftChangedElsewhere):
        update_draft(draft, Written("", "another window", ""), seen=draft.revision)
    assert Email.objects.get(pk=draft.pk).subject == "one window"
    again = update_draft(draft, Written("", "another window", ""), seen=changed.revision)
    assert again.subject == "another window"
