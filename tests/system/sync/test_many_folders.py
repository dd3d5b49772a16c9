"""An account of 300 folders on a real Dovecot, as many watched as may be: what a look costs."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.system.anna import PASSWORD, mailbox_of_anna
from tests.system.servers import maildirs
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.system.servers.processes import hand_over
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Email
from passerelle.crm.models.people import FilteringMethod
from passerelle.engine.services import ask, run_due
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.tracking import FOLDERS_MOST
from passerelle.mailboxes.services import save_tracking_rules
from passerelle.sync.models import TrackingFolder
from passerelle.sync.services import Wish, look_of, read_folder, request_folders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

FOLDERS, WATCHED = 300, FOLDERS_MOST
# Dovecot writes down what each client says, for a user who has such a folder.
NOTING = "\nrawlog_dir = HOME/said/%u\n"


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot({"anna": PASSWORD}, extra=NOTING) as server:
        for path in (server.home / "said", server.home / "said" / "anna"):
            path.mkdir()
            hand_over(path, server.owner)
        for number in range(FOLDERS):
            maildirs.make_maildir(server.maildir("anna") / f".F{number:03}", server.owner)
        yield server


@pytest.fixture
def anna(server: Dovecot) -> Mailbox:
    mailbox = mailbox_of_anna(server.ports["imap"], FilteringMethod.ALL, enabled_on=timezone.now())
    run_due()
    return Mailbox.objects.get(pk=mailbox.pk)


class Said:
    """The commands that the server heard since it was asked last."""

    def __init__(self, server: Dovecot) -> None:
        self._folder = server.home / "said" / "anna"
        self._known: set[Path] = set()
        self.since()

    def since(self) -> Counter[str]:
        fresh = set(self._folder.glob("*.in")) - self._known
        self._known |= fresh
        lines = [line for path in fresh for line in path.read_text().splitlines()]
        return Counter(_command(line) for line in lines)


def _command(line: str) -> str:
    """Its name: a line begins with a time and the tag of the command."""
    _time, _tag, command, *words = [*line.split(), "", ""]
    return f"{command} {words[0]}" if command == "UID" else command


def read(anna: Mailbox) -> int:
    """One cycle; how many queries it made."""
    with CaptureQueriesContext(connection) as queries:
        ask("incoming", anna.pk)
        run_due()
    return len(queries)


def file(server: Dovecot, folder: str, number: int) -> None:
    directory = server.maildir("anna") / f".{folder}"
    maildirs.deliver(directory, bytes(Letter(number)), server.owner)


def test_what_a_look_costs(server: Dovecot, anna: Mailbox) -> None:
    said = Said(server)
    request_folders(anna, "anna")
    run_due()
    look = look_of(anna)
    assert look is not None
    assert (len(look.folders), said.since()["LIST"]) == (FOLDERS, 1)

    save_tracking_rules({"folders_most": WATCHED}, "anna")
    read_folder(anna, Wish("F000"), "anna")
    read(anna)
    said.since()
    one, heard = read(anna), said.since()
    assert heard["STATUS"] == 1
    for number in range(1, WATCHED):
        read_folder(anna, Wish(f"F{number:03}"), "anna")
    read(anna)
    said.since()

    # Nothing changed: a command a folder, and not a query more than with one of them.
    queries, all_heard = read(anna), said.since()
    assert queries == one
    assert all_heard - heard == Counter(STATUS=WATCHED - 1)

    # Mail in one of them: that one is opened, and no other.
    file(server, "F007", 1)
    read(anna)
    opened = said.since() - all_heard
    assert Email.objects.get().message_id == Letter(1).id
    assert (opened["EXAMINE"], opened["LIST"], opened["STATUS"]) == (1, 0, 0)

    # One is renamed: the others are asked once who of them it is, and then no more.
    (server.maildir("anna") / ".F003").rename(server.maildir("anna") / ".Archive")
    read(anna)
    sought = said.since() - all_heard
    assert (sought["LIST"], sought["STATUS"]) == (1, FOLDERS - WATCHED + 1)
    assert TrackingFolder.objects.filter(folder="Archive").exists()
    assert (read(anna), said.since()) == (one, all_heard)
