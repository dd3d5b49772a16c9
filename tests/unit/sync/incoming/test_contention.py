"""Two workers and one message; a worker that stood still; a record that vanished meanwhile."""

import pytest
from django.db import OperationalError
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Contact, Email
from passerelle.engine.models import Work
from passerelle.engine.services import run_due
from passerelle.sync.incoming import recording
from passerelle.sync.incoming.deciding import Judged, judge
from passerelle.sync.models import Place, Quarantine
from passerelle.tracking import Reason

pytestmark = [pytest.mark.database, pytest.mark.thorough]


@pytest.mark.django_db
def test_the_same_message_recorded_by_another_worker_meanwhile(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the answers and the transaction the queue's mailbox records it."""
    letter = Letter(to="anna@example.com, orders@example.com")
    company.inbox.deliver(bytes(Letter(7)))
    company.inbox.deliver(bytes(letter))
    company.orders_inbox.deliver(bytes(letter))
    first = True

    def slow(*arguments: object) -> list[Judged]:
        nonlocal first
        judged = judge(*arguments)  # type: ignore[arg-type]
        if first:
            first = False
            company.read(company.orders)
        return judged

    monkeypatch.setattr(recording, "judge", slow)
    company.read()
    assert Email.objects.count() == 2
    place = Place.objects.get(mailbox=company.anna, message_id=letter.id)
    recorded = Email.objects.get(message_id=letter.id)
    assert (place.reason, place.email) == (Reason.DUPLICATE, recorded)


@pytest.mark.django_db
def test_a_store_that_is_away_while_it_is_asked_costs_no_message(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.inbox.deliver(bytes(Letter(1)))
    broken = [OperationalError("the connection is closed")] * 2

    def away(*arguments: object) -> list[Judged]:
        if broken:
            raise broken.pop()
        return judge(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(recording, "judge", away)
    for _ in range(3):
        company.read()
    assert Email.objects.count() == 1
    assert not Quarantine.objects.exists()


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.inbox.deliver(bytes(Letter(1)))

    def slow(*arguments: object) -> list[Judged]:
        Work.objects.filter(kind="incoming", key=company.anna.pk).update(epoch=99)
        return judge(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(recording, "judge", slow)
    company.read()
    assert not Email.objects.exists()
    assert not Place.objects.exists()
    monkeypatch.undo()
    Work.objects.update(worker=None)
    company.read()
    assert Email.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_record_that_vanishes_while_it_is_decided_about_costs_no_message(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its foreign key is looked at when the transaction commits."""
    company.inbox.deliver(bytes(Letter(1)))
    company.inbox.deliver(bytes(Letter(2)))

    def late(*arguments: object) -> list[Judged]:
        judged = judge(*arguments)  # type: ignore[arg-type]
        Contact.objects.all().delete()
        return judged

    monkeypatch.setattr(recording, "judge", late)
    company.read()
    assert Email.objects.count() == 2
    assert not Quarantine.objects.exists()
    assert run_due() == 0
