"""Cases: kept without a word of the message, read again, and decided again alike."""

from dataclasses import replace

import pytest
from hypothesis import given
from tests.unit.tracking.any_mail import (
    incomings,
    mailboxes,
    organizations,
    some_answers,
)
from tests.unit.tracking.made_up import ALICE, answers, key, letter, reading, taker

from passerelle.messages import Automatic
from passerelle.tracking import (
    Answering,
    Answers,
    Asked,
    Case,
    Complete,
    Filter,
    Incoming,
    PartyKind,
    ReadingMailbox,
    Reason,
    Reported,
    TrackingSettings,
    case_as_text,
    case_of_text,
    decide,
    replay,
)

CASE = Case(
    sender=PartyKind.CONTACT,
    matches=1,
    answering=Answering.NONE,
    automatic=Automatic.LIST,
    sent_copy=False,
    takers=(Asked(ALICE.id, PartyKind.SYSTEMUSER, Filter.ALL),),
    reader=ALICE.id,
)

OURS = TrackingSettings()


def case_of(
    incoming: Incoming,
    known: Answers,
    box: ReadingMailbox,
    settings: TrackingSettings = OURS,
) -> tuple[Case | None, Reason]:
    (decision,) = decide([incoming], known, settings, box)
    return None if isinstance(decision, Complete) else decision.case, decision.reason


def test_a_case_holds_what_the_rules_saw() -> None:
    incoming = replace(letter(), automatic=Automatic.LIST)
    assert case_of(incoming, answers(), reading(ALICE, Filter.ALL)) == (CASE, Reason.ACCEPT_ALL)


def test_nothing_of_the_message_is_kept() -> None:
    kept = case_as_text(CASE)
    for word in ("Cara", "cara", "client.example", "Hello", "Alice", "letter@"):
        assert word not in kept
    assert kept == f"contact 1 0 list 0 0 s0{ALICE.id.hex}"


def test_what_lists_said_is_kept() -> None:
    never = replace(CASE, takers=(CASE.takers[0]._replace(never=True),), never=True)
    kept = case_as_text(never)
    assert kept == f"contact 1 0 list 0 0 S0{ALICE.id.hex} never"
    assert case_of_text(kept) == never


def test_what_it_reports_is_kept() -> None:
    reported = replace(CASE, reported=Reported.RECEIPT, never=True)
    assert case_as_text(reported).endswith(f"{ALICE.id.hex} never receipt")
    assert case_of_text(case_as_text(reported)) == reported


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"test_id": "x"}, id="our-own-test"),
        pytest.param({"sender": None}, id="no-sender"),
        pytest.param({"by_hand": True}, id="taken-by-hand"),
    ],
)
def test_what_no_rule_would_settle_otherwise_has_none(change: dict[str, object]) -> None:
    case, _ = case_of(letter(**change), answers(), reading(ALICE, Filter.ALL))
    assert case is None


def test_of_very_many_takers_none_is_kept() -> None:
    crowd = [replace(ALICE, id=key(number)) for number in range(200, 260)]
    known = Answers(
        records={"alice@firm.example": tuple(crowd)},
        takers={one.id: taker(one, Filter.ALL) for one in crowd},
    )
    assert case_of(letter(), known, reading(ALICE, Filter.ALL)) == (None, Reason.ACCEPT_ALL)


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(None, id="nothing"),
        pytest.param("", id="an-empty-line"),
        pytest.param({"s": "contact"}, id="no-line"),
        pytest.param("team 1 0 no 0 -1", id="an-unknown-kind"),
        pytest.param("contact 1 9 no 0 -1", id="an-unknown-answer"),
        pytest.param("contact 1 0 no 0 0", id="a-reader-that-is-no-taker"),
        pytest.param("contact 1 0 no 0 -1 s0xyz", id="no-key"),
        pytest.param(f"contact 1 0 no 0 -1 z0{ALICE.id.hex}", id="no-taker-of-ours"),
        pytest.param(f"contact 1 0 no 0 -1 s9{ALICE.id.hex}", id="an-unknown-option"),
        pytest.param("contact 1 0", id="cut"),
    ],
)
def test_what_another_version_kept_is_none(kept: object) -> None:
    assert case_of_text(kept) is None


@given(incomings(), some_answers, organizations, mailboxes)
def test_a_case_is_read_as_it_was_kept(
    incoming: Incoming, known: Answers, organization: TrackingSettings, box: ReadingMailbox
) -> None:
    case, _ = case_of(incoming, known, box, organization)
    if case is not None:
        assert case_of_text(case_as_text(case)) == case


@given(incomings(), some_answers, organizations, organizations, mailboxes)
def test_replaying_by_any_rules_is_deciding_by_them(
    incoming: Incoming,
    known: Answers,
    then: TrackingSettings,
    now: TrackingSettings,
    box: ReadingMailbox,
) -> None:
    """With what was found of people, correlation and lists as it was found then."""
    now = replace(now, correlation=then.correlation, tokens=then.tokens, never=then.never)
    case, reason = case_of(incoming, known, box, then)
    _, otherwise = case_of(incoming, known, box, now)
    if case is None:
        assert otherwise is reason
    else:
        assert (replay(case, then), replay(case, now)) == (reason, otherwise)
