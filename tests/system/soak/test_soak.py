"""Mail goes in and out while everything breaks in turn: nothing lost, nothing doubled.

Each cause is one alert while it lasts, and closes by itself. `make soak` runs it whole;
SOAK_MAILBOXES and SOAK_MINUTES say otherwise.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from tests.system.servers.product import Run
from tests.system.soak.conftest import MakeWorld
from tests.system.soak.installation import Installation
from tests.system.soak.ledger import assert_whole
from tests.system.soak.troubles import ON_ANY_STORE, ON_POSTGRESQL, suffer
from tests.system.soak.world import Traffic, World

from passerelle.faults.mail.protocols import AnswerLost
from passerelle.faults.monitoring import MailboxesFail

pytestmark = [
    pytest.mark.only_on("sqlite"),  # it makes its own databases
    pytest.mark.xdist_group("soak"),
    # The SMTP server is stopped under its clients, whose connections it leaves to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

MAILBOXES = int(os.environ.get("SOAK_MAILBOXES", "500"))
MINUTES = float(os.environ.get("SOAK_MINUTES", "20"))
TROUBLES = {"sqlite": ON_ANY_STORE, "postgresql": ON_POSTGRESQL}


@pytest.mark.soak
@pytest.mark.timeout(400)
def test_each_trouble_once(make_world: MakeWorld) -> None:
    with make_world("postgresql", mailboxes=20, polling=5, seed=20) as world:
        _soak(world, "postgresql", minutes=0, a_second=4, hold=(0, 1), kills=(15, 25))


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("store", ["postgresql", "sqlite"])
def test_all_troubles_again_and_again(make_world: MakeWorld, store: str) -> None:
    with make_world(store, mailboxes=MAILBOXES, polling=60, seed=MAILBOXES) as world:
        _soak(world, store, minutes=MINUTES, a_second=10, hold=(10, 40), kills=(20, 90))


def _soak(
    world: World,
    store: str,
    *,
    minutes: float,
    a_second: float,
    hold: tuple[float, float],
    kills: tuple[float, float],
) -> None:
    """All troubles in rounds of random order, a whole round at least; then all is accounted for."""
    ends, codes = time.monotonic() + 60 * minutes, set[str]()
    with world.installation.running() as product:
        with Traffic(world, a_second) as traffic, _killing(world, product, kills):
            while not codes or time.monotonic() < ends:
                for trouble in world.chance.sample(TROUBLES[store], len(TROUBLES[store])):
                    codes |= trouble.codes
                    suffer(world, trouble, lambda: time.sleep(world.chance.uniform(*hold)))
        assert not traffic.broken
        assert_whole(world, traffic)
    _assert_told(world.installation, codes)


@contextmanager
def _killing(world: World, product: Run, gap: tuple[float, float]) -> Iterator[None]:
    """Now and then one worker process is gone, without a word."""
    stop, chance = threading.Event(), random.Random(world.chance.random())

    def kill() -> None:
        while not stop.wait(chance.uniform(*gap)):
            workers = world.installation.workers(product)
            with suppress(ProcessLookupError):
                if workers:
                    os.kill(chance.choice(workers), signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _assert_told(installation: Installation, codes: set[str]) -> None:
    """Nobody heard of anything but what happened."""
    told = {code for (code,) in installation.sql("SELECT DISTINCT tracecode FROM tracelog")}
    by_design = {AnswerLost.code, MailboxesFail.code}  # a person's to settle; told to owners
    assert told <= codes | by_design
