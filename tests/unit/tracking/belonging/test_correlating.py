"""To what a message belongs, by which method, and what follows where that is doubtful."""

from dataclasses import replace

import pytest
from hypothesis import given
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
    COLLECTOR,
    SENT,
    addresses,
    answers,
    key,
    letter,
    reading,
)

from passerelle.messages import Address, parse
from passerelle.messages import identity as identity_of
from passerelle.tracking import (
    Answering,
    Answers,
    CorrelationMethod,
    Decision,
    Direction,
    Doubt,
    Filter,
    Incoming,
    Look,
    ReadingMailbox,
    Reason,
    Skip,
    StoredEmail,
    TokenFormat,
    Track,
    TrackingSettings,
    decide,
    incoming_of,
    make,
    people_asked,
)
from passerelle.tracking.belonging.correlating import correlate

OLD = TokenFormat("OLD:", 0, 4, 2)
EARLIER = make(OLD, 12, 3)
OURS = TrackingSettings(earlier_formats=(OLD,))
JOINED = TrackingSettings(forwards_are_replies=True)
OFFER = replace(SENT, subject="Offer")
KNOWN = {
    "emails": {"<sent@firm.example>": (OFFER,)},
    "tokens": {TOKEN: OFFER, EARLIER: OFFER},
    "people": {OFFER.activityid: frozenset({"bob@firm.example", "cara@client.example"})},
}
ANSWER = letter(subject="Re: Offer", in_reply_to="<sent@firm.example>")
FORWARD = letter(subject="Fwd: Offer", in_reply_to="<sent@firm.example>")
STRANGER = letter(
    subject="A lamp is broken",
    in_reply_to="<sent@firm.example>",
    sender=Address("", "dan@other.example"),
)


def known(**filters: Filter) -> Answers:
    return replace(answers(**filters), **KNOWN)  # type: ignore[arg-type]


def decided(
    incoming: Incoming, settings: TrackingSettings = OURS, box: ReadingMailbox = COLLECTOR
) -> Decision:
    (decision,) = decide([incoming], known(), settings, box)
    return decision


@pytest.mark.parametrize(
    ("incoming", "method", "doubt"),
    [
        pytest.param(ANSWER, CorrelationMethod.IN_REPLY_TO, None, id="in-reply-to"),
        pytest.param(
            letter(subject="Re: Offer", references=("<sent@firm.example>", "<x@y.example>")),
            CorrelationMethod.IN_REPLY_TO,
            None,
            id="references",
        ),
        pytest.param(
            letter(subject=f"Re: Offer {TOKEN}"),
            CorrelationMethod.TRACKING_TOKEN,
            None,
            id="token",
        ),
        pytest.param(
            letter(subject=f"Re: Offer {EARLIER}"),
            CorrelationMethod.TRACKING_TOKEN,
            None,
            id="token-of-an-earlier-format",
        ),
        pytest.param(FORWARD, CorrelationMethod.IN_REPLY_TO, Doubt.FORWARD, id="forward"),
        pytest.param(
            letter(subject=f"Fwd: Offer {TOKEN}"),
            CorrelationMethod.TRACKING_TOKEN,
            Doubt.FORWARD,
            id="a-token-in-a-forward",
        ),
        pytest.param(STRANGER, CorrelationMethod.IN_REPLY_TO, Doubt.OTHER_PEOPLE, id="stranger"),
    ],
)
def test_the_methods(incoming: Incoming, method: CorrelationMethod, doubt: Doubt | None) -> None:
    found = correlate(incoming, known(), OURS, COLLECTOR)
    assert found is not None
    assert (found.email, found.method, found.doubt) == (OFFER, method, doubt)


@pytest.mark.parametrize("incoming", [pytest.param(FORWARD, id="a-forward"), STRANGER])
def test_a_doubtful_answer_is_proposed_and_nothing_follows_from_it(incoming: Incoming) -> None:
    decision = decided(incoming)
    assert isinstance(decision, Track)
    assert decision.correlated is not None
    assert not decision.correlated.is_sure
    assert decision.regarding is None
    assert Look.CORRELATED not in [looked.look for looked in decision.looked_at]
    assert decision.case is not None
    assert decision.case.answering is Answering.PROPOSED


