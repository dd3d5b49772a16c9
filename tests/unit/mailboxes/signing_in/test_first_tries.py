"""Of many threads with one wrong password, one tries and the others find its refusal."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from passerelle.faults import Secret
from passerelle.mailboxes.models import FirstTry
from passerelle.mailboxes.services import set_password
from passerelle.mailboxes.signing_in.first_tries import FirstTries, StoredTurns, Try

KEY = ("mail.example", uuid4(), 1)
THREADS = 6


class Nobody:
    """There is no other process."""

    def take(self, key: Try) -> bool:
        return True

    def give_back(self, key: Try) -> None:
        pass


def tries_of(tries: FirstTries, *, accept: bool) -> tuple[int, int]:
    """How many threads reached the server, and how many were there at the same time."""
    refused, inside, most, reached = threading.Event(), [0], [0], [0]
    guard, start = threading.Lock(), threading.Barrier(THREADS)

    def sign_in() -> None:
        start.wait(60)
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
        thread.join(60)
    return reached[0], most[0]


def test_a_refusal_is_found_by_those_who_waited() -> None:
    assert tries_of(FirstTries(turns=Nobody()), accept=False) == (1, 1)


def test_everybody_signs_in_when_the_first_was_accepted() -> None:
    reached, _ = tries_of(FirstTries(turns=Nobody()), accept=True)
    assert reached == THREADS


def test_accepted_credentials_are_not_waited_for() -> None:
    tries = FirstTries(wait_seconds=60, turns=Nobody())
    tries.accepted(KEY)
    with tries.alone(KEY), tries.alone(KEY):
        pass  # the second would wait for the first, for a minute


def test_after_a_refusal_the_next_try_is_alone_again() -> None:
    tries = FirstTries(turns=Nobody())
    tries.accepted(KEY)
    tries.refused(KEY)
    assert tries_of(tries, accept=False) == (1, 1)


def test_a_new_password_does_not_wait_for_the_old_one() -> None:
    tries = FirstTries(wait_seconds=60, turns=Nobody())
    with tries.alone(KEY), tries.alone((KEY[0], KEY[1], 2)):
        pass


def test_a_try_that_hangs_holds_the_others_for_a_moment_only() -> None:
    tries = FirstTries(wait_seconds=0.01, turns=Nobody())
    with tries.alone(KEY), tries.alone(KEY):
        pass  # the second went on when its wait was over


@pytest.mark.django_db
@pytest.mark.database
class TestOtherProcesses:
    """Each `FirstTries` is a process; they meet in the store."""

    @pytest.fixture
    def key(self) -> Try:
        credential = set_password(None, "service", Secret("x"))
        return ("mail.example", credential.pk, credential.version)

    def test_only_one_of_them_tries_at_a_time(self, key: Try) -> None:
        first, second = StoredTurns(), StoredTurns()
        assert first.take(key)
        assert not second.take(key)
        assert second.take((key[0], key[1], 2)), "a new password is another try"
        first.give_back(key)
        assert second.take(key)

    def test_the_row_is_gone_when_the_try_is_over(self, key: Try) -> None:
        with FirstTries().alone(key):
            assert FirstTry.objects.count() == 1
        assert not FirstTry.objects.exists()

    def test_a_try_that_breaks_off_leaves_nothing(self, key: Try) -> None:
        with pytest.raises(RuntimeError), FirstTries().alone(key):
            raise RuntimeError
        assert not FirstTry.objects.exists()

    def test_one_that_waits_goes_on_after_a_moment(self, key: Try) -> None:
        with FirstTries().alone(key), FirstTries(wait_seconds=0.01).alone(key):
            assert FirstTry.objects.count() == 1
        assert not FirstTry.objects.exists()

    def test_a_process_that_was_killed_holds_nobody_for_long(self, key: Try) -> None:
        assert StoredTurns().take(key)
        FirstTry.objects.update(until=timezone.now() - timedelta(seconds=1))
        assert StoredTurns().take(key)

    def test_accepted_credentials_ask_nobody(
        self, key: Try, django_assert_num_queries: object
    ) -> None:
        tries = FirstTries()
        tries.accepted(key)
        assert callable(django_assert_num_queries)
        with django_assert_num_queries(0), tries.alone(key):
            pass
