"""Answers that come before what they answer: whatever the order, one thread, and no circle."""

from graphlib import TopologicalSorter
from itertools import combinations, pairwise, permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import AwaitedReference, Email, RawMessage, RawPack
from passerelle.crm.models.mail.emails import CorrelationDoubt, CorrelationMethod, CorrelationState
from passerelle.crm.services import create_account, mark, regard
from passerelle.crm.threads.awaiting import REFERENCES_MOST
from passerelle.crm.threads.chains import parents_above
from passerelle.engine.services import Killed, crash_points
from passerelle.mailboxes.models import SystemSettings
from passerelle.mailboxes.services import save_tracking_rules
from passerelle.sync.models import Place
from passerelle.sync.understanding import batches

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def answer(number: int, to: int, **changes: object) -> Letter:
    letter = Letter(number, subject="Re: An order", more=f"In-Reply-To: {Letter(to).id}\n")
    return letter.but(**changes)


def deliver(company: Company, *letters: Letter) -> None:
    for letter in letters:
        company.inbox.deliver(bytes(letter))


def read(company: Company, *letters: Letter) -> Email:
    """The letters are read at once; the record of the first."""
    deliver(company, *letters)
    company.read()
    return Email.objects.get(message_id=letters[0].id)


def tree() -> dict[str, str | None]:
    """What each email answers."""
    rows = Email.objects.values_list("message_id", "correlated_activity__message_id")
    return dict(rows)


def test_an_answer_is_joined_when_what_it_answers_comes(company: Company) -> None:
    late = read(company, answer(2, to=1))
    assert (late.correlated_activity, late.correlation_state) == (None, CorrelationState.NONE)
    order = read(company, Letter(1))
    late.refresh_from_db()
    assert late.correlated_activity == order
    assert late.correlation_state == CorrelationState.SURE
    assert late.correlation_method == CorrelationMethod.IN_REPLY_TO


def test_within_a_batch_too(company: Company) -> None:
    late = read(company, answer(2, to=1), Letter(1))
    assert late.correlated_activity == Email.objects.get(message_id=Letter(1).id)


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_in_every_order_the_tree_and_what_it_regards_are_the_same(
    company: Company, order: tuple[int, ...]
) -> None:
    read(company, Letter(0))
    account = create_account("Customer Inc")
    Email.objects.update(regarding_account=account)
    letters = {number: answer(number, to=number - 1) for number in (1, 2, 3)}
    for number in order:
        read(company, letters[number])
    assert tree() == {
        Letter(0).id: None,
        Letter(1).id: Letter(0).id,
        Letter(2).id: Letter(1).id,
        Letter(3).id: Letter(2).id,
    }
    assert Email.objects.filter(regarding_account=account).count() == 4


def referring(number: int, *to: int, named: int | None = None) -> Letter:
    """An answer with References, the oldest first, and perhaps In-Reply-To."""
    ids = " ".join(Letter(one).id for one in to)
    first = f"In-Reply-To: {Letter(named).id}\n" if named is not None else ""
    return Letter(number, subject="Re: An order", more=f"{first}References: {ids}\n")


@pytest.mark.parametrize("order", list(permutations([1, 3, 4])))
def test_where_one_between_is_missing_references_hold_the_thread(
    company: Company, order: tuple[int, ...]
) -> None:
    """2 never comes; 3 answers it, and 4 names nothing but References."""
    letters = {1: Letter(1), 3: referring(3, 1, 2, named=2), 4: referring(4, 1, 2)}
    for number in order:
        read(company, letters[number])
    assert tree() == {Letter(1).id: None, Letter(3).id: Letter(1).id, Letter(4).id: Letter(1).id}
    assert not AwaitedReference.objects.exists()


def test_of_several_that_come_together_the_nearest_counts(company: Company) -> None:
    late = read(company, referring(4, 1, 2, 3))
    read(company, Letter(2), Letter(1))
    late.refresh_from_db()
    assert late.correlated_activity == Email.objects.get(message_id=Letter(2).id)


