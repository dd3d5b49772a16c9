"""The start that a page shows is the one that the next cycle reads from."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.sync.conftest import Company

from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models import Reading
from passerelle.sync.services import start_of_reading

pytestmark = [pytest.mark.django_db, pytest.mark.database]

KEPT = datetime(2026, 3, 1, tzinfo=UTC)


def nothing_fixes_it(company: Company) -> None:
    Mailbox.objects.update(process_email_received_after=None, enabled_on=None)


def moved_back(company: Company) -> None:
    Mailbox.objects.update(process_email_received_after=KEPT - timedelta(days=9))


def moved_on(company: Company) -> None:
    Mailbox.objects.update(process_email_received_after=KEPT + timedelta(days=9))


def moved_back_in_a_later_epoch(company: Company) -> None:
    Reading.objects.update(epoch=2)
    moved_back(company)


def elsewhere(company: Company) -> None:
    company.point_elsewhere("imap2.example.com")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(nothing_fixes_it, KEPT, id="nothing-fixes-it"),
        pytest.param(moved_back, KEPT - timedelta(days=9), id="moved-back"),
        pytest.param(moved_on, KEPT + timedelta(days=9), id="moved-on"),
        pytest.param(moved_back_in_a_later_epoch, KEPT, id="not-before-another-server"),
        pytest.param(elsewhere, None, id="another-server"),
    ],
)
def test_what_is_shown_is_what_reading_uses(
    company: Company, change: Callable[[Company], None], expected: datetime | None
) -> None:
    company.read()
    Reading.objects.update(starts_on=KEPT)
    change(company)
    mailbox = Mailbox.objects.select_related("profile").get(pk=company.anna.pk)
    shown = start_of_reading(mailbox, company.reading())
    company.read()
    assert shown == company.reading().starts_on
    assert expected in {shown, None}


def test_before_the_first_cycle_it_is_what_the_mailbox_says(company: Company) -> None:
    Mailbox.objects.update(process_email_received_after=KEPT)
    mailbox = Mailbox.objects.select_related("profile").get(pk=company.anna.pk)
    assert start_of_reading(mailbox, None) == KEPT
