"""The servers of the contract tests, one of each a worker, started when first asked for."""

from collections.abc import Iterator
from itertools import count

import pytest
from tests.contract.memory import MemoryBox
from tests.contract.worlds import (
    CYRUS_USERS,
    PASSWORD,
    AiosmtpdOutgoing,
    CycleOutgoing,
    FolderMailbox,
    Mailbox,
    MemoryMailbox,
    MemoryOutgoing,
    Outgoing,
    PostfixOutgoing,
    new_mailbox,
)
from tests.system.servers.cyrus import Cyrus, cyrus
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.system.servers.postfix import Postfix, postfix
from tests.system.servers.pymap_server import Pymap, pymap
from tests.system.servers.smtp_server import smtp_server
from tests.unit.sync.memory import MemoryFolder, MemorySmtp

USERS = 30
_numbers = count()


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    with dovecot({}) as server:
        yield server


@pytest.fixture(scope="session")
def pymap_server() -> Iterator[Pymap]:
    with pymap({"first": "x"}) as server:
        yield server


@pytest.fixture(scope="session")
def cyrus_server() -> Iterator[Cyrus]:
    with cyrus(dict.fromkeys(CYRUS_USERS, PASSWORD)) as server:
        yield server


@pytest.fixture(scope="session")
def postfix_server() -> Iterator[Postfix]:
    with postfix([f"user{number}" for number in range(USERS)]) as server:
        yield server


@pytest.fixture(params=["memory", "folder", "maildrop", "dovecot-imap", "dovecot-pop3", "pymap"])
def mailbox(request: pytest.FixtureRequest) -> Mailbox:
    """An empty mailbox on each kind of server."""
    match request.param:
        case "memory":
            return MemoryMailbox(MemoryBox())
        case "folder" | "maildrop":
            return FolderMailbox(MemoryFolder(pop3=request.param == "maildrop"))
        case "pymap":
            return new_mailbox(request.getfixturevalue("pymap_server"), "imap")
        case kind:
            server = request.getfixturevalue("dovecot_server")
            return new_mailbox(server, kind.removeprefix("dovecot-"))


@pytest.fixture(params=["memory", "cycles", "aiosmtpd", "postfix"])
def outgoing(request: pytest.FixtureRequest) -> Iterator[Outgoing]:
    """An outgoing server of each kind."""
    match request.param:
        case "memory":
            yield MemoryOutgoing(MemoryBox())
        case "cycles":
            yield CycleOutgoing(MemorySmtp())
        case "aiosmtpd":
            with smtp_server() as server:
                yield AiosmtpdOutgoing(server)
        case _:
            user = f"user{next(_numbers)}"
            yield PostfixOutgoing(request.getfixturevalue("postfix_server"), user)
