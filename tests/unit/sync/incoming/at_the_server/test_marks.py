"""Marks at the server: tracked mail in a folder of its own, undeliverable mail by a keyword."""

from collections.abc import Sequence

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter, MemoryFolder

from passerelle.crm.models import Email
from passerelle.crm.models.people import FilteringMethod, SystemUser
from passerelle.engine.services import Killed, crash_points
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.services import update_profile
from passerelle.sync.crash_points import TOUCHES
from passerelle.sync.incoming.desk import FIRST_WEEK
from passerelle.sync.models import Place, Touch
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BROKEN = b"\xff no message at all"
ORDER = bytes(Letter(1))


@pytest.fixture
def moving(company: Company) -> Company:
    """Tracked mail goes into a folder."""
    update_profile(company.profile, tracked_folder="Tracked")
    return company


def deliver(company: Company, *messages: bytes) -> None:
    for data in messages:
        company.inbox.deliver(data)
    company.read()


def test_tracked_mail_is_moved_and_the_rest_stays(moving: Company) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.CUSTOMERS)
    deliver(moving, ORDER, bytes(Letter(2, sender="x@stranger.example")), BROKEN)
    assert moving.inbox.moved == {"Tracked": [ORDER]}
    assert (len(moving.inbox.messages), Email.objects.count()) == (2, 1)


def test_it_is_marked_before_it_is_moved(moving: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    SystemSettings.objects.update(mark_tracked=True)
    marked: list[set[str]] = []
    move = MemoryFolder.move

    def look(folder: MemoryFolder, validity: int, uids: Sequence[int], to: str) -> None:
        marked.extend(folder.keywords())
        move(folder, validity, uids, to)

    monkeypatch.setattr(MemoryFolder, "move", look)
    deliver(moving, *(bytes(Letter(number)) for number in range(8)))
    assert marked == [{"$Tracked"}] * 8


def test_what_is_to_be_removed_is_not_moved(moving: Company) -> None:
    orders = Mailbox.objects.filter(pk=moving.orders.pk)
    orders.update(process_and_delete=True, enabled_on=timezone.now() - FIRST_WEEK)
    moving.orders_inbox.deliver(ORDER)
    moving.read(moving.orders)
    assert (moving.orders_inbox.messages, moving.orders_inbox.moved) == ([], {})


def test_a_moved_message_is_not_read_again_as_new(company: Company) -> None:
    company.inbox.new_folder("Lists")
    company.watch("Lists")
    update_profile(company.profile, tracked_folder="Lists")
    deliver(company, ORDER)
    company.inbox.beside["Lists"].deliver(company.inbox.moved["Lists"][0])
    company.read()
    places = Place.objects.order_by("decided_on")
    assert [Reason(place.reason) for place in places] == [Reason.ACCEPT_ALL, Reason.DUPLICATE]
    assert {place.email for place in places} == {Email.objects.get()}


@pytest.mark.thorough
@pytest.mark.parametrize("point", TOUCHES)
def test_killed_around_the_move_it_is_done_once(moving: Company, point: str) -> None:
    moving.inbox.deliver(ORDER)
    with crash_points.kill_at(point), pytest.raises(Killed):
        moving.read()
    moving.read()
    assert moving.inbox.moved == {"Tracked": [ORDER]}
    assert (Email.objects.count(), Touch.objects.count()) == (1, 0)


def test_what_is_undeliverable_is_marked_where_it_stays(company: Company) -> None:
    update_profile(company.profile, mark_undelivered=True)
    deliver(company, ORDER, BROKEN)
    assert company.inbox.keywords() == [set(), {"$Undeliverable"}]


def test_over_pop3_nothing_is_marked_or_moved(moving: Company) -> None:
    EmailServerProfile.objects.update(mark_undelivered=True)
    moving.use_pop3()
    deliver(moving, ORDER, BROKEN)
    assert (len(moving.inbox.messages), Touch.objects.count()) == (2, 0)


@pytest.mark.parametrize("name", ["INBOX", "inbox", "a\r\nb", "x" * 256, "\x7f"])
def test_a_name_that_is_no_folder_is_refused(company: Company, name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        update_profile(company.profile, tracked_folder=name)
    assert set(refused.value.message_dict) == {"tracked_folder"}
