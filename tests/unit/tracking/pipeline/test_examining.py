"""Which record a decision lets be made for an unknown sender, and which lines tell of it."""

from dataclasses import replace

import pytest
from tests.unit.tracking.made_up import (
    ALICE,
    BOB,
    COLLECTOR,
    SENT,
    SUPPORT,
    addresses,
    answers,
    key,
    letter,
    reading,
    taker,
)

from passerelle.messages import Address, HeaderFacts
from passerelle.tracking import (
    Answers,
    Decision,
    Direction,
    Doubt,
    Filter,
    Incoming,
    Look,
    Looked,
    NeverKind,
    NeverRule,
    ReadingMailbox,
    StoredEmail,
    Track,
    TrackingSettings,
    decide,
    never_list,
)
from passerelle.tracking.creating import Creates, Wish

STRANGER = letter(sender=Address("Dan Stranger", "dan@customer.example"))
WISHING = TrackingSettings(creating=Wish(Creates.CONTACT))
ALICES = reading(ALICE, Filter.ALL)
LIST = HeaderFacts(list_id="ideas.news.example")
REPORTS = {"reports": ("<sent@firm.example>",)}
NEVER_DAN = never_list([NeverRule(NeverKind.ADDRESS, "dan@customer.example")])


def decided(
    incoming: Incoming = STRANGER,
    known: Answers | None = None,
    box: ReadingMailbox = ALICES,
    settings: TrackingSettings = WISHING,
) -> Decision:
    (decision,) = decide([incoming], known or answers(), settings, box)
    return decision


def told(decision: Decision, look: Look) -> list[Looked]:
    return [one for one in decision.looked_at if one.look is look]


def test_the_taker_has_a_record_made_which_sends_the_email_from_then_on() -> None:
    decision = decided()
    assert isinstance(decision, Track)
    creation = decision.creation
    assert creation is not None
    assert (creation.creates, creation.address) == (Creates.CONTACT, "dan@customer.example")
    assert (creation.owner, creation.by_user, creation.by_queue) == (ALICE.id, ALICE.id, None)
    assert decision.owner == ALICE.id
    assert told(decision, Look.CREATES) == [
        Looked(Look.CREATES, (("creates", 1), ("name", "Alice")))
    ]


def test_a_queue_has_it_made_for_its_owner() -> None:
    to_support = replace(STRANGER, to=addresses("support@firm.example"))
    decision = decided(to_support, answers(support=Filter.ALL), COLLECTOR)
    assert isinstance(decision, Track)
    creation = decision.creation
    assert creation is not None
    assert (creation.owner, creation.by_user, creation.by_queue) == (BOB.id, None, SUPPORT.id)


def test_the_wish_is_that_of_who_took_it_and_by_hand_that_of_whose_mailbox_it_is() -> None:
    """So it comes to the same whichever mailbox of several is read first."""
    leads = replace(taker(BOB, Filter.ALL), creates=Creates.LEAD)
    known = replace(answers(alice=Filter.NONE), takers={BOB.id: leads})
    to_both = replace(STRANGER, to=addresses("alice@firm.example", "bob@firm.example"))
    may_choose = TrackingSettings(creating=Wish(Creates.CONTACT, by_choice=True))
    for box in (reading(ALICE), replace(COLLECTOR, taker=leads)):
        decision = decided(to_both, known, box, may_choose)
        assert isinstance(decision, Track)
        assert decision.creation is not None
        assert decision.creation.creates is Creates.LEAD
    by_hand = decided(replace(to_both, by_hand=True), known, reading(ALICE), may_choose)
    assert isinstance(by_hand, Track)
    assert by_hand.creation is not None
    assert by_hand.creation.creates is Creates.CONTACT


@pytest.mark.parametrize(
    ("incoming", "known", "settings", "why"),
    [
        pytest.param({}, {}, {"creating": Wish()}, None, id="nobody-may-wish-it"),
        pytest.param({}, {}, {"creating": Wish(by_choice=True)}, None, id="nobody-wishes-it"),
        pytest.param({"sender": Address("", "cara@client.example")}, {}, {}, None, id="known"),
        pytest.param(
            {}, {"withheld": {"dan@customer.example": (BOB,)}}, {}, None, id="known-once-approved"
        ),
        pytest.param({"sender": None, "by_hand": True}, {}, {}, None, id="nobody"),
        pytest.param({"header_facts": LIST}, {}, {}, "automatic", id="a-list"),
        pytest.param(
            REPORTS, {"emails": {"<sent@firm.example>": (SENT,)}}, {}, "automatic", id="a-bounce"
        ),
        pytest.param(REPORTS, {}, {}, "automatic", id="a-report-on-what-is-not-here"),
        pytest.param(
            {"by_hand": True}, {}, {"never": NEVER_DAN}, "never-tracked", id="on-our-list"
        ),
        pytest.param(
            {"by_hand": True},
            {"never": {ALICE.id: NEVER_DAN}},
            {},
            "never-tracked",
            id="on-the-list-of-whose-mailbox-it-is",
        ),
        pytest.param(
            {"sender": Address("", "noreply@shop.example")}, {}, {}, "no-reply", id="a-machine"
        ),
    ],
)
def test_no_record_is_made_for(
    incoming: dict[str, object],
    known: dict[str, object],
    settings: dict[str, object],
    why: str | None,
) -> None:
    decision = decided(
        replace(STRANGER, **incoming),  # type: ignore[arg-type]
        replace(answers(), **known),  # type: ignore[arg-type]
        settings=replace(WISHING, **settings),  # type: ignore[arg-type]
    )
    assert isinstance(decision, Track)
    assert decision.creation is None
    assert told(decision, Look.CREATES_NOT) == (
        [Looked(Look.CREATES_NOT, (("why", why),))] if why else []
    )


def test_no_record_is_made_of_what_a_person_took_from_the_mailbox_of_nobody() -> None:
    decision = decided(replace(STRANGER, by_hand=True), replace(answers(), records={}), COLLECTOR)
    assert isinstance(decision, Track)
    assert decision.creation is None


FORWARD = letter(subject="Fwd: Offer", in_reply_to="<sent@firm.example>")
CHOSEN = StoredEmail(key(60), Direction.OUTGOING, is_chosen=True)


@pytest.mark.parametrize(
    ("subject", "settings", "looks", "doubt"),
    [
        pytest.param(
            "Re: Offer", {}, [Look.CORRELATED, Look.REGARDING_CHOSEN], None, id="an-answer"
        ),
        pytest.param("Fwd: Offer", {}, [Look.FORWARDS], Doubt.FORWARD, id="a-forward-is-proposed"),
        pytest.param(
            "Fwd: Offer",
            {"forwards_are_replies": True},
            [Look.CORRELATED, Look.REGARDING_CHOSEN],
            None,
            id="where-forwards-are-answers-it-is-one",
        ),
    ],
)
def test_what_is_told_of_what_it_answers(
    subject: str, settings: dict[str, object], looks: list[Look], doubt: Doubt | None
) -> None:
    known = replace(answers(), emails={"<sent@firm.example>": (CHOSEN,)})
    rules = TrackingSettings(**settings)  # type: ignore[arg-type]
    decision = decided(replace(FORWARD, subject=subject), known, settings=rules)
    assert isinstance(decision, Track)
    assert decision.correlated is not None
    assert decision.correlated.doubt is doubt
    about = {Look.CORRELATED, Look.REGARDING_CHOSEN, Look.FORWARDS, Look.NOT_CORRELATED}
    assert [one.look for one in decision.looked_at if one.look in about] == looks
