"""What waits for its turn alone is nobody's to act upon: no alert is made of it."""

from uuid import uuid4

import pytest

from passerelle.alerts.models import Alert
from passerelle.engine.services import Lease
from passerelle.faults import Fault
from passerelle.faults.mailboxes import CredentialsWait
from passerelle.faults.profiles import SignInsPaced
from passerelle.faults.protocols import HostNotFound
from passerelle.sync.incoming import cycle as incoming
from passerelle.sync.outgoing import cycle as outgoing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("cycle", [incoming, outgoing])
@pytest.mark.parametrize(
    ("fault", "alerts"),
    [
        pytest.param(SignInsPaced(host="h"), 0, id="a-server-signed-in-to-often-enough"),
        pytest.param(CredentialsWait(host="h", owner="o", next_try="n"), 0, id="refused-before"),
        pytest.param(HostNotFound(host="h"), 1, id="a-fault-like-any-other"),
    ],
)
def test_alerts(cycle: object, fault: Fault, alerts: int) -> None:
    key = uuid4()
    failed = getattr(cycle, "failed")  # noqa: B009 - the two modules have no common type
    failed(Lease(key, "incoming", key, 1, key, 0, 0.0), fault)
    assert Alert.objects.count() == alerts
