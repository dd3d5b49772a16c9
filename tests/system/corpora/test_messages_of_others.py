"""Messages that others collected, made ones, and those of senders who mean harm, through a Dovecot.

None is stuck, none is lost.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.nasty_letters import nasty_letters
from tests.system.anna import PASSWORD, mailbox_of_anna
from tests.system.corpora.collected import collected
from tests.system.corpora.comparing import differences
from tests.system.corpora.made import messages
from tests.system.servers.dovecot import Dovecot, dovecot

from passerelle.alerts.models import Alert
from passerelle.crm.models import RawMessage
from passerelle.crm.models.people import FilteringMethod
from passerelle.crm.services import raw_bytes
from passerelle.engine.services import ask, run_due
from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models import Place
from passerelle.sync.models.incoming import Outcome
from passerelle.tracking import Reason

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("corpora")]

MADE = 100
NOT_KEPT = {Reason.DUPLICATE, Reason.INVALID_SENDER}


@pytest.fixture
def anna(inbox: Dovecot) -> Mailbox:
    """A mailbox that takes all mail."""
    return mailbox_of_anna(inbox.ports["imap"], FilteringMethod.ALL)


@pytest.fixture
def inbox() -> Iterator[Dovecot]:
    with dovecot({"anna": PASSWORD}) as server:
        yield server


def made() -> list[bytes]:
    """Messages of the generator, the same at every run."""
    found: dict[bytes, None] = {}

    @settings(max_examples=MADE, derandomize=True, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(messages())
    def keep(message: bytes) -> None:
        found[message] = None

    keep()
    return list(found)


@pytest.mark.django_db(transaction=True)
def test_each_is_recorded_or_kept_with_an_alert_or_ignored_for_a_reason(
    inbox: Dovecot, anna: Mailbox
) -> None:
    sent = {name: raw.replace(b"\r\n", b"\n") for name, raw in collected().items()}
    sent |= {f"made/{number}": raw for number, raw in enumerate(made())}
    sent |= {f"nasty/{name}": raw.replace(b"\r\n", b"\n") for name, raw in nasty_letters().items()}
    for raw in sent.values():
        inbox.deliver("anna", raw)
    ask("incoming", anna.pk)
    run_due()

    places = dict(enumerate(Place.objects.order_by("uid").select_related("email"), 1))
    assert len(places) == len(sent), "each was decided"
    outcomes = {name: places[number] for number, name in enumerate(sent, 1)}
    for name, place in outcomes.items():
        assert place.outcome != Outcome.IGNORED or place.reason in NOT_KEPT, (name, place.reason)
    kept = {hashlib.sha256(raw_bytes(raw)).hexdigest() for raw in RawMessage.objects.iterator()}
    for name, place in outcomes.items():
        wire = re.sub(rb"\r?\n", b"\r\n", sent[name]).replace(b"\0", b"\x80")  # as Dovecot does
        if place.outcome != Outcome.IGNORED:
            assert hashlib.sha256(wire).hexdigest() in kept, name
    set_aside = {name for name, place in outcomes.items() if place.outcome == Outcome.QUARANTINED}
    assert Alert.objects.filter(activity="quarantine", closed_on=None).exists() is bool(set_aside)

    ask("incoming", anna.pk)
    run_due()
    assert Place.objects.count() == len(sent), "nothing is read again"
    assert not Alert.objects.exclude(activity="quarantine").exists()


JUDGED = tomllib.loads((Path(__file__).parent / "judged.toml").read_text(encoding="utf-8"))


def test_where_the_standard_library_reads_otherwise_was_judged() -> None:
    """Each message and field in which the two differ, with who is right and why."""
    there = collected()
    found = {name: fields for name, raw in there.items() if (fields := differences(raw))}
    known = {name: set(fields) for name, fields in JUDGED.items() if name in there}
    assert found == known
