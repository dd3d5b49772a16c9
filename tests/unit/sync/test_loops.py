"""No loop of machines that answer each other (RFC 3834): nothing that comes in sends anything."""

from pathlib import Path

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

import passerelle
from passerelle.engine.models import Work
from passerelle.messages import Automatic, parse
from passerelle.monitoring.models import Notice
from passerelle.sync.models import Place, Submission
from passerelle.sync.outgoing.kind import COPIES, KIND

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SOURCE = Path(passerelle.__file__).parent
FIELDS = {
    Automatic.NO: "",
    Automatic.AUTO_REPLIED: "Auto-Submitted: auto-replied\n",
    Automatic.AUTO_GENERATED: "Auto-Submitted: auto-generated\n",
    Automatic.LIST: "List-Id: <news.example.com>\n",
    Automatic.BOUNCE: "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n",
}


@pytest.mark.parametrize("kind", Automatic)
def test_what_comes_in_sends_nothing(kind: Automatic, company: Company) -> None:
    data = bytes(Letter(1, more=FIELDS[kind]))
    assert parse(data).automatic is kind
    company.inbox.deliver(data)
    company.inbox.deliver(b"\xff no message at all")  # nor what cannot be understood
    company.read()
    assert Place.objects.count() == 2
    assert not Submission.objects.exists()
    assert not Notice.objects.exists()
    assert company.world.smtp.delivered == []
    assert not Work.objects.filter(kind__in=[KIND, COPIES], due_on__isnull=False).exists()


def test_nothing_else_of_ours_hands_mail_to_a_server() -> None:
    """A notice and a test say that a machine wrote them; the rest is what people submit."""
    handing = {
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if "before_final_dot=" in file.read_text(encoding="utf-8")
    }
    assert handing == {
        "mailboxes/relay/sending.py",
        "mailboxes/testing/outgoing.py",
        "sync/outgoing/handing.py",
    }
