"""What every `SentFolder` does: one copy, found again, in the folder that the server means."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from tests.contract.worlds import PASSWORD, new_mailbox
from tests.system.servers import maildirs
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.system.servers.pymap_server import Pymap
from tests.unit.sync.memory import MemorySent

from passerelle.faults import Secret
from passerelle.protocols.imap import open_imap, open_imap_sent
from passerelle.protocols.interfaces import Cursor, Login, SentFolder

ID = "<one@example.com>"
MESSAGE = (
    b"From: anna@example.com\r\nMessage-ID: " + ID.encode() + b"\r\nSubject: x\r\n\r\nText\r\n"
)
MARKED = """
namespace inbox {
  inbox = yes
  mailbox "Éléments envoyés" {
    auto = create
    special_use = \\Sent
  }
  mailbox Sent {
    auto = create
  }
}
"""
Opened = Callable[[], SentFolder]


def nothing() -> None:
    """No fence."""


def of(server: Dovecot | Pymap) -> tuple[str, Opened]:
    name = new_mailbox(server, "imap").name
    login = Login(name, Secret(PASSWORD))
    return name, lambda: open_imap_sent(server.endpoint(), login)


@pytest.fixture(scope="module")
def marked_server() -> Iterator[Dovecot]:
    """A Dovecot that marks another folder than the one with the usual name."""
    with dovecot({}, extra=MARKED) as server:
        yield server


@pytest.fixture(params=["memory", "dovecot_server", "pymap_server"])
def open_sent(request: pytest.FixtureRequest) -> Opened:
    if request.param == "memory":
        folder = MemorySent()
        return lambda: folder
    return of(request.getfixturevalue(request.param))[1]


def test_a_copy_is_put_there_once(open_sent: Opened) -> None:
    with closing(open_sent()) as sent:
        first = sent.file(ID, MESSAGE, before_append=nothing)
    with closing(open_sent()) as sent:
        second = sent.file(ID, MESSAGE, before_append=nothing)
        other = sent.file("<two@x>", MESSAGE.replace(b"one", b"two"), before_append=nothing)
    assert (first.folder, first.was_there) == ("Sent", False)
    assert (second.folder, second.was_there) == ("Sent", True)
    assert (second.uid_validity, second.uid) == (first.uid_validity, first.uid)
    assert other.was_there is False


def test_who_may_not_any_more_puts_nothing_there(open_sent: Opened) -> None:
    def refuse() -> None:
        raise KeyError

    with closing(open_sent()) as sent, pytest.raises(KeyError):
        sent.file(ID, MESSAGE, before_append=refuse)
    with closing(open_sent()) as sent:
        assert sent.file(ID, MESSAGE, before_append=nothing).was_there is False


def test_the_servers_own_mark_wins_over_a_name(marked_server: Dovecot) -> None:
    name, opened = of(marked_server)
    with closing(opened()) as sent:
        filed = sent.file(ID, MESSAGE, before_append=nothing)
    assert filed.folder == "Éléments envoyés"
    login = Login(name, Secret(PASSWORD))
    with closing(open_imap(marked_server.endpoint(), login, folder=filed.folder)) as source:
        assert [one.uid for one in source.list_new(Cursor(), None).items] == [filed.uid]


def test_a_localised_name_is_known(dovecot_server: Dovecot) -> None:
    name, opened = of(dovecot_server)
    folder = dovecot_server.maildir(name) / ".Gesendete Elemente"
    maildirs.make_maildir(folder, dovecot_server.owner)
    with closing(opened()) as sent:
        assert sent.file(ID, MESSAGE, before_append=nothing).folder == "Gesendete Elemente"
