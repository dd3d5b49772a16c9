"""One bad message never stops the others; a person decides about it later."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle import messages
from passerelle.alerts.models import Alert
from passerelle.crm.models import Email
from passerelle.crm.services import raw_bytes
from passerelle.faults.mail.cycles import (
    MessageBreaksReader,
    MessageRefusedByStore,
    MessagesInQuarantine,
    MessageTooLarge,
    QuarantineSettled,
)
from passerelle.faults.mail.messages import MessageNotUnderstood
from passerelle.sync.models import Place, Quarantine
from passerelle.sync.models.incoming import QuarantineState
from passerelle.sync.services import decision_of, take_anyway, try_again
from passerelle.sync.understanding import content
from passerelle.sync.understanding import received as understanding
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def broken_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader with an error of its own for one kind of message."""
    healthy = messages.parse

    def parse(raw: bytes, **options: Any) -> object:
        if b"poison" in raw:
            raise RecursionError
        return healthy(raw, **options)

    for module in (understanding, content):
        monkeypatch.setattr(module, "parse", parse)


def test_no_message_at_all_goes_to_quarantine_and_the_others_go_on(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    company.inbox.deliver(b"\x00\xff")
    company.inbox.deliver(bytes(Letter(2)))
    company.read()
    kept = Quarantine.objects.get()
    assert (kept.code, Email.objects.count()) == (MessageNotUnderstood.code, 2)
    assert kept.raw is not None
    assert raw_bytes(kept.raw) == b"\x00\xff"
    assert Alert.objects.get(closed_on=None).code == MessagesInQuarantine.code
    assert "no header field" in decision_of(Place.objects.get(pk=kept.pk))


@pytest.mark.usefixtures("broken_reader")
def test_a_broken_reader_loses_nothing(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.inbox.deliver(bytes(Letter(1, text="poison")))
    company.inbox.deliver(bytes(Letter(2)))
    company.read()
    kept = Quarantine.objects.get()
    assert (kept.code, Email.objects.count()) == (MessageBreaksReader.code, 1)
    monkeypatch.undo()  # an update
    assert try_again(kept, "admin").state == QuarantineState.AGAIN
    assert Email.objects.count() == 2
    assert not Alert.objects.filter(closed_on=None).exists()


@pytest.mark.usefixtures("broken_reader")
def test_taken_anyway_it_has_its_headers_and_its_bytes(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1, subject="Hello", text="poison")))
    company.read()
    taken = take_anyway(Quarantine.objects.get(), "admin")
    email = Email.objects.get()
    assert (taken.state, taken.decided_by) == (QuarantineState.TAKEN, "admin")
    assert (email.subject, email.description) == ("Hello", "")
    assert email.raw is not None
    assert raw_bytes(email.raw) == bytes(Letter(1, subject="Hello", text="poison"))
    assert Place.objects.get().reason == Reason.TAKEN_BY_HAND


def test_what_cannot_be_read_at_all_can_still_be_taken(company: Company) -> None:
    company.inbox.deliver(b"")
    company.read()
    take_anyway(Quarantine.objects.get(), "admin")
    assert Email.objects.get().owner == company.anna.systemuser


def test_tried_again_in_vain_it_waits_on(company: Company) -> None:
    company.inbox.deliver(b"\xff")
    company.read()
    again = try_again(Quarantine.objects.get(), "admin")
    assert (again.state, again.tries) == (QuarantineState.WAITING, 2)


def test_it_is_decided_once(company: Company) -> None:
    company.inbox.deliver(b"\xff")
    company.read()
    kept = Quarantine.objects.get()
    take_anyway(kept, "admin")
    with pytest.raises(QuarantineSettled):
        take_anyway(kept, "somebody else")
    assert Email.objects.count() == 1


def test_a_message_that_is_too_large_is_taken_by_its_headers(company: Company) -> None:
    company.inbox.largest = 2_000
    company.inbox.deliver(bytes(Letter(1, text="x" * 3_000)))
    company.inbox.deliver(bytes(Letter(2)))
    company.read()
    kept = Quarantine.objects.get()
    assert (kept.code, company.reading().last_uid) == (MessageTooLarge.code, 2)
    take_anyway(kept, "admin")
    assert {email.subject for email in Email.objects.all()} == {"An order"}


def test_a_row_that_the_database_refuses_is_found_and_set_aside(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no cleaning foresaw: here a character that neither driver can write."""
    healthy = messages.parse

    def parse(raw: bytes, **options: Any) -> object:
        message = healthy(raw, **options)
        if message.subject == "bad":
            object.__setattr__(message, "subject", "\udc80")
        return message

    for module in (understanding, content):
        monkeypatch.setattr(module, "parse", parse)
    for number in range(7):
        company.inbox.deliver(bytes(Letter(number, subject="bad" if number == 4 else "good")))
    company.read()
    kept = Quarantine.objects.select_related("place").get()
    assert (kept.code, kept.place.uid) == (MessageRefusedByStore.code, 5)
    assert Email.objects.count() == 6
    assert company.reading().last_uid == 7


def test_times_out_of_the_ordinary_are_recorded(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(1, date=datetime(1, 1, 2, tzinfo=UTC))))
    company.inbox.deliver(bytes(Letter(2, date=datetime(9999, 12, 30, tzinfo=UTC))))
    company.read()
    assert Email.objects.count() == 2, connection.vendor