def test_it_does_not_choose_the_owner() -> None:
    both = addresses("alice@firm.example", "bob@firm.example")
    owners = []
    for subject in ("Re: Offer", "Fwd: Offer"):
        (decision,) = decide(
            [replace(ANSWER, subject=subject, to=both, sender=Address("", "acme@client.example"))],
            known(bob=Filter.ALL),
            OURS,
            COLLECTOR,
        )
        assert isinstance(decision, Track)
        owners.append(decision.owner)
    assert owners == [BOB.id, ALICE.id]


def test_who_takes_replies_does_not_take_it() -> None:
    (decision,) = decide(
        [FORWARD], known(alice=Filter.REPLIES), OURS, reading(ALICE, Filter.REPLIES)
    )
    assert isinstance(decision, Skip)
    assert decision.reason is Reason.NO_CORRELATION_MATCH


@pytest.mark.parametrize("incoming", [pytest.param(FORWARD, id="a-forward"), STRANGER])
def test_where_the_organization_says_so_it_is_an_answer_like_others(incoming: Incoming) -> None:
    decision = decided(incoming, JOINED)
    assert isinstance(decision, Track)
    assert decision.correlated is not None
    assert decision.correlated.is_sure
    assert decision.regarding == ACME
    (decision,) = decide(
        [incoming], known(alice=Filter.REPLIES), JOINED, reading(ALICE, Filter.REPLIES)
    )
    assert decision.reason is Reason.CORRELATION_MATCH


def test_a_report_on_what_was_sent_is_never_doubtful() -> None:
    report = letter(subject="Fwd: not delivered", reports=("<sent@firm.example>",))
    decision = decided(report)
    assert isinstance(decision, Track)
    assert decision.correlated is not None
    assert decision.correlated.is_sure


def test_people_are_asked_of_the_answered_email_alone_and_only_under_another_subject() -> None:
    assert people_asked([ANSWER, FORWARD, letter()], known(), OURS) == frozenset()
    assert people_asked([ANSWER, STRANGER], known(), OURS) == {OFFER.activityid}


def test_the_people_of_an_email_of_the_same_batch_are_known() -> None:
    first = letter(activityid=key(101), digest=b"1", subject="Offer")
    own = replace(STRANGER, activityid=key(102), digest=b"2", in_reply_to=first.message_id)
    own = replace(own, message_id="<second@other.example>")
    _, second = decide([first, own], answers(), OURS, COLLECTOR)
    assert isinstance(second, Track)
    assert second.correlated is not None
    assert second.correlated.doubt is Doubt.OTHER_PEOPLE
    assert second.correlated.email.activityid == first.activityid


def test_an_attached_message_is_seen() -> None:
    raw = (
        b"From: Cara <cara@client.example>\r\nTo: alice@firm.example\r\nSubject: See this\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\n\r\nSee below.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        b"From: x@y.example\r\nSubject: Old\r\n\r\nText.\r\n--b--\r\n"
    )
    message = parse(raw)
    assert incoming_of(message, identity_of(message), key(1)).carries_message


@given(incomings(), some_answers, organizations, mailboxes)
def test_only_what_is_sure_has_consequences(
    incoming: Incoming, known: Answers, organization: TrackingSettings, box: ReadingMailbox
) -> None:
    (decision,) = decide([incoming], known, organization, box)
    if isinstance(decision, Track) and decision.correlated and not decision.correlated.is_sure:
        assert decision.regarding == box.regarding  # what a person said by the folder
        assert decision.reason is not Reason.CORRELATION_MATCH
        if decision.correlated.doubt is not Doubt.SIMILAR:
            assert not organization.forwards_are_replies


def test_the_newest_email_of_an_id_counts() -> None:
    older = StoredEmail(key(60), Direction.INCOMING, subject="Offer")
    both = Answers(emails={"<sent@firm.example>": (OFFER, older)})
    found = correlate(ANSWER, both, OURS, COLLECTOR)
    assert found is not None
    assert found.email is OFFER
