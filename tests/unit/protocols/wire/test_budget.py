"""The budget of bytes in flight."""

import threading

from passerelle.protocols.wire import Budget


def test_what_is_taken_is_missing_until_it_is_given_back() -> None:
    budget = Budget(100)
    assert budget.take(70, seconds=0)
    assert not budget.take(40, seconds=0)
    budget.give_back(70)
    assert budget.take(100, seconds=0)
    assert budget.free == 0


def test_more_than_there_is_at_all_is_refused_without_waiting() -> None:
    assert not Budget(100).take(101, seconds=1e9)


def test_one_who_waits_is_woken() -> None:
    budget = Budget(100)
    assert budget.take(100, seconds=0)
    outcome: list[bool] = []
    waiting = threading.Thread(target=lambda: outcome.append(budget.take(60, seconds=30)))
    waiting.start()
    budget.give_back(100)
    waiting.join(30)
    assert (outcome, budget.free) == ([True], 40)
