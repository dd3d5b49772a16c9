"""What waits for its turn alone is nobody's to act upon: no alert is made of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MemorySent
from tests.unit.sync.outgoing.test_sending import draft

from passerelle.alerts.models import Alert
from passerelle.engine.models import Host, Work
from passerelle.engine.services import Lease, ask, database_now, run_due
from passerelle.faults import Fault
from passerelle.faults.mail.protocols import HostNotFound, LoginRefused
from passerelle.faults.mailboxes import CredentialsWait
from passerelle.faults.store import LeaseLost
from passerelle.mailboxes.models import EmailServerProfile, SystemSettings
from passerelle.mailboxes.models.choices import SentCopies
from passerelle.sync.incoming import cycle as incoming
from passerelle.sync.outgoing import cycle as outgoing
from passerelle.sync.outgoing.kind import COPIES
from passerelle.sync.outgoing.kind import KIND as OUTGOING
from passerelle.sync.services import submit

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize("cycle", [incoming, outgoing])
@pytest.mark.parametrize(
    ("fault", "alerts"),
    [
        pytest.param(CredentialsWait(host="h", owner="o", next_try="n"), 0, id="refused-before"),
        pytest.param(
            LoginRefused(host="h", account="a", answer="no"), 0, id="told-where-it-was-met"
        ),
        pytest.param(HostNotFound(host="h"), 1, id="a-fault-like-any-other"),
    ],
)
def test_alerts(cycle: object, fault: Fault, alerts: int) -> None:
    key = uuid4()
    failed = getattr(cycle, "failed")  # noqa: B009 - the two modules have no common type
    with pytest.raises(LeaseLost):  # the time line is written under a lease alone
        failed(Lease(key, "incoming", key, 1, key, 0, 0.0), fault)
    assert Alert.objects.count() == alerts


@pytest.mark.parametrize("kind", [incoming.KIND, OUTGOING, COPIES])
def test_a_server_that_is_signed_in_to_often_enough_is_waited_for(
    kind: str, company: Company
) -> None:
    """A short rest: no alert, no attempt that counts, and then the work is done."""
    SystemSettings.objects.update(allow_unresolved_recipients=True)
    EmailServerProfile.objects.update(sent_copies=SentCopies.APPEND)
    company.world.sent_folders.setdefault("anna", MemorySent())
    submit(draft(company), "anna", company.anna)
    if kind == COPIES:
        ask(OUTGOING, company.anna.pk)
        run_due(limit=1)
    later = database_now() + timedelta(seconds=30)
    for host in ("imap.example.com", "smtp.example.com"):
        Host.objects.update_or_create(host=host, defaults={"next_on": later})
    Work.objects.update(host="")  # or it would not even be begun
    ask(kind, company.anna.pk)
    run_due(kinds=[kind])
    work = Work.objects.get(kind=kind, key=company.anna.pk)
    assert (work.attempts, work.last_code, Alert.objects.count()) == (0, "", 0)
    assert work.due_on is not None
    assert 20 < (work.due_on - database_now()).total_seconds() <= 30
    Host.objects.update(next_on=database_now())
    ask(kind, company.anna.pk)
    assert run_due(kinds=[kind]) == 1
    assert Alert.objects.count() == 0
