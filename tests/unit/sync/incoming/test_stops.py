"""A cycle that a person stops, and a touch that the server refuses, hold up nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter, MemoryFolder

from passerelle.alerts.models import Alert
from passerelle.crm.models import Email
from passerelle.faults import Fault
from passerelle.faults.mail.protocols import CommandRefused, ConnectionLost
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import SystemSettings
from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.sync.incoming import cycle, recording
from passerelle.sync.incoming.deciding import Judged, judge
from passerelle.sync.models import Touch
from passerelle.sync.understanding import batches

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_switched_to_the_router_reading_ends_after_the_batch_in_hand(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH_MESSAGES", 2)
    for number in range(6):
        company.inbox.deliver(bytes(Letter(number)))

    def switched(*arguments: object) -> list[Judged]:
        mailboxes.switch_processing(ProcessEmailUsing.EMAIL_ROUTER, "test")
        return judge(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(recording, "judge", switched)
    company.read()
    assert Email.objects.count() == 2
    monkeypatch.undo()
    mailboxes.switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, "test")
    company.read()
    assert Email.objects.count() == 6


@dataclass
class Unmarkable(MemoryFolder):
    """A folder that may be read and not written."""

    fault: Fault | None = None

    def mark(self, uid_validity: int, uids: Sequence[int], keyword: str) -> None:
        if self.fault:
            raise self.fault
        super().mark(uid_validity, uids, keyword)


@pytest.fixture
def unmarkable(company: Company) -> Unmarkable:
    SystemSettings.objects.update(mark_tracked=True)
    folder = Unmarkable(fault=CommandRefused(host="h", step="UID STORE", answer="read-only"))
    company.world.folders["anna"] = folder
    return folder


def test_a_refused_mark_is_told_and_mail_is_read_all_the_same(
    company: Company, unmarkable: Unmarkable
) -> None:
    for number in range(3):
        unmarkable.deliver(bytes(Letter(number)))
        company.read()
    assert Email.objects.count() == 3
    alert = Alert.objects.get(closed_on=None)
    assert (alert.code, alert.activity) == (CommandRefused.code, cycle.TOUCHES)
    assert Touch.objects.count() == 3
    unmarkable.fault = None
    company.read()
    assert not Touch.objects.exists()
    assert unmarkable.keywords() == [{"$Tracked"}] * 3
    assert not Alert.objects.filter(closed_on=None).exists()


def test_a_connection_lost_while_marking_ends_the_cycle(
    company: Company, unmarkable: Unmarkable
) -> None:
    unmarkable.deliver(bytes(Letter(1)))
    unmarkable.fault = ConnectionLost(host="h", step="UID STORE")
    company.read()
    assert Alert.objects.get(closed_on=None).activity == cycle.KIND
