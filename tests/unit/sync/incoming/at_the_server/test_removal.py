"""Deleting after processing, and moving what is undeliverable: only what may, and not at once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Email
from passerelle.engine.services import Killed, crash_points
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.sync.crash_points import TOUCHES
from passerelle.sync.models import Quarantine, Touch

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LONG_AGO = timedelta(days=8)


def keep_nothing(company: Company, *, enabled_ago: timedelta = LONG_AGO) -> None:
    """The queue's email is deleted after processing."""
    Mailbox.objects.filter(pk=company.orders.pk).update(
        process_and_delete=True, enabled_on=timezone.now() - enabled_ago
    )


def left(company: Company) -> int:
    return len(company.orders_inbox.messages)


def deliver(company: Company, *letters: Letter | bytes) -> None:
    for letter in letters:
        company.orders_inbox.deliver(bytes(letter))
    company.read(company.orders)


ORDER = Letter(1, to="orders@example.com")


@pytest.mark.parametrize("pop3", [False, True], ids=["imap", "pop3"])
def test_what_is_recorded_is_removed(company: Company, pop3: bool) -> None:
    if pop3:
        company.use_pop3()
    keep_nothing(company)
    deliver(company, ORDER, ORDER.but(number=2))
    assert (left(company), Email.objects.count()) == (0, 2)
    assert not Touch.objects.exists()


def test_email_stays_unless_somebody_says_so(company: Company) -> None:
    deliver(company, ORDER)
    assert (left(company), Touch.objects.count()) == (1, 0)


def test_in_the_first_week_everything_stays(company: Company) -> None:
    keep_nothing(company, enabled_ago=timedelta(days=6))
    deliver(company, ORDER)
    assert left(company) == 1
    Touch.objects.update(not_before=timezone.now())
    company.read(company.orders)
    assert left(company) == 0


def test_who_thinks_better_of_it_keeps_what_was_owed(company: Company) -> None:
    keep_nothing(company, enabled_ago=timedelta(days=6))
    deliver(company, ORDER)
    Mailbox.objects.update(process_and_delete=False)
    company.read(company.orders)
    assert (left(company), Touch.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"\xff no message at all", id="what cannot be read"),
        pytest.param(Letter(3, sender=""), id="what is ignored"),
    ],
)
def test_what_is_not_recorded_stays(company: Company, message: Letter | bytes) -> None:
    keep_nothing(company)
    deliver(company, message)
    assert left(company) == 1


def test_a_copy_of_what_is_recorded_goes_too(company: Company) -> None:
    keep_nothing(company)
    deliver(company, ORDER, ORDER)
    assert (left(company), Email.objects.count()) == (0, 1)


def test_a_user_keeps_email_whatever_the_row_says(company: Company) -> None:
    assert not Mailbox.objects.get(pk=company.anna.pk).process_and_delete
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    assert len(company.inbox.messages) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("point", TOUCHES)
def test_killed_around_the_removal_it_is_done_once(company: Company, point: str) -> None:
    keep_nothing(company)
    company.orders_inbox.deliver(bytes(ORDER))
    with crash_points.kill_at(point), pytest.raises(Killed):
        company.read(company.orders)
    company.read(company.orders)
    assert (left(company), Email.objects.count(), Touch.objects.count()) == (0, 1, 0)


def test_a_rebuilt_folder_loses_nothing(company: Company) -> None:
    keep_nothing(company, enabled_ago=timedelta(days=6))
    deliver(company, ORDER)
    Touch.objects.update(not_before=timezone.now())
    company.orders_inbox.rebuild()
    company.orders_inbox.messages[0].data = bytes(Letter(9, text="another"))
    company.read(company.orders)
    assert left(company) == 1


def move_undelivered(company: Company) -> None:
    EmailServerProfile.objects.update(move_undelivered=True)


def test_what_is_undeliverable_is_moved_and_the_rest_stays(company: Company) -> None:
    move_undelivered(company)
    deliver(company, ORDER, b"\xff no message at all")
    assert left(company) == 1
    assert company.orders_inbox.moved == {"Undeliverable": [b"\xff no message at all"]}
    assert Quarantine.objects.count() == 1  # kept here whole, too
    company.read(company.orders)
    assert (left(company), Quarantine.objects.count()) == (1, 1)


@pytest.mark.thorough
@pytest.mark.parametrize("point", TOUCHES)
def test_killed_around_the_move_it_is_done_once(company: Company, point: str) -> None:
    move_undelivered(company)
    company.orders_inbox.deliver(b"\xff no message at all")
    with crash_points.kill_at(point), pytest.raises(Killed):
        company.read(company.orders)
    company.read(company.orders)
    assert (left(company), Quarantine.objects.count()) == (0, 1)
    assert not Touch.objects.exists()


def test_a_profile_that_does_not_say_so_moves_nothing(company: Company) -> None:
    deliver(company, b"\xff no message at all")
    assert (left(company), company.orders_inbox.moved) == (1, {})