def test_in_reply_to_is_surer_than_references(company: Company) -> None:
    late = read(company, referring(4, 1, 2, 3, named=1))
    read(company, Letter(3), Letter(1))
    late.refresh_from_db()
    assert late.correlated_activity == Email.objects.get(message_id=Letter(1).id)


def test_only_the_newest_references_wait(company: Company) -> None:
    read(company, referring(99, *range(40)))
    assert AwaitedReference.objects.count() == REFERENCES_MOST
    read(company, Letter(0))
    assert set(tree().values()) == {None}
    read(company, Letter(39))
    assert tree()[Letter(99).id] == Letter(39).id


def test_what_answers_something_waits_for_nothing(company: Company) -> None:
    read(company, Letter(1))
    read(company, referring(3, 0, 1, named=1))
    assert not AwaitedReference.objects.exists()


def first_of(number: int, parents: dict[int, int | None]) -> int:
    while (above := parents[number]) is not None:
        number = above
    return number


@given(
    st.permutations(range(6)),
    st.lists(st.none() | st.integers(0, 5), min_size=6, max_size=6),
    st.sets(st.integers(0, 5), max_size=2),
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_order_of_arrival_makes_the_same_conversations(
    company: Company, order: list[int], answered: list[int | None], missing: set[int]
) -> None:
    """Each answers an earlier one, or none; References go back to the first; some never come."""
    for model in (Place, Email, RawMessage, RawPack):
        model.objects.all().delete()
    above: dict[int, list[int]] = {}
    for number, to in enumerate(answered):
        above[number] = [*above[to], to] if to is not None and to < number else []
    came = [number for number in order if number not in missing]
    for number in came:
        chain = above[number]
        read(company, referring(number, *chain, named=chain[-1]) if chain else Letter(number))
    nearest = {
        number: next((one for one in reversed(above[number]) if one in came), None)
        for number in came
    }
    joined = tree()
    numbers = {Letter(number).id: number for number in came}
    found = {numbers[key]: numbers[to] if to else None for key, to in joined.items()}
    for one, other in combinations(came, 2):
        together = first_of(one, nearest) == first_of(other, nearest)
        assert (first_of(one, found) == first_of(other, found)) is together


@given(
    st.permutations(range(6)),
    st.lists(st.lists(st.integers(0, 5), max_size=3), min_size=6, max_size=6),
    st.sets(st.integers(1, 5)),
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_whoever_names_whom_no_circle_comes_of_it(
    company: Company, order: list[int], named: list[list[int]], cuts: set[int]
) -> None:
    """Each names any others, itself and later ones included, in any order and any batches."""
    for model in (Place, Email, RawMessage, RawPack):
        model.objects.all().delete()
    letters = [
        referring(number, *named[number], named=named[number][0])
        if named[number]
        else Letter(number)
        for number in order
    ]
    for start, end in pairwise([0, *sorted(cuts), len(letters)]):
        read(company, *letters[start:end])
    joined = tree()
    assert len(joined) == len(letters)
    answered = {one: {to} for one, to in joined.items() if to is not None}
    TopologicalSorter(answered).prepare()  # raises `CycleError`


def test_what_a_person_said_of_an_answer_stays(company: Company) -> None:
    order = Letter(0)
    read(company, answer(2, to=1))
    late = Email.objects.get()
    assert company.anna.systemuser is not None
    by = company.sign_in(company.anna.systemuser)
    regard(late, company.clara, by, seen=mark(late))
    regard(late, None, by, seen=mark(Email.objects.get()))
    read(company, order)
    Email.objects.filter(message_id=order.id).update(regarding_account=create_account("Inc"))
    read(company, answer(1, to=0))
    late.refresh_from_db()
    assert late.correlated_activity is not None
    assert late.regarding_account is None


def test_what_regards_something_keeps_it(company: Company) -> None:
    read(company, Letter(0))
    Email.objects.update(regarding_account=create_account("Customer Inc"))
    other = create_account("Other Inc")
    late = read(company, answer(2, to=1))
    Email.objects.filter(pk=late.pk).update(regarding_account=other)
    read(company, answer(1, to=0))
    late.refresh_from_db()
    assert late.regarding_account == other


def test_a_forward_is_only_proposed_in_this_order_too(company: Company) -> None:
    late = read(company, answer(2, to=1, subject="Fwd: An order"))
    order = read(company, Letter(1))
    late.refresh_from_db()
    assert (late.correlated_activity, late.proposed_activity) == (None, order)
    assert late.correlation_doubt == CorrelationDoubt.FORWARD


def test_so_are_other_people_under_another_subject(company: Company) -> None:
    late = read(company, answer(2, to=1, subject="A lamp", sender="dan@other.example"))
    read(company, Letter(1))
    late.refresh_from_db()
    assert late.correlation_doubt == CorrelationDoubt.OTHER_PEOPLE


def test_or_joined_where_the_organization_says_so(company: Company) -> None:
    save_tracking_rules({"forwards_are_replies": True}, by="zoe")
    late = read(company, answer(2, to=1, subject="Fwd: An order"))
    order = read(company, Letter(1))
    late.refresh_from_db()
    assert late.correlated_activity == order


def test_nothing_waits_where_answers_are_not_looked_for(company: Company) -> None:
    SystemSettings.objects.update(use_correlation=False)
    read(company, answer(2, to=1))
    read(company, Letter(1))
    assert set(tree().values()) == {None}


def test_two_that_name_each_other_make_no_circle(company: Company) -> None:
    read(company, answer(1, to=2))
    read(company, answer(2, to=1))
    assert tree() == {Letter(1).id: None, Letter(2).id: Letter(1).id}


def test_one_that_names_itself_answers_nothing(company: Company) -> None:
    read(company, answer(1, to=1))
    assert tree() == {Letter(1).id: None}


def test_two_joins_of_one_batch_make_no_circle(company: Company) -> None:
    read(company, answer(1, to=11), answer(2, to=12))
    read(company, answer(11, to=2), answer(12, to=1))
    assert_no_circle()
    assert sum(parent is not None for parent in tree().values()) == 3


def assert_no_circle() -> None:
    parents = parents_above(list(Email.objects.values_list("pk", flat=True))) or {}
    for start in parents:
        here, steps = parents[start], 0
        while here is not None:
            here, steps = parents[here], steps + 1
            assert steps <= len(parents), "an email comes before itself"


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=8),
    st.integers(1, 4),
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_order_of_arrival_makes_a_circle(
    company: Company, named: list[tuple[int, int]], size: int
) -> None:
    for model in (Place, Email, RawMessage, RawPack):
        model.objects.all().delete()
    whole, batches.BATCH_MESSAGES = batches.BATCH_MESSAGES, size
    try:
        for at, (number, to) in enumerate(named):
            deliver(company, answer(number, to=to, text=f"text {at}"))
            if at % size == 0:
                company.read()
        company.read()
    finally:
        batches.BATCH_MESSAGES = whole
    assert_no_circle()


@pytest.mark.thorough
def test_killed_after_the_joining_nothing_is_lost_nor_joined_twice(company: Company) -> None:
    late = read(company, answer(2, to=1))
    deliver(company, Letter(1))
    with crash_points.kill_at("incoming.parents-joined", 1), pytest.raises(Killed):
        company.read()
    late.refresh_from_db()
    assert late.correlated_activity is None
    company.read()
    late.refresh_from_db()
    assert late.correlated_activity == Email.objects.get(message_id=Letter(1).id)


def test_many_waiting_answers_cost_as_much_as_one(company: Company) -> None:
    def cost(first: int, count: int) -> int:
        read(company, *(answer(first + number, to=first) for number in range(1, count + 1)))
        deliver(company, Letter(first))
        with CaptureQueriesContext(connection) as queries:
            company.read()
        joined = Email.objects.filter(correlated_activity__message_id=Letter(first).id)
        assert joined.count() == count
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    assert cost(100, 1) == cost(200, 40)
