"""Whom an address means, and who owns what arrives."""

from dataclasses import replace
from uuid import UUID

import pytest
from tests.unit.tracking.made_up import ACME, ALICE, BOB, CARA, LEO, SUPPORT, key, taker

from passerelle.tracking import Filter, PartyKind, RecordRef, Taker
from passerelle.tracking.resolving import owner, sender_record

GONE = replace(CARA, active=False)
OWN_LEAD = RecordRef(PartyKind.LEAD, key(20), owner=ALICE.id)


@pytest.mark.parametrize(
    ("matches", "reader", "expected"),
    [
        pytest.param([], None, None, id="nobody"),
        pytest.param([CARA], None, CARA, id="the-only-one"),
        pytest.param([GONE], None, GONE, id="the-only-one-whatever-its-state"),
        pytest.param([LEO, ACME, CARA, ALICE], None, ALICE, id="a-user-first"),
        pytest.param([LEO, ACME, CARA], None, CARA, id="then-a-contact"),
        pytest.param([LEO, ACME], None, ACME, id="then-an-account"),
        pytest.param([SUPPORT, LEO], None, LEO, id="a-queue-last"),
        pytest.param([GONE, LEO], None, LEO, id="of-several-the-active-ones"),
        pytest.param([GONE, GONE], None, None, id="of-several-none-active"),
        pytest.param([CARA, OWN_LEAD], ALICE.id, OWN_LEAD, id="the-readers-own-beats-others"),
        pytest.param([CARA, replace(CARA, id=key(40))], None, CARA, id="the-lowest-id-of-equals"),
        pytest.param([CARA] * 100, None, CARA, id="a-hundred-matches"),
        pytest.param([CARA] * 101, None, None, id="more-than-a-hundred-are-unresolved"),
    ],
)
def test_sender(matches: list[RecordRef], reader: UUID | None, expected: RecordRef | None) -> None:
    assert sender_record(tuple(matches), reader) == expected
    assert sender_record(tuple(reversed(matches)), reader) == expected


A, B = taker(ALICE, Filter.ALL), taker(BOB, Filter.ALL)
NOBODY = replace(A, owner=None)


@pytest.mark.parametrize(
    ("candidates", "correlated", "sender", "expected"),
    [
        pytest.param([A, B], None, None, ALICE.id, id="the-first-recipient"),
        pytest.param([A, B], BOB.id, ACME, BOB.id, id="the-owner-of-the-answered-email"),
        pytest.param([A, B], key(9), CARA, BOB.id, id="else-the-owner-of-the-sender"),
        pytest.param([A, B], None, LEO, ALICE.id, id="an-owner-who-received-it-not"),
        pytest.param([A, B], None, replace(BOB, owner=BOB.id), ALICE.id, id="a-user-has-no-say"),
        pytest.param([NOBODY, B], None, None, BOB.id, id="one-who-may-own-emails"),
        pytest.param([NOBODY], None, None, None, id="nobody-may"),
        pytest.param([], None, None, None, id="nobody-received-it"),
    ],
)
def test_owner(
    candidates: list[Taker],
    correlated: UUID | None,
    sender: RecordRef | None,
    expected: UUID | None,
) -> None:
    assert owner(tuple(candidates), correlated, sender) == expected
