"""What lies in a folder that is bound to a record."""

from dataclasses import replace

import pytest
from tests.unit.tracking.made_up import (
    ACME,
    ALICE,
    CARA,
    LETTER,
    SENT,
    answers,
    key,
    letter,
    reading,
)

from passerelle.messages import Address
from passerelle.tracking import (
    Decision,
    Direction,
    Filter,
    Incoming,
    Look,
    NeverKind,
    NeverRule,
    PartyKind,
    Reason,
    Skip,
    StoredEmail,
    Track,
    TrackingSettings,
    decide,
    never_list,
)

BOUND = replace(reading(ALICE), regarding=ACME)
CARA_NEVER = never_list([NeverRule(NeverKind.ADDRESS, "cara@client.example", spares_answers=False)])
OF_ALICE = {
    "sender": Address("", "alice@firm.example"),
    "to": (Address("", "cara@client.example"),),
}


def decided(incoming: Incoming, *sent: StoredEmail, **settings: object) -> Decision:
    known = replace(
        answers(alice=Filter.NONE),
        emails={incoming.message_id: sent, "<sent@firm.example>": (SENT,)},
    )
    rules = TrackingSettings(**settings)  # type: ignore[arg-type]
    (decision,) = decide([incoming], known, rules, BOUND)
    return decision


@pytest.mark.parametrize(
    ("change", "settings"),
    [
        pytest.param({}, {}, id="though nobody takes it by itself"),
        pytest.param({"sender": Address("", "x@stranger.example")}, {}, id="from a stranger"),
        pytest.param({"to": ()}, {}, id="to nobody known"),
        pytest.param({}, {"never": CARA_NEVER}, id="though the organization never tracks it"),
        pytest.param({}, {"forced_filter": Filter.NONE}, id="though the option is forced"),
        pytest.param(OF_ALICE, {}, id="sent by the owner, and not tracked as sent"),
    ],
)
def test_it_is_tracked_and_regards_the_record(
    change: dict[str, object], settings: dict[str, object]
) -> None:
    decision = decided(replace(LETTER, **change), **settings)  # type: ignore[arg-type]
    assert isinstance(decision, Track)
    assert (decision.reason, decision.regarding, decision.accepting) == (Reason.FILED, ACME, ALICE)
    assert decision.owner == ALICE.id
    assert Look.FILED in [looked.look for looked in decision.looked_at]


def test_its_record_is_stronger_than_that_of_what_it_answers() -> None:
    other = replace(SENT, regarding=CARA)
    known = replace(answers(), emails={"<sent@firm.example>": (other,)})
    answer = replace(LETTER, in_reply_to="<sent@firm.example>")
    (decision,) = decide([answer], known, TrackingSettings(), BOUND)
    assert isinstance(decision, Track)
    assert decision.regarding == ACME
    assert decision.correlated is not None


def test_what_the_owner_sent_is_the_sent_email() -> None:
    mine = replace(LETTER, **OF_ALICE)  # type: ignore[arg-type]
    decision = decided(mine, replace(SENT, activityid=key(77)))
    assert isinstance(decision, Skip)
    assert (decision.reason, decision.existing) == (Reason.DUPLICATE, key(77))


def test_what_another_user_sent_is_received_too() -> None:
    theirs = replace(LETTER, sender=Address("", "bob@firm.example"))
    decision = decided(theirs, StoredEmail(key(77), Direction.OUTGOING))
    assert decision.reason is Reason.FILED


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"sender": None}, Reason.INVALID_SENDER, id="without a sender it is no email"),
        pytest.param({"test_id": "x"}, Reason.TEST_MESSAGE, id="our own test is nobody's"),
    ],
)
def test_what_is_never_a_record_is_none_there(change: dict[str, object], reason: Reason) -> None:
    assert decided(letter(**change)).reason is reason


def test_without_a_record_the_filters_decide() -> None:
    (decision,) = decide([LETTER], answers(alice=Filter.NONE), TrackingSettings(), reading(ALICE))
    assert decision.reason is Reason.NO_FILTER_WANTS
    assert ACME.kind is PartyKind.ACCOUNT
