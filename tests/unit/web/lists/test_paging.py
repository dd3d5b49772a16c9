"""Lists by seeking: every row once, in order, forwards and backwards, whatever the cursor says."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.crm.models import Account
from passerelle.crm.names import finding, first_named
from passerelle.crm.services import create_account
from passerelle.web.lists.paging import Order, Page, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NAMES = ["Ash", "Birch", "Birch", "Birch", "Cedar", "Elm", "Fir"]


@pytest.fixture
def accounts(db: None) -> list[str]:
    return [str(create_account(name).pk) for name in NAMES]


def look(order: Order, **query: str) -> Page[Account]:
    return page_of(Account.objects.all(), order, query, size=2)


@pytest.mark.parametrize("descending", [False, True], ids=["upwards", "downwards"])
def test_each_row_comes_once_there_and_back(accounts: list[str], descending: bool) -> None:
    order = Order("name", descending=descending)
    sign = "-" if descending else ""
    expected = list(Account.objects.order_by(f"{sign}name", f"{sign}pk"))
    pages = [look(order)]
    while pages[-1].after:
        pages.append(look(order, after=pages[-1].after))
    assert [row for page in pages for row in page.rows] == expected
    assert pages[0].before == ""
    back = [pages[-1]]
    while back[-1].before:
        back.append(look(order, before=back[-1].before))
    assert [row for page in reversed(back) for row in page.rows] == expected


@pytest.mark.parametrize("near", [0, 2, 3, 2_000])
@pytest.mark.parametrize("descending", [False, True], ids=["upwards", "downwards"])
def test_what_a_search_finds_comes_once_there_and_back(
    monkeypatch: pytest.MonkeyPatch, accounts: list[str], descending: bool, near: int
) -> None:
    monkeypatch.setattr(finding, "NEAR", near)  # the page is found by the list, the index or both
    order = Order("name", descending=descending)
    rows = Account.objects.exclude(pk=accounts[2])
    sign = "-" if descending else ""
    expected = list(rows.filter(name="Birch").order_by(f"{sign}name", f"{sign}pk"))

    def found(**query: str) -> Page[Account]:
        first = partial(first_named, ["bir"])
        return page_of(rows, order, query, first=first, size=1)

    one = found()
    other = found(after=one.after)
    assert [*one.rows, *other.rows] == expected
    assert other.after == ""
    assert found(before=other.before).rows == one.rows


@given(cursor=st.text(max_size=60))
def test_a_cursor_that_is_none_is_the_first_page(cursor: str) -> None:
    assert look(Order("name"), after=cursor).rows == []
