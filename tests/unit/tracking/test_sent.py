"""What lies in a Sent folder: whose it is, when it is wanted, what follows from that."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.tracking.any_mail import incomings, mailboxes, organizations, some_answers
from tests.unit.tracking.made_up import (
    ACME,
    ALICE,
    BOB,
    COLLECTOR,
    LETTER,
    SENT,
    SUPPORT,
    addresses,
    answers,
    key,
    reading,
)

from passerelle.messages import Address
from passerelle.tracking import (
    Answers,
    Decision,
    Direction,
    Filter,
    Incoming,
    Known,
    Look,
    Looked,
    NeverKind,
    NeverRule,
    Participation,
    ReadingMailbox,
    Reason,
    Skip,
    StoredEmail,
    Track,
    TrackingSettings,
    decide,
    explain,
    never_list,
)

MINE = replace(
    LETTER,
    sender=Address("Alice", "alice@firm.example"),
    to=addresses("cara@client.example"),
    is_sent=True,
)
TO_NOBODY = {"to": addresses("x@stranger.example")}
TO_BOB = {"to": addresses("bob@firm.example")}
ANSWERS = {"in_reply_to": "<asked@client.example>"}
ASKED = StoredEmail(key(60), Direction.INCOMING, owner=ALICE.id, regarding=ACME)
CARA_NEVER = NeverRule(NeverKind.ADDRESS, "cara@client.example")
CLIENT_NEVER = NeverRule(NeverKind.DOMAIN, "client.example")
ALICE_NEVER = NeverRule(NeverKind.ADDRESS, "alice@firm.example")
FIRM_NEVER = NeverRule(NeverKind.DOMAIN, "firm.example")
HELLO_NEVER = NeverRule(NeverKind.SUBJECT, "Hello")


def decided(
    wanted: Filter = Filter.FROM_CRM_RECORDS,
    incoming: Incoming = MINE,
    known: Answers | None = None,
    **settings: object,
) -> Decision:
    told = replace(known or answers(), emails={"<asked@client.example>": (ASKED,)})
    rules = TrackingSettings(**settings)  # type: ignore[arg-type]
    (decision,) = decide([incoming], told, rules, reading(ALICE, wanted))
    return decision


@pytest.mark.parametrize(
    ("wanted", "change", "reason"),
    [
        pytest.param(Filter.ALL, TO_NOBODY, Reason.ACCEPT_ALL, id="who-takes-all-tracks-all"),
        pytest.param(Filter.NONE, ANSWERS, Reason.NO_FILTER_WANTS, id="who-takes-nothing-nothing"),
        pytest.param(Filter.REPLIES, ANSWERS, Reason.CORRELATION_MATCH, id="an-answer-is-a-reply"),
        pytest.param(Filter.REPLIES, {}, Reason.NO_CORRELATION_MATCH, id="no-answer-is-none"),
        pytest.param(Filter.FROM_CRM_RECORDS, {}, Reason.SENT_TO_KNOWN, id="to-a-customer"),
        pytest.param(
            Filter.FROM_CRM_RECORDS, TO_NOBODY, Reason.SENT_TO_NOBODY_KNOWN, id="to-a-stranger"
        ),
        pytest.param(
            Filter.FROM_CRM_RECORDS, TO_BOB, Reason.SENT_TO_NOBODY_KNOWN, id="to-a-colleague"
        ),
        pytest.param(Filter.FROM_ANY_RECORD, TO_BOB, Reason.SENT_TO_KNOWN, id="to-any-record"),
        pytest.param(
            Filter.FROM_ANY_RECORD,
            {"to": addresses("alice@firm.example")},
            Reason.SENT_TO_NOBODY_KNOWN,
            id="to-oneself-is-to-nobody",
        ),
        pytest.param(
            Filter.FROM_CRM_RECORDS,
            {**TO_NOBODY, "cc": addresses("leo@lead.example")},
            Reason.SENT_TO_KNOWN,
            id="a-copy-counts",
        ),
        pytest.param(
            Filter.FROM_CRM_RECORDS,
            {**TO_NOBODY, **ANSWERS},
            Reason.CORRELATION_MATCH,
            id="a-thread-has-both-sides",
        ),
        pytest.param(
            Filter.ALL,
            {"sender": Address("", "bob@firm.example")},
            Reason.SENT_BY_ANOTHER,
            id="sent-as-a-colleague",
        ),
        pytest.param(
            Filter.ALL,
            {"sender": Address("", "x@stranger.example"), "by_hand": True},
            Reason.SENT_BY_ANOTHER,
            id="not-even-by-hand",
        ),
        pytest.param(Filter.NONE, {"by_hand": True}, Reason.TAKEN_BY_HAND, id="by-hand"),
        pytest.param(Filter.ALL, {"sender": None}, Reason.INVALID_SENDER, id="of-nobody"),
        pytest.param(Filter.ALL, {"test_id": "x"}, Reason.TEST_MESSAGE, id="our-own-test"),
    ],
)
def test_whether_it_is_tracked(wanted: Filter, change: dict[str, object], reason: Reason) -> None:
    decision = decided(wanted, replace(MINE, **change))  # type: ignore[arg-type]
    assert decision.reason is reason


def test_it_has_its_parties_and_belongs_to_who_sent_it() -> None:
    decision = decided(incoming=replace(MINE, **ANSWERS))  # type: ignore[arg-type]
    assert isinstance(decision, Track)
    assert decision.sender is not None
    assert decision.sender.record == ALICE
    assert [party.participation for party in decision.parties] == [
        Participation.SENDER,
        Participation.TO,
    ]
    assert (decision.owner, decision.regarding, decision.case) == (ALICE.id, ACME, None)


def test_no_queue_gets_an_item() -> None:
    to_support = replace(MINE, to=addresses("support@firm.example", "cara@client.example"))
    from_support = replace(MINE, sender=Address("", "support@firm.example"))
    box = reading(SUPPORT, Filter.ALL)
    for incoming, decision in (
        (to_support, decided(Filter.ALL, to_support, items_for_tracked=True)),
        (from_support, decide([from_support], answers(), TrackingSettings(), box)[0]),
    ):
        assert isinstance(decision, Track), incoming
        assert decision.queues == ()


def test_one_of_several_records_with_the_address_is_the_owner_of_the_mailbox() -> None:
    shared = replace(answers(), records={"alice@firm.example": (BOB, ALICE)})
    decision = decided(Filter.ALL, known=shared, sender_unresolved=True)
    assert isinstance(decision, Track)
    assert not decision.ambiguous_sender


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        pytest.param(CARA_NEVER, "it was sent to cara@client.example", id="to-the-address"),
        pytest.param(CLIENT_NEVER, "it was sent to client.example", id="to-the-domain"),
        pytest.param(ALICE_NEVER, "its sender is alice@firm.example", id="by-the-address"),
        pytest.param(FIRM_NEVER, "its sender is at firm.example", id="by-the-domain"),
        pytest.param(HELLO_NEVER, "its subject begins with “Hello”", id="by-its-subject"),
    ],
)
def test_what_is_never_tracked_is_not_as_sent_either(rule: NeverRule, told: str) -> None:
    decision = decided(Filter.ALL, never=never_list([rule]))
    assert decision.reason is Reason.NEVER_TRACKED
    assert told in explain(decision.reason, decision.facts)
    own = replace(answers(), never={ALICE.id: never_list([rule])})
    decision = decided(Filter.ALL, known=own)
    assert decision.reason is Reason.ON_THEIR_LIST
    assert told in explain(decision.reason, decision.facts)


def test_what_was_sent_from_here_is_there_already() -> None:
    known = replace(answers(), emails={MINE.message_id: (SENT,)})
    (decision,) = decide([MINE], known, TrackingSettings(), reading(ALICE, Filter.ALL))
    assert isinstance(decision, Skip)
    assert (decision.reason, decision.existing) == (Reason.DUPLICATE, SENT.activityid)
    assert Looked(Look.SENT_COPY, (("email", str(SENT.activityid)),)) in decision.looked_at


def test_in_the_folder_of_nobody_it_is_nobodys() -> None:
    (decision,) = decide([MINE], answers(), TrackingSettings(), COLLECTOR)
    assert isinstance(decision, Skip)
    assert decision.reason is Reason.SENT_BY_ANOTHER


def test_what_a_colleague_received_is_no_copy_of_it() -> None:
    received = Known(key(70), Direction.INCOMING, 1, MINE.text_digest, MINE.text)
    known = replace(answers(), identities={MINE.digest: (received,)})
    decision = decided(Filter.ALL, known=known)
    assert isinstance(decision, Track)
    assert decision.version == 1


def test_the_same_message_twice_in_a_batch_is_one_record() -> None:
    again = replace(MINE, activityid=key(101))
    for pair in ([MINE, again], [replace(one, message_id="") for one in (MINE, again)]):
        first, second = decide(pair, answers(), TrackingSettings(), reading(ALICE, Filter.ALL))
        assert isinstance(first, Track)
        assert isinstance(second, Skip)
        assert (second.reason, second.existing) == (Reason.DUPLICATE, MINE.activityid)


def test_an_answer_in_the_same_batch_answers_it() -> None:
    answer = replace(
        LETTER, activityid=key(101), digest=b"another", message_id="<a@x>",
        in_reply_to=MINE.message_id,
    )  # fmt: skip
    box = reading(ALICE, Filter.ALL)
    _, decision = decide([MINE, answer], answers(), TrackingSettings(), box)
    assert isinstance(decision, Track)
    assert decision.correlated is not None
    assert decision.correlated.email.direction is Direction.OUTGOING


@given(st.lists(incomings(), max_size=4), some_answers, organizations, mailboxes)
def test_whatever_lies_there_only_the_owner_sent_it(
    batch: list[Incoming], known: Answers, settings: TrackingSettings, box: ReadingMailbox
) -> None:
    sent = [replace(one, is_sent=True) for one in batch]
    for decision in decide(sent, known, settings, box):
        if isinstance(decision, Track):
            assert box.taker is not None
            assert decision.sender is not None
            assert decision.sender.record is not None
            assert decision.sender.record.id == box.taker.record.id
            assert decision.queues == ()
