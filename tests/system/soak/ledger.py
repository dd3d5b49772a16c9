"""The reckoning of a soak: what was delivered and handed in, against what became of it."""

from collections import Counter
from collections.abc import Callable

from tests.system.soak.installation import until
from tests.system.soak.world import Traffic, World, number_in, taken_numbers

from passerelle.faults.mail.protocols import AnswerLost

HEALING_SECONDS = 600.0


def assert_whole(world: World, traffic: Traffic) -> None:
    """Each message is recorded once, and each email accepted once or waiting for a person."""
    installation = world.installation
    rows = installation.sql

    def hurried(question: str, expected: int) -> Callable[[], bool]:
        def holds() -> bool:
            installation.hurry()
            return bool(rows(question)[0][0] == expected)

        return holds

    received = "FROM email WHERE directioncode = false"
    count = len(traffic.delivered)
    until(hurried(f"SELECT count(*) {received}", count), "all is read", seconds=HEALING_SECONDS)
    waiting = "SELECT count(*) FROM mailsubmission WHERE state IN ('waiting', 'marked')"
    until(hurried(waiting, 0), "all is sent", seconds=HEALING_SECONDS)
    owed = "SELECT count(*) FROM mailtouch"
    until(hurried(owed, 0), "all is marked at its server", seconds=HEALING_SECONDS)
    is_open = (
        f"SELECT count(*) FROM tracelog WHERE closedon IS NULL AND tracecode <> '{AnswerLost.code}'"
    )
    until(hurried(is_open, 0), "all alerts are closed", seconds=HEALING_SECONDS)

    assert sorted(one for (one,) in rows(f"SELECT messageid {received}")) == sorted(
        traffic.delivered
    )
    assert rows("SELECT count(*), count(DISTINCT activityid) FROM mailplace") == [(count, count)]
    assert rows("SELECT count(*) FROM mailquarantine") == [(0,)]
    _assert_sent(world, traffic)


def _assert_sent(world: World, traffic: Traffic) -> None:
    states = {
        number_in(subject): state
        for subject, state in world.installation.sql(
            "SELECT subject, state FROM mailsubmission JOIN email USING (activityid)"
        )
    }
    taken = taken_numbers(world.smtp)
    assert sorted(states) == list(range(traffic.submitted))
    assert set(states.values()) <= {"sent", "unknown"}
    doubtful = {number for number, state in states.items() if state == "unknown"}
    assert all(taken[number] == 1 for number in states.keys() - doubtful)
    assert all(taken[number] <= 1 for number in doubtful)
    alone = Counter(
        key
        for (key,) in world.installation.sql(
            f"SELECT regardingobjectid FROM tracelog WHERE tracecode = '{AnswerLost.code}'"
        )
    )
    assert len(alone) == len(doubtful)
