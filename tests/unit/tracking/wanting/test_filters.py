"""Why nobody wanted a message: the most generous filter explains it."""

import pytest
from tests.unit.tracking.made_up import ALICE, BOB, taker

from passerelle.tracking import Filter, Reason
from passerelle.tracking.wanting.filters import refusal


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        pytest.param([Filter.NONE], Reason.NO_FILTER_WANTS, id="none"),
        pytest.param([Filter.NONE, Filter.REPLIES], Reason.NO_CORRELATION_MATCH, id="replies"),
        pytest.param(
            [Filter.REPLIES, Filter.FROM_ANY_RECORD], Reason.SENDER_NOT_WANTED, id="records"
        ),
    ],
)
def test_refusal(filters: list[Filter], reason: Reason) -> None:
    found = [taker(who, wanted) for who, wanted in zip((ALICE, BOB), filters, strict=False)]
    assert refusal(tuple(found)) is reason
