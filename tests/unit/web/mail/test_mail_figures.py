"""Figures of the mail that went by, of the small company."""

from datetime import timedelta

import pytest
from django.utils import timezone

from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.sync.models.incoming import Outcome
from passerelle.sync.services import traffic_since, waiting_for_person

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("world")]


def test_what_waits_is_counted() -> None:
    waits = waiting_for_person()
    assert (waits.quarantined, waits.unknown, waits.to_send) == (1, 1, 0)


def test_what_came_lately_is_found_by_its_key() -> None:
    lately = traffic_since(timezone.now() - timedelta(minutes=30))
    assert lately.decided[Outcome.TRACKED] == 1
    assert lately.decided[Outcome.QUARANTINED] == 1
    assert lately.decided[Outcome.IGNORED] == 0
    assert lately.written[EmailStatus.SENDING] == 1


def test_what_came_before_is_left_out() -> None:
    later = traffic_since(timezone.now() + timedelta(minutes=1))
    assert sum(later.decided.values()) == 0
