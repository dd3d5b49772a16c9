"""A server that hangs holds its own mailboxes up, and nobody else's."""

import threading

import pytest
from tests.system.hostile.scripted import Peer, scripted
from tests.system.store.conftest import Stage, until

from passerelle.faults.mail.protocols import ConnectionTimedOut

HANGING = 3  # mailboxes; more than the worker has threads


@pytest.mark.only_on("sqlite")  # the database is the test's own
def test_the_healthy_mailbox_is_read_while_a_server_hangs(stage: Stage) -> None:
    reached = threading.Event()

    def hang(peer: Peer) -> None:
        reached.set()
        peer.hang()

    stage.prepare()
    with scripted(hang) as server:
        stage.do("add_neighbours", server.port, HANGING, 1)
        with stage.worker(threads=2):
            until(reached.is_set)
            stage.deliver(range(3))
            until(lambda: stage.emails(hurried=True) == 3)
            until(lambda: len(stage.alerts()) == HANGING)
            assert set(stage.alerts()) == {("mailbox", ConnectionTimedOut.code, False)}
            stage.deliver(range(3, 5))
            until(lambda: stage.emails(hurried=True) == 5)
            assert len(stage.alerts()) == HANGING
