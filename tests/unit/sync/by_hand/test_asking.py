"""Asking that an ignored message be tracked: once, audited, and refused with the reason."""

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import AuditEntry, Email, SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.people import FilteringMethod
from passerelle.engine.models import Work
from passerelle.faults import Fault
from passerelle.faults.mail.tracking import MessageGone, NothingToTake, PlaceNotRead
from passerelle.faults.mailboxes import NotEnabled
from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models import Place, TakeRequest
from passerelle.sync.services import ask_to_take
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def ignored(company: Company) -> Place:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    company.inbox.deliver(bytes(Letter(1)))
    company.read()
    return Place.objects.get()


def audited() -> list[str]:
    entries = AuditEntry.objects.filter(action=AuditAction.TAKE_ASKED)
    return list(entries.order_by("done_on").values_list("username", flat=True))


def test_two_presses_are_one_wish_and_one_record(company: Company, ignored: Place) -> None:
    first = ask_to_take(ignored, "anna")
    second = ask_to_take(ignored, "bob")
    assert (second.asked_on, second.username) == (first.asked_on, "anna")
    assert audited() == ["anna"]
    company.read()
    assert Email.objects.count() == 1
    with pytest.raises(NothingToTake):
        ask_to_take(ignored, "bob")


def test_the_mailbox_is_woken(company: Company, ignored: Place) -> None:
    due = Work.objects.get(kind="incoming", key=company.anna.pk).due_on
    ask_to_take(ignored, "anna")
    woken = Work.objects.get(kind="incoming", key=company.anna.pk).due_on
    assert due is not None
    assert woken is not None
    assert woken < due


def test_what_failed_may_be_asked_for_again(ignored: Place) -> None:
    ask_to_take(ignored, "anna")
    TakeRequest.objects.update(code=MessageGone.code, tries=3)
    ask_to_take(ignored, "bob")
    request = TakeRequest.objects.get()
    assert (request.code, request.tries, request.username) == ("", 0, "bob")
    assert sorted(audited()) == ["anna", "bob"]


@pytest.mark.parametrize(
    ("place", "mailbox", "fault"),
    [
        pytest.param({"reason": int(Reason.TEST_MESSAGE)}, {}, NothingToTake, id="our-own-test"),
        pytest.param({"reason": int(Reason.UNPACKED)}, {}, NothingToTake, id="a-wrapper"),
        pytest.param({"epoch": 7}, {}, PlaceNotRead, id="of-another-server"),
        pytest.param({"uid_validity": 6}, {}, PlaceNotRead, id="of-the-folder-before"),
        pytest.param({}, {"enabled_for_incoming": False}, NotEnabled, id="nobody-reads-it"),
    ],
)
def test_what_cannot_be_is_said_at_once(
    ignored: Place, place: dict[str, object], mailbox: dict[str, object], fault: type[Fault]
) -> None:
    Place.objects.filter(pk=ignored.pk).update(**place)
    if mailbox:
        Mailbox.objects.filter(pk=ignored.mailbox_id).update(**mailbox)
    with pytest.raises(fault):
        ask_to_take(ignored, "anna")
    assert not TakeRequest.objects.exists()
    assert audited() == []


def test_a_decision_that_is_not_kept_any_more(ignored: Place) -> None:
    Place.objects.all().delete()
    with pytest.raises(NothingToTake):
        ask_to_take(ignored, "anna")
