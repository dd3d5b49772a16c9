"""Moves on a real Dovecot that offers no MOVE: cut at each command, and without UIDPLUS not at all.

Microsoft Exchange has UIDPLUS and no MOVE.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from tests.system.anna import PASSWORD, mailbox_of_anna
from tests.system.servers.cutting import way_to
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.unit.sync.memory import Letter

from passerelle.alerts.models import Alert
from passerelle.crm.models import Email
from passerelle.crm.models.people import FilteringMethod, SystemUser
from passerelle.engine.services import ask, run_due
from passerelle.faults import Secret
from passerelle.faults.mail.protocols import RemovalImpossible
from passerelle.mailboxes.models import Mailbox
from passerelle.protocols.imap import ImapSource, open_imap
from passerelle.protocols.imap.store import DELETED
from passerelle.protocols.interfaces import Cursor, Login, Moves
from passerelle.sync.incoming import cycle
from passerelle.sync.models import Quarantine, Touch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

TRACKED, UNDELIVERABLE = "Suivis – été", "Undeliverable"
BROKEN = b"\xff no message at all\r\n"
NO_MOVE = "\nimap_capability = IMAP4rev1 LITERAL+ UIDPLUS\n"
NO_UIDPLUS = "\nimap_capability = IMAP4rev1 LITERAL+\n"
COMMANDS = ("STATUS", "CREATE", "SELECT", "UID COPY", "UID STORE", "UID EXPUNGE")


def account(server: Dovecot) -> ImapSource:
    return open_imap(server.endpoint(), Login("anna", Secret(PASSWORD)))


def filling(server: Dovecot, port: int) -> Mailbox:
    """Three letters to be tracked, and two alike that are no messages."""
    for number in (1, 2, 3):
        server.deliver("anna", bytes(Letter(number)))
    for _ in range(2):
        server.deliver("anna", BROKEN)
    profile = {"tracked_folder": TRACKED, "move_undelivered": True}
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return mailbox_of_anna(port, FilteringMethod.ALL, profile=profile, enabled_on=start)


def read(anna: Mailbox) -> None:
    ask("incoming", anna.pk)
    run_due()


def lying(source: ImapSource, folder: str) -> list[bytes]:
    if source.state(folder) is None:
        return []
    within = source.within(folder)
    return [raw.data for raw in within.read(within.list_new(Cursor(), None).items)]


def assert_moved(server: Dovecot) -> None:
    with closing(account(server)) as source:
        assert lying(source, "INBOX") == []
        assert sorted(lying(source, TRACKED)) == [bytes(Letter(number)) for number in (1, 2, 3)]
        assert lying(source, UNDELIVERABLE) == [BROKEN] * 2
    assert (Email.objects.count(), Quarantine.objects.count()) == (3, 2)
    assert not Touch.objects.exists()
    assert not Alert.objects.filter(closed_on=None, activity=cycle.TOUCHES).exists()


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot({"anna": PASSWORD}, extra=NO_MOVE) as server:
        yield server


@pytest.mark.parametrize("is_heard", [False, True], ids=["before", "answer lost"])
@pytest.mark.parametrize("command", COMMANDS)
def test_cut_at_a_command_it_is_moved_once(
    server: Dovecot, command: str, *, is_heard: bool
) -> None:
    with way_to(server.ports["imap"]) as way:
        anna = filling(server, way.port)
        way.cut_at, way.is_heard = command, is_heard
        read(anna)
        assert way.was_cut
        read(anna)
        assert_moved(server)
        read(anna)
        assert_moved(server)


def test_what_others_marked_stays(server: Dovecot) -> None:
    anna = filling(server, server.ports["imap"])
    server.deliver("anna", b"Subject: of another program\r\n\r\nText\r\n")
    with closing(account(server)) as source:
        listing = source.list_new(Cursor(), None)
        marked = [raw.listed.uid for raw in source.read(listing.items) if b"another" in raw.data]
        source.mark(listing.uid_validity, marked, DELETED)
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    read(anna)
    with closing(account(server)) as source:
        assert len(source.list_new(Cursor(), None).items) == 4
        assert lying(source, UNDELIVERABLE) == [BROKEN] * 2


def test_without_uidplus_nothing_is_moved() -> None:
    with dovecot({"anna": PASSWORD}, extra=NO_UIDPLUS) as server:
        anna = filling(server, server.ports["imap"])
        read(anna)
        read(anna)
        with closing(account(server)) as source:
            assert source.moves is Moves.NEVER
            assert len(source.list_new(Cursor(), None).items) == 5
            assert [one.name for one in source.folders()] == ["INBOX"]
    alert = Alert.objects.get(closed_on=None, activity=cycle.TOUCHES)
    assert (alert.code, alert.facts["lacks"]) == (RemovalImpossible.code, "MOVE, UIDPLUS")
    assert Email.objects.count() == 3
