"""Worker processes killed at random moments, while thirty mailboxes are read and sent from.

Which instruction it hits is chance, so this finds what nobody made a crash point of. `make soak`
kills 200 times; SOAK_KILLS says otherwise.
"""

import os
import signal
import time

import pytest
from tests.system.soak.conftest import MakeWorld
from tests.system.soak.installation import Installation, workers
from tests.system.soak.ledger import assert_whole
from tests.system.soak.world import Traffic, World

pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.xdist_group("soak")]  # own databases

KILLS = int(os.environ.get("SOAK_KILLS", "200"))
MAILBOXES = 30
LONGEST_LIFE = 1.5  # seconds: a worker is there in 0.2, and a cycle takes about as long


@pytest.mark.soak
@pytest.mark.timeout(400)
def test_a_few_kills(make_world: MakeWorld) -> None:
    with make_world("sqlite", mailboxes=MAILBOXES, polling=5, seed=1) as world:
        _kill(world, 12)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_many_kills(make_world: MakeWorld, store: str) -> None:
    with make_world(store, mailboxes=MAILBOXES, polling=5, seed=KILLS) as world:
        _kill(world, KILLS)


def _kill(world: World, times: int) -> None:
    """One worker after the other, each for a moment; then one that lives."""
    hit = 0
    with workers(world.installation) as born:
        with Traffic(world, 8) as traffic:
            for _ in range(times):
                pid = born.start()
                time.sleep(world.chance.uniform(0.1, LONGEST_LIFE))  # the random moment
                os.kill(pid, signal.SIGKILL)
                hit += _bury(world.installation)
        assert not traffic.broken
        last = born.start()
        assert_whole(world, traffic)
        os.kill(last, signal.SIGTERM)
    assert hit >= times / 2, f"{hit} of {times} kills hit a worker that did something"


def _bury(installation: Installation) -> bool:
    """The dead worker is long dead, and its work due; whether it had any."""
    leased = installation.sql("SELECT count(*) FROM enginework WHERE workerid IS NOT NULL")
    installation.sql(
        "UPDATE enginework SET workerid = NULL, leasedon = NULL, attempts = 0, "
        "dueon = CURRENT_TIMESTAMP WHERE dueon IS NOT NULL"
    )
    installation.sql("DELETE FROM engineworker")
    return bool(leased[0][0])
