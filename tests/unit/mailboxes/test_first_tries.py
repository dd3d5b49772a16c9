"""Of many threads with one wrong password, one tries and the others find its refusal."""

import threading
from uuid import uuid4

from passerelle.mailboxes.services.first_tries import FirstTries

KEY = ("mail.example", uuid4(), 1)
THREADS = 6


def tries_of(tries: FirstTries, *, accept: bool) -> tuple[int, int]:
    """How many threads reached the server, and how many were there at the same time."""
    refused, inside, most, reached = threading.Event(), [0], [0], [0]
    guard, start = threading.Lock(), threading.Barrier(THREADS)

    def sign_in() -> None:
        start.wait(10)
        with tries.alone(KEY):
            if refused.is_set():
                return
            with guard:
                reached[0] += 1
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            if accept:
                tries.accepted(KEY)
            else:
                tries.refused(KEY)
                refused.set()
            with guard:
                inside[0] -= 1

    threads = [threading.Thread(target=sign_in) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return reached[0], most[0]


def test_a_refusal_is_found_by_those_who_waited() -> None:
    assert tries_of(FirstTries(), accept=False) == (1, 1)


def test_everybody_signs_in_when_the_first_was_accepted() -> None:
    reached, _ = tries_of(FirstTries(), accept=True)
    assert reached == THREADS


def test_accepted_credentials_are_not_waited_for() -> None:
    tries = FirstTries(wait_seconds=60)
    tries.accepted(KEY)
    with tries.alone(KEY), tries.alone(KEY):
        pass  # the second would wait for the first, for a minute


def test_after_a_refusal_the_next_try_is_alone_again() -> None:
    tries = FirstTries()
    tries.accepted(KEY)
    tries.refused(KEY)
    assert tries_of(tries, accept=False) == (1, 1)


def test_a_new_password_does_not_wait_for_the_old_one() -> None:
    tries = FirstTries(wait_seconds=60)
    with tries.alone(KEY), tries.alone((KEY[0], KEY[1], 2)):
        pass


def test_a_try_that_hangs_holds_the_others_for_a_moment_only() -> None:
    tries = FirstTries(wait_seconds=0.01)
    with tries.alone(KEY), tries.alone(KEY):
        pass  # the second went on when its wait was over
