"""Every `MailFolders` keeps the same promises: in memory, Dovecot, pymap, Cyrus.

The last two have OBJECTID (RFC 8474).
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import Protocol

import pytest
from tests.contract.test_mail_source import after, message, subjects
from tests.contract.worlds import CYRUS_USERS, PASSWORD, new_mailbox
from tests.system.servers.cyrus import Cyrus
from tests.unit.sync.memory import MemoryFolder

from passerelle.faults import Secret
from passerelle.faults.mail.protocols import FolderMissing
from passerelle.protocols.imap import ImapSource, open_imap
from passerelle.protocols.imap.append import append
from passerelle.protocols.imap.syntax.strings import folder_name
from passerelle.protocols.interfaces import Cursor, Endpoint, Login, MailFolders, MailSource

_cyrus_names = iter(CYRUS_USERS)
CLIENT = "Clients/Dubois & fils – été"  # modified UTF-7 has to be right, too


class Folders(MailFolders, MailSource, Protocol):
    """The source of an inbox, whose server has folders."""


class Account(Protocol):
    """What a person does with their folders in a mail program."""

    has_ids: bool

    def make(self, name: str) -> None: ...
    def put(self, name: str, number: int) -> None: ...
    def rename(self, former: str, name: str) -> None: ...
    def remove(self, name: str) -> None: ...
    def open(self) -> Folders: ...


class MemoryAccount:
    has_ids = True

    def __init__(self) -> None:
        self.inbox = MemoryFolder(object_id="inbox")
        self._numbers = count()

    def make(self, name: str) -> None:
        self.inbox.new_folder(name, object_id=f"F{next(self._numbers)}")

    def put(self, name: str, number: int) -> None:
        folder = self.inbox if name == "INBOX" else self.inbox.beside[name]
        folder.deliver(message(number))

    def rename(self, former: str, name: str) -> None:
        self.inbox.rename(former, name)

    def remove(self, name: str) -> None:
        del self.inbox.beside[name]

    def open(self) -> Folders:
        return self.inbox


class ServerAccount:
    """The same over IMAP, by commands that Passerelle itself never gives."""

    def __init__(self, endpoint: Endpoint, name: str, *, has_ids: bool) -> None:
        self._endpoint, self._name = endpoint, name
        self.has_ids = has_ids

    def make(self, name: str) -> None:
        with self.session() as source:
            source.session.succeed("CREATE", b"CREATE ", folder_name(name))

    def put(self, name: str, number: int) -> None:
        with self.session() as source:
            append(source.session, name, message(number))

    def rename(self, former: str, name: str) -> None:
        with self.session() as source:
            names = (folder_name(former), b" ", folder_name(name))
            source.session.succeed("RENAME", b"RENAME ", *names)

    def remove(self, name: str) -> None:
        with self.session() as source:
            source.session.succeed("DELETE", b"DELETE ", folder_name(name))

    def open(self) -> Folders:
        return open_imap(self._endpoint, Login(self._name, Secret(PASSWORD)))

    @contextmanager
    def session(self) -> Iterator[ImapSource]:
        source = open_imap(self._endpoint, Login(self._name, Secret(PASSWORD)))
        with closing(source):
            yield source


@pytest.fixture(params=["memory", "dovecot", "pymap", "cyrus"])
def account(request: pytest.FixtureRequest) -> Account:
    if request.param == "memory":
        return MemoryAccount()
    if request.param == "cyrus":
        made: ServerAccount = request.getfixturevalue("cyrus_account")
        return made
    server = request.getfixturevalue(f"{request.param}_server")
    name = new_mailbox(server, "imap").name
    return ServerAccount(server.endpoint(), name, has_ids=request.param == "pymap")


@pytest.fixture
def cyrus_account(cyrus_server: Cyrus) -> ServerAccount:
    """An account that no other test has."""
    return ServerAccount(cyrus_server.endpoint(), next(_cyrus_names), has_ids=True)


@contextmanager
def opened(account: Account) -> Iterator[Folders]:
    with closing(account.open()) as source:
        yield source


@pytest.fixture
def client(account: Account) -> str:
    """The name of a folder that the account has."""
    with opened(account) as source:
        name = CLIENT.replace("/", source.folders()[0].delimiter)
    account.make(name)
    return name


def test_every_folder_is_listed_by_its_name(account: Account, client: str) -> None:
    with opened(account) as source:
        names = {one.name: one for one in source.folders()}
    assert names["INBOX"].is_open
    assert names[client].is_open


def test_the_state_tells_whether_anything_is_new(account: Account, client: str) -> None:
    with opened(account) as source:
        before = source.state(client)
        account.put(client, 1)
        now = source.state(client)
    assert before is not None
    assert now is not None
    assert (now.name, now.uid_validity) == (client, before.uid_validity)
    assert now.uid_next == before.uid_next + 1


def test_a_folder_that_lacks_has_no_state(account: Account) -> None:
    with opened(account) as source:
        assert source.state("Nowhere") is None
        with pytest.raises(FolderMissing):
            source.within("Nowhere").list_new(Cursor(), None)


def test_a_folder_is_read_from_its_own_cursor(account: Account, client: str) -> None:
    account.put("INBOX", 1)
    account.put(client, 2)
    with opened(account) as source:
        within = source.within(client)
        listing = within.list_new(Cursor(), None)
        assert (listing.folder, subjects(within, listing)) == (client, [2])
        cursor = after(listing, Cursor())
        account.put(client, 3)
        assert subjects(within, within.list_new(cursor, None)) == [3]


def test_sources_of_one_connection_take_turns(account: Account, client: str) -> None:
    for number in (1, 2):
        account.put("INBOX", number)
    account.put(client, 3)
    with opened(account) as source:
        inbox = source.list_new(Cursor(), None)
        within = source.within(client)
        listing = within.list_new(Cursor(), None)
        assert subjects(source, inbox) == [1, 2]  # though the other folder was opened since
        assert subjects(within, listing) == [3]
        within.close()
        assert subjects(source, inbox) == [1, 2]


def test_a_mark_stays_within_its_folder(account: Account, client: str) -> None:
    for name in ("INBOX", client):
        account.put(name, 1)
    with opened(account) as source:
        state = source.state(client)
        assert state is not None
        source.list_new(Cursor(), None)
        within = source.within(client)
        within.mark(state.uid_validity, [1], "$Tracked")
        within.remove(state.uid_validity, within.list_new(Cursor(), None).items)
        assert within.list_new(Cursor(), None).items == ()
        assert len(source.list_new(Cursor(), None).items) == 1


def test_a_renamed_folder_keeps_what_it_is_known_by(account: Account, client: str) -> None:
    account.put(client, 1)
    with opened(account) as source:
        before = source.state(client)
    account.rename(client, "Renamed")
    with opened(account) as source:
        assert source.state(client) is None
        now = source.state("Renamed")
    assert before is not None
    assert now is not None
    assert (now.uid_validity, now.object_id) == (before.uid_validity, before.object_id)
    assert now.uid_next >= before.uid_next
    assert bool(now.object_id) is account.has_ids


def test_the_folder_for_sent_mail_is_known(account: Account) -> None:
    account.make("Sent")
    with opened(account) as source:
        assert source.sent() == "Sent"


def test_a_folder_that_is_made_anew_is_another(account: Account, client: str) -> None:
    with opened(account) as source:
        before = source.state(client)
    account.remove(client)
    account.make(client)
    with opened(account) as source:
        now = source.state(client)
    assert before is not None
    assert now is not None
    assert (now.uid_validity, now.object_id) != (before.uid_validity, before.object_id)


def test_a_special_use_is_told(cyrus_account: ServerAccount) -> None:
    """Cyrus lets people say it themselves (RFC 6154, 3); Dovecot's is in its configuration."""
    with cyrus_account.session() as source:
        use = (folder_name("Parties"), b" (USE (\\Sent))")
        source.session.succeed("CREATE", b"CREATE ", *use)
        uses = {one.name: one.uses for one in source.folders()}
    assert "\\sent" in uses["Parties"]
    assert "\\sent" not in uses["INBOX"]


def test_cyrus_tells_the_same_identifier_each_time(cyrus_account: ServerAccount) -> None:
    """Two folders of one second, which share a UIDVALIDITY, are told apart by nothing else."""
    for name in ("One", "Other"):
        cyrus_account.make(name)
    with opened(cyrus_account) as source:
        told = [[source.state(name) for name in ("One", "Other")] for _ in range(5)]
    ids = [[state.object_id for state in states if state is not None] for states in told]
    assert ids == [ids[0]] * 5
    assert all(ids[0])
    assert len(set(ids[0])) == 2
