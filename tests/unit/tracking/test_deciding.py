"""`decide`: the rules by tables, and what holds for any batch."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.tracking.any_mail import (
    TOKEN,
    incomings,
    mailboxes,
    organizations,
    some_answers,
)
from tests.unit.tracking.made_up import (
    ACME,
    ALICE,
    BOB,
    CARA,
    COLLECTOR,
    LETTER,
    RECORDS,
    SENT,
    SUPPORT,
    addresses,
    answers,
    key,
    letter,
    reading,
    taker,
)

from passerelle.messages import Address, Automatic, parse
from passerelle.messages import identity as identity_of
from passerelle.tracking import (
    Answers,
    Complete,
    CorrelationMethod,
    Decision,
    Direction,
    Filter,
    Incoming,
    Known,
    Look,
    Participation,
    ReadingMailbox,
    Reason,
    RecordRef,
    Skip,
    StoredEmail,
    Track,
    TrackingSettings,
    after,
    decide,
    incoming_of,
    people_asked,
    questions,
)

SETTINGS = TrackingSettings()
ONE_RECORD = TrackingSettings(two_activities=False)


def decided(
    incoming: Incoming,
    known: Answers | None = None,
    box: ReadingMailbox | None = None,
    settings: TrackingSettings = SETTINGS,
) -> Decision:
    (decision,) = decide([incoming], known or answers(), settings, box or COLLECTOR)
    return decision


def tracked(
    incoming: Incoming, known: Answers | None = None, box: ReadingMailbox | None = None
) -> Track:
    decision = decided(incoming, known, box)
    assert isinstance(decision, Track)
    return decision


CORRELATED = {"emails": {"<sent@firm.example>": (SENT,)}, "tokens": {TOKEN: SENT}}


@pytest.mark.parametrize(
    ("wanted", "change", "reason"),
    [
        pytest.param(Filter.ALL, {}, Reason.ACCEPT_ALL, id="all-takes-everything"),
        pytest.param(
            Filter.ALL,
            {"sender": Address("", "x@stranger.example")},
            Reason.ACCEPT_ALL,
            id="all-takes-a-stranger",
        ),
        pytest.param(
            Filter.REPLIES, {}, Reason.NO_CORRELATION_MATCH, id="replies-leaves-a-first-letter"
        ),
        pytest.param(
            Filter.REPLIES,
            {"in_reply_to": "<sent@firm.example>"},
            Reason.CORRELATION_MATCH,
            id="replies-takes-an-answer",
        ),
        pytest.param(
            Filter.REPLIES,
            {"subject": f"Re: Hello {TOKEN}"},
            Reason.CORRELATION_MATCH,
            id="replies-takes-a-token",
        ),
        pytest.param(
            Filter.FROM_CRM_RECORDS, {}, Reason.SENDER_MATCH, id="records-takes-a-contact"
        ),
        pytest.param(
            Filter.FROM_CRM_RECORDS,
            {"sender": Address("", "acme@client.example")},
            Reason.SENDER_MATCH,
            id="records-takes-an-account",
        ),
        pytest.param(
            Filter.FROM_CRM_RECORDS,
            {"sender": Address("", "leo@lead.example")},
            Reason.SENDER_MATCH,
            id="records-takes-a-lead",
        ),
        pytest.param(
            Filter.FROM_CRM_RECORDS,
            {"sender": Address("", "bob@firm.example")},
            Reason.SENDER_NOT_WANTED,
            id="records-leaves-a-user",
        ),
        pytest.param(
            Filter.FROM_ANY_RECORD,
            {"sender": Address("", "bob@firm.example")},
            Reason.SENDER_MATCH,
            id="any-record-takes-a-user",
        ),
        pytest.param(
            Filter.FROM_ANY_RECORD,
            {"sender": Address("", "x@stranger.example")},
            Reason.SENDER_NOT_WANTED,
            id="any-record-leaves-a-stranger",
        ),
        pytest.param(Filter.NONE, {}, Reason.NO_FILTER_WANTS, id="none-takes-nothing"),
        pytest.param(
            Filter.NONE,
            {"in_reply_to": "<sent@firm.example>"},
            Reason.NO_FILTER_WANTS,
            id="none-leaves-even-an-answer",
        ),
        pytest.param(
            Filter.NONE, {"by_hand": True}, Reason.TAKEN_BY_HAND, id="a-person-may-take-it"
        ),
        pytest.param(Filter.ALL, {"sender": None}, Reason.INVALID_SENDER, id="no-sender"),
        pytest.param(Filter.ALL, {"test_id": "x"}, Reason.TEST_MESSAGE, id="our-own-test"),
        pytest.param(
            Filter.ALL,
            {"test_id": "x", "sender": None, "by_hand": True},
            Reason.TEST_MESSAGE,
            id="our-own-test-never",
        ),
    ],
)
def test_filters(wanted: Filter, change: dict[str, object], reason: Reason) -> None:
    known = replace(answers(alice=wanted), **CORRELATED)  # type: ignore[arg-type]
    assert decided(letter(**change), known, reading(ALICE, wanted)).reason is reason


@pytest.mark.parametrize(
    ("to", "cc", "box", "accepting"),
    [
        pytest.param("alice", "", reading(BOB), ALICE, id="any-recipient-counts-not-only-the-box"),
        pytest.param("bob", "alice", reading(BOB), ALICE, id="a-recipient-in-copy-counts"),
        pytest.param("x", "", reading(BOB, Filter.ALL), BOB, id="bcc-reaches-the-box-itself"),
        pytest.param("alice", "", reading(BOB, Filter.ALL), BOB, id="the-box-that-wants-it-first"),
        pytest.param("x", "", COLLECTOR, None, id="nobody-is-a-recipient"),
        pytest.param("x", "", reading(BOB), None, id="the-box-does-not-want-it"),
    ],
)
def test_recipients(to: str, cc: str, box: ReadingMailbox, accepting: RecordRef | None) -> None:
    incoming = letter(
        to=addresses(f"{to}@firm.example"), cc=addresses(f"{cc}@firm.example") if cc else ()
    )
    decision = decided(incoming, answers(alice=Filter.ALL), box)
    assert (decision.accepting if isinstance(decision, Track) else None) == accepting


def test_without_any_recipient_the_reason_says_so() -> None:
    decision = decided(letter(to=addresses("x@stranger.example")), box=COLLECTOR)
    assert isinstance(decision, Skip)
    assert (decision.reason, decision.existing) == (Reason.NO_RECIPIENT_MATCH, None)
    assert decision.facts == (("sender", "Cara@client.example"),)


def test_an_inactive_user_takes_nothing() -> None:
    gone = replace(ALICE, active=False)
    known = replace(answers(), takers={gone.id: taker(gone, Filter.ALL)})
    assert decided(LETTER, known, COLLECTOR).reason is Reason.NO_RECIPIENT_MATCH


OTHER = StoredEmail(key(51), Direction.INCOMING)


@pytest.mark.parametrize(
    ("change", "email", "method"),
    [
        pytest.param({"in_reply_to": "<a>"}, SENT, 3, id="in-reply-to"),
        pytest.param({"references": ("<a>",)}, SENT, 3, id="references-count-as-in-reply-to"),
        pytest.param({"in_reply_to": "<b>", "references": ("<a>",)}, OTHER, 3, id="reply-to-first"),
        pytest.param({"references": ("<a>", "<b>")}, OTHER, 3, id="the-newest-reference"),
        pytest.param({"in_reply_to": "<x>", "references": ("<a>",)}, SENT, 3, id="unknown-passed"),
        pytest.param({"subject": f"Re: {TOKEN}"}, SENT, 4, id="token"),
        pytest.param({"subject": TOKEN, "in_reply_to": "<b>"}, OTHER, 3, id="header-before-token"),
        pytest.param({"message_id": "<a>", "in_reply_to": "<a>"}, None, 0, id="not-to-itself"),
        pytest.param({"in_reply_to": "<x>"}, None, 0, id="unknown"),
    ],
)
def test_correlation(change: dict[str, object], email: StoredEmail | None, method: int) -> None:
    known = replace(answers(), emails={"<a>": (SENT,), "<b>": (OTHER, SENT)}, tokens={TOKEN: SENT})
    correlated = tracked(letter(**change), known).correlated
    assert (correlated.email if correlated else None) == email
    assert (correlated.method if correlated else 0) == CorrelationMethod(method)


@pytest.mark.parametrize(
    ("switched_off", "change"),
    [
        pytest.param({"correlation": False}, {"in_reply_to": "<a>"}, id="headers"),
        pytest.param({"tokens": False}, {"subject": TOKEN}, id="tokens"),
    ],
)
def test_a_method_can_be_switched_off(
    switched_off: dict[str, bool], change: dict[str, object]
) -> None:
    known = replace(answers(), emails={"<a>": (SENT,)}, tokens={TOKEN: SENT})
    settings = TrackingSettings(**switched_off)  # type: ignore[arg-type]
    decision = decided(letter(**change), known, settings=settings)
    assert isinstance(decision, Track)
    assert decision.correlated is None


def test_regarding_is_copied_from_the_email_it_answers() -> None:
    known = replace(answers(), emails={"<a>": (SENT,)})
    assert tracked(letter(in_reply_to="<a>"), known).regarding == ACME
    assert tracked(LETTER, known).regarding is None


def test_every_match_of_a_recipient_is_a_party_and_a_stranger_stays_an_address() -> None:
    both = {**RECORDS, "shared@client.example": (CARA, ACME)}
    incoming = letter(
        to=addresses("Shared@client.example", "shared@client.example", "x@stranger.example"),
        cc=addresses("bob@firm.example"),
    )
    decision = tracked(incoming, replace(answers(), records=both), reading(ALICE, Filter.ALL))
    assert [(one.participation, one.address, one.record) for one in decision.parties] == [
        (Participation.SENDER, "Cara@client.example", CARA),
        (Participation.TO, "Shared@client.example", CARA),
        (Participation.TO, "Shared@client.example", ACME),
        (Participation.TO, "x@stranger.example", None),
        (Participation.CC, "bob@firm.example", BOB),
    ]
    assert decision.sender == decision.parties[0]


def test_parties_are_bounded() -> None:
    crowd = {f"{n}@x.example": (CARA, ACME) * 40 for n in range(1_000)}
    incoming = letter(to=addresses(*crowd))
    decision = tracked(incoming, replace(answers(), records=crowd), reading(ALICE, Filter.ALL))
    assert len(decision.parties) == 2_000


@pytest.mark.parametrize(
    ("to", "box", "queues"),
    [
        pytest.param("support", reading(ALICE, Filter.ALL), [SUPPORT.id], id="a-queue-addressed"),
        pytest.param(
            "alice", reading(SUPPORT, Filter.ALL), [SUPPORT.id], id="the-queue-being-read"
        ),
        pytest.param("support", reading(SUPPORT, Filter.ALL), [SUPPORT.id], id="both-once"),
        pytest.param("alice", reading(ALICE, Filter.ALL), [], id="no-queue"),
    ],
)
def test_queue_items(to: str, box: ReadingMailbox, queues: list[object]) -> None:
    decision = tracked(letter(to=addresses(f"{to}@firm.example")), box=box)
    assert list(decision.queues) == queues


BETWEEN_USERS = letter(sender=Address("", "bob@firm.example"), message_id="<between@firm.example>")
WITH_COPY = replace(answers(), emails={"<between@firm.example>": (SENT,)})


@pytest.mark.parametrize(
    ("settings", "incoming", "known", "reason"),
    [
        pytest.param(
            SETTINGS,
            BETWEEN_USERS,
            WITH_COPY,
            Reason.ACCEPT_ALL,
            id="two-records-sent-and-received",
        ),
        pytest.param(
            ONE_RECORD,
            BETWEEN_USERS,
            WITH_COPY,
            Reason.INTERNAL_EMAIL_REJECT,
            id="one-record-when-the-sent-copy-exists",
        ),
        pytest.param(
            ONE_RECORD, BETWEEN_USERS, answers(), Reason.ACCEPT_ALL, id="no-sent-copy-no-reject"
        ),
        pytest.param(
            ONE_RECORD,
            replace(BETWEEN_USERS, cc=addresses("support@firm.example")),
            WITH_COPY,
            Reason.ACCEPT_ALL,
            id="a-queue-gets-it-all-the-same",
        ),
        pytest.param(
            ONE_RECORD,
            replace(BETWEEN_USERS, sender=Address("", "cara@client.example")),
            WITH_COPY,
            Reason.ACCEPT_ALL,
            id="a-customer-is-not-internal",
        ),
        pytest.param(
            ONE_RECORD,
            BETWEEN_USERS,
            replace(answers(), emails={"<between@firm.example>": (OTHER,)}),
            Reason.ACCEPT_ALL,
            id="a-received-copy-is-no-sent-one",
        ),
    ],
)
def test_internal_mail(
    settings: TrackingSettings, incoming: Incoming, known: Answers, reason: Reason
) -> None:
    assert decided(incoming, known, settings=settings).reason is reason


@pytest.mark.parametrize(
    ("change", "texts", "reason"),
    [
        pytest.param({}, {LETTER.text_digest}, Reason.UNTRACKED_BY_HAND, id="it-stays-away"),
        pytest.param({}, {b"other"}, Reason.ACCEPT_ALL, id="another-text-under-its-id-is-taken"),
        pytest.param(
            {"by_hand": True},
            {LETTER.text_digest},
            Reason.TAKEN_BY_HAND,
            id="a-person-takes-it-after-all",
        ),
    ],
)
def test_what_a_person_had_untracked(
    change: dict[str, object], texts: set[bytes], reason: Reason
) -> None:
    known = replace(answers(), untracked={LETTER.digest: frozenset(texts)})
    assert decided(letter(**change), known, reading(ALICE, Filter.ALL)).reason is reason


FIRST = Known(key(70), Direction.INCOMING, 1, LETTER.text_digest, LETTER.text, frozenset({"p"}))


@pytest.mark.parametrize(
    ("change", "known", "expected"),
    [
        pytest.param({}, [FIRST], (Skip, Reason.DUPLICATE, key(70)), id="the-same-is-not-doubled"),
        pytest.param(
            {"by_hand": True}, [FIRST], (Skip, Reason.DUPLICATE, key(70)), id="not-even-by-hand"
        ),
        pytest.param(
            {"parts": frozenset({"p"})}, [FIRST], (Skip, Reason.DUPLICATE, key(70)), id="same-parts"
        ),
        pytest.param(
            {"parts": frozenset({"p", "q"})},
            [FIRST],
            (Complete, Reason.COMPLETED, key(70)),
            id="more-parts-complete-it",
        ),
        pytest.param(
            {"text_digest": b"x", "text": LETTER.text + "\n\n-- \nlist footer"},
            [FIRST],
            (Skip, Reason.DUPLICATE, key(70)),
            id="a-footer-makes-no-other-text",
        ),
        pytest.param(
            {"text_digest": b"x", "text": "Something else entirely."},
            [FIRST],
            (Track, Reason.ACCEPT_ALL, 2),
            id="another-text-is-a-further-version",
        ),
        pytest.param(
            {"text_digest": b"x", "text": "Something else entirely."},
            [FIRST, replace(FIRST, version=2, text_digest=b"y", text="Third")],
            (Track, Reason.ACCEPT_ALL, 3),
            id="versions-count-on",
        ),
        pytest.param(
            {},
            [replace(FIRST, direction=Direction.OUTGOING)],
            (Track, Reason.ACCEPT_ALL, 1),
            id="the-sent-copy-is-another-record",
        ),
    ],
)
def test_what_is_stored_already(
    change: dict[str, object], known: list[Known], expected: tuple[type, Reason, object]
) -> None:
    stored = replace(answers(), identities={LETTER.digest: tuple(known)})
    decision = decided(letter(**change), stored)
    if isinstance(decision, Track):
        assert decision.flagged_version is (decision.version > 1)
        assert (Track, decision.reason, decision.version) == expected
    else:
        assert (type(decision), decision.reason, decision.existing) == expected


def test_only_what_is_missing_completes() -> None:
    stored = replace(answers(), identities={LETTER.digest: (FIRST,)})
    decision = decided(letter(parts=frozenset({"p", "q"})), stored)
    assert isinstance(decision, Complete)
    assert decision.missing == {"q"}


def test_the_second_may_answer_the_first_of_the_same_batch() -> None:
    question = letter(activityid=key(200))
    answer = letter(
        activityid=key(201),
        digest=b"2",
        message_id="<2@x>",
        in_reply_to=question.message_id,
        to=addresses("bob@firm.example"),
    )
    known = answers(alice=Filter.ALL, bob=Filter.REPLIES)
    first, second = decide([question, answer], known, SETTINGS, COLLECTOR)
    assert first.reason is Reason.ACCEPT_ALL
    assert isinstance(second, Track)
    assert second.correlated is not None
    assert second.correlated.email.activityid == key(200)
    turned = decide([answer, question], known, SETTINGS, COLLECTOR)
    assert turned[0].reason is Reason.NO_CORRELATION_MATCH


def test_the_same_message_twice_in_a_batch_is_one_record() -> None:
    first, second = decide([LETTER, LETTER], answers(), SETTINGS, reading(ALICE, Filter.ALL))
    assert isinstance(first, Track)
    assert isinstance(second, Skip)
    assert (second.reason, second.existing) == (Reason.DUPLICATE, LETTER.activityid)


def test_a_decision_tells_what_was_looked_at() -> None:
    decision = decided(LETTER, answers(alice=Filter.NONE))
    assert [one.look for one in decision.looked_at] == [
        Look.SENDER_RESOLVED,
        Look.NOT_CORRELATED,
        Look.TAKER_DECLINES,
    ]
    assert dict(decision.facts)["owner"] == "Alice"


def test_questions_hold_all_that_is_looked_at() -> None:
    incoming = letter(
        in_reply_to="<a>", references=("<b>",), subject=TOKEN, cc=addresses("X@y.example")
    )
    asked = questions([incoming, letter(test_id="t", message_id="<t>")], ONE_RECORD)
    assert asked.addresses == {"cara@client.example", "alice@firm.example", "x@y.example"}
    assert asked.message_ids == {"<letter@client.example>", "<a>", "<b>"}
    assert asked.tokens == {TOKEN}
    assert asked.identities == {LETTER.digest}


def test_a_parsed_message_becomes_an_incoming_one() -> None:
    message = parse(
        b"From: c@client.example\r\nTo: alice@firm.example\r\nSubject: s\r\nMessage-ID: <m@c>\r\n"
        b"List-Id: <l.example>\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n--b\r\n"
        b"Content-Type: a/b\r\n\r\nx\r\n--b--"
    )
    incoming = incoming_of(message, identity_of(message), key(1), by_hand=True)
    assert (incoming.message_id, incoming.subject, incoming.text) == ("<m@c>", "s", "hi")
    assert incoming.parts == {message.attachments[0].digest}
    assert incoming.by_hand
    assert (incoming.automatic, incoming.header_facts.list_id) == (Automatic.LIST, "l.example")


@given(
    st.lists(incomings(), max_size=6, unique_by=lambda one: one.activityid),
    some_answers,
    organizations,
    mailboxes,
    st.integers(0, 6),
)
def test_a_batch_cut_anywhere_is_decided_alike(
    batch: list[Incoming],
    known: Answers,
    organization: TrackingSettings,
    box: ReadingMailbox,
    cut: int,
) -> None:
    whole = decide(batch, known, organization, box)
    first = decide(batch[:cut], known, organization, box)
    second = decide(batch[cut:], after(known, batch[:cut], first, organization), organization, box)
    assert whole == first + second


@given(st.lists(incomings(), max_size=5), some_answers, mailboxes)
def test_nothing_is_decided_by_what_was_not_asked(
    batch: list[Incoming], known: Answers, box: ReadingMailbox
) -> None:
    """Answers cut down to the questions give the same decisions: one round is enough."""
    asked = questions(batch, ONE_RECORD)
    least = replace(
        known,
        records={one: found for one, found in known.records.items() if one in asked.addresses},
        emails={one: found for one, found in known.emails.items() if one in asked.message_ids},
        tokens={one: found for one, found in known.tokens.items() if one in asked.tokens},
        identities={
            one: found for one, found in known.identities.items() if one in asked.identities
        },
    )
    least = replace(
        least,
        conversations={
            one: found for one, found in known.conversations.items() if one in asked.conversations
        },
    )
    doubted = people_asked(batch, least, ONE_RECORD)
    least = replace(
        least, people={one: found for one, found in known.people.items() if one in doubted}
    )
    assert decide(batch, least, ONE_RECORD, box) == decide(batch, known, ONE_RECORD, box)
