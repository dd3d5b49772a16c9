"""What FTS5 is asked for instead of beginnings of words, so that it need not gather."""

import pytest

from passerelle.crm.models import IndexedEmail
from passerelle.crm.search import beginnings
from passerelle.crm.search.beginnings import question_in_order
from passerelle.crm.search.databases import find_in_order, put
from passerelle.guids import new_guid

pytestmark = pytest.mark.django_db
NUMBERS = {
    1: ["order", "ordered", "tea"],
    2: ["orders", "tea"],
    3: ["reorder", "été"],
    4: ["order"],
}


@pytest.mark.parametrize(
    ("sought", "question", "numbers"),
    [
        (["order"], '("order" OR "ordered" OR "orders")', [4, 2, 1]),
        (["orders"], '("orders")', [2]),
        (["ord"], '("ord"*)', [4, 2, 1]),
        (["order", "tea"], '("order" OR "ordered" OR "orders") AND ("tea"*)', [2, 1]),
        (["orderly"], '("orderly")', []),
        (["été"], '("été"*)', [3]),
        (["zzzz"], '("zzzz")', []),
    ],
)
def test_words_that_begin_so_are_asked_for(
    sought: list[str], question: str, numbers: list[int]
) -> None:
    index()
    assert question_in_order(sought) == question
    assert [number for number, _ in find_in_order(question, None, 100, 10)] == numbers


@pytest.mark.parametrize(
    ("most", "sought", "is_asked"),
    [
        pytest.param(3, ["order"], True, id="three-begin-so"),
        pytest.param(2, ["order"], False, id="one-more-than-is-asked-for"),
        pytest.param(3, ["order", "reord"], False, id="of-both-beginnings-together"),
        pytest.param(0, ["ord", "zzzz"], True, id="an-index-of-its-own-and-nobody"),
    ],
)
def test_where_many_words_begin_so_they_are_not(
    most: int, sought: list[str], is_asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beginnings, "WORDS_MOST", most)
    index()
    assert (question_in_order(sought) is not None) == is_asked


def index() -> None:
    put(NUMBERS)
    IndexedEmail.objects.bulk_create(
        [IndexedEmail(number=number, email_id=new_guid()) for number in NUMBERS]
    )
