"""What the organization sets beyond the options of its people: each switch, both ways."""

from dataclasses import replace

import pytest
from tests.unit.tracking.made_up import (
    ALICE,
    BOB,
    COLLECTOR,
    LETTER,
    SENT,
    SUPPORT,
    addresses,
    answers,
    key,
    letter,
    reading,
)

from passerelle.messages import Address
from passerelle.tracking import (
    Answers,
    Complete,
    Decision,
    Direction,
    Filter,
    Incoming,
    Known,
    Look,
    ReadingMailbox,
    Reason,
    Skip,
    Track,
    TrackingSettings,
    decide,
)

TO_BOTH = letter(to=addresses("alice@firm.example", "bob@firm.example"))
ONLY_OWN = TrackingSettings(own_filter_only=True)


def decided(
    settings: TrackingSettings, incoming: Incoming, known: Answers, box: ReadingMailbox
) -> Decision:
    (decision,) = decide([incoming], known, settings, box)
    return decision


@pytest.mark.parametrize(
    ("settings", "box", "reason"),
    [
        pytest.param(
            TrackingSettings(), reading(BOB), Reason.ACCEPT_ALL, id="any-recipient-is-enough"
        ),
        pytest.param(
            ONLY_OWN, reading(BOB), Reason.NO_FILTER_WANTS, id="only-the-box-that-is-read"
        ),
        pytest.param(
            ONLY_OWN, reading(ALICE, Filter.ALL), Reason.ACCEPT_ALL, id="the-box-wants-it-itself"
        ),
        pytest.param(ONLY_OWN, COLLECTOR, Reason.ACCEPT_ALL, id="a-box-of-nobody-asks-recipients"),
    ],
)
def test_who_is_asked(settings: TrackingSettings, box: ReadingMailbox, reason: Reason) -> None:
    known = answers(alice=Filter.ALL, bob=Filter.NONE)
    assert decided(settings, TO_BOTH, known, box).reason is reason


def test_what_was_forwarded_asks_its_forwarder_alone() -> None:
    known = answers(alice=Filter.ALL, bob=Filter.NONE)
    forwarded = replace(TO_BOTH, read_for=known.takers[BOB.id])
    assert decided(ONLY_OWN, forwarded, known, COLLECTOR).reason is Reason.NO_FILTER_WANTS


def test_an_answer_still_counts_for_the_box_that_is_read() -> None:
    known = replace(answers(alice=Filter.NONE), emails={"<sent@firm.example>": (SENT,)})
    answer = replace(TO_BOTH, in_reply_to="<sent@firm.example>")
    decision = decided(ONLY_OWN, answer, known, reading(BOB, Filter.REPLIES))
    assert decision.reason is Reason.CORRELATION_MATCH


def test_the_trace_tells_that_only_one_was_asked() -> None:
    decision = decided(ONLY_OWN, TO_BOTH, answers(), reading(BOB))
    assert Look.OWN_FILTER_ONLY in {line.look for line in decision.looked_at}
    alone = decided(ONLY_OWN, letter(to=addresses("bob@firm.example")), answers(), reading(BOB))
    assert Look.OWN_FILTER_ONLY not in {line.look for line in alone.looked_at}


@pytest.mark.parametrize(
    ("forced", "to", "reason"),
    [
        pytest.param(None, "alice", Reason.NO_FILTER_WANTS, id="their-own-option"),
        pytest.param(Filter.ALL, "alice", Reason.ACCEPT_ALL, id="all-for-every-user"),
        pytest.param(
            Filter.FROM_CRM_RECORDS, "alice", Reason.SENDER_MATCH, id="records-for-every-user"
        ),
        pytest.param(
            Filter.REPLIES, "alice", Reason.NO_CORRELATION_MATCH, id="replies-for-every-user"
        ),
        pytest.param(Filter.ALL, "support", Reason.NO_FILTER_WANTS, id="a-queue-keeps-its-own"),
    ],
)
def test_an_option_of_all_users(forced: Filter | None, to: str, reason: Reason) -> None:
    settings = TrackingSettings(forced_filter=forced)
    known = answers(alice=Filter.NONE, support=Filter.NONE)
    decision = decided(settings, letter(to=addresses(f"{to}@firm.example")), known, COLLECTOR)
    assert decision.reason is reason
    assert (Look.FILTER_FORCED in {line.look for line in decision.looked_at}) == (
        forced is not None
    )


BETWEEN_USERS = letter(sender=Address("", "bob@firm.example"), message_id="<between@firm.example>")
SUPPORT_ALONE = addresses("support@firm.example")
FROM_QUEUE = replace(BETWEEN_USERS, sender=Address("", "support@firm.example"))
ONE = TrackingSettings(two_activities=False)
QUEUES_TOO = replace(ONE, internal_to_queues=False)
FROM_QUEUES_TOO = replace(ONE, internal_from_queues=False)


@pytest.mark.parametrize(
    ("settings", "incoming", "rejected"),
    [
        pytest.param(ONE, BETWEEN_USERS, True, id="between-users"),
        pytest.param(ONE, replace(BETWEEN_USERS, to=SUPPORT_ALONE), False, id="to-a-queue"),
        pytest.param(
            QUEUES_TOO,
            replace(BETWEEN_USERS, to=SUPPORT_ALONE),
            True,
            id="to-a-queue-if-switched-off",
        ),
        pytest.param(ONE, FROM_QUEUE, False, id="from-a-queue"),
        pytest.param(FROM_QUEUES_TOO, FROM_QUEUE, True, id="from-a-queue-if-switched-on"),
        pytest.param(
            FROM_QUEUES_TOO,
            replace(FROM_QUEUE, to=SUPPORT_ALONE),
            True,
            id="from-a-queue-to-a-queue",
        ),
        pytest.param(
            replace(FROM_QUEUES_TOO, two_activities=True),
            FROM_QUEUE,
            False,
            id="two-activities-reject-nothing",
        ),
    ],
)
def test_internal_mail_of_queues(
    settings: TrackingSettings, incoming: Incoming, rejected: bool
) -> None:
    known = answers(alice=Filter.ALL, support=Filter.ALL)
    known = replace(known, emails={"<between@firm.example>": (SENT,)})
    reason = decided(settings, incoming, known, COLLECTOR).reason
    assert (reason is Reason.INTERNAL_EMAIL_REJECT) == rejected


@pytest.mark.parametrize(
    ("recipients", "read", "to", "queues"),
    [
        pytest.param(True, True, "support", [SUPPORT.id], id="both"),
        pytest.param(True, True, "alice", [SUPPORT.id], id="the-one-that-is-read"),
        pytest.param(True, False, "alice", [], id="not-the-one-that-is-read"),
        pytest.param(True, False, "support", [SUPPORT.id], id="read-and-addressed"),
        pytest.param(False, True, "support", [SUPPORT.id], id="read-whether-addressed-or-not"),
        pytest.param(False, False, "support", [], id="none-at-all"),
    ],
)
def test_queue_items(recipients: bool, read: bool, to: str, queues: list[object]) -> None:
    settings = TrackingSettings(items_for_recipients=recipients, item_for_read_queue=read)
    incoming = letter(to=addresses(f"{to}@firm.example"))
    decision = decided(settings, incoming, answers(), reading(SUPPORT, Filter.ALL))
    assert isinstance(decision, Track)
    assert list(decision.queues) == queues


STORED = Known(key(70), Direction.INCOMING, 1, LETTER.text_digest, LETTER.text, frozenset({"p"}))
AGAIN = TrackingSettings(items_for_tracked=True)


@pytest.mark.parametrize(
    ("settings", "box", "queues"),
    [
        pytest.param(AGAIN, reading(SUPPORT, Filter.ALL), [SUPPORT.id], id="in-the-queue-read"),
        pytest.param(
            AGAIN, reading(SUPPORT, Filter.NONE), [SUPPORT.id], id="whatever-its-option-as-tracked"
        ),
        pytest.param(AGAIN, reading(ALICE, Filter.ALL), [], id="a-user-is-no-queue"),
        pytest.param(AGAIN, COLLECTOR, [], id="a-box-of-nobody-is-none"),
        pytest.param(TrackingSettings(), reading(SUPPORT, Filter.ALL), [], id="unless-switched-on"),
    ],
)
@pytest.mark.parametrize("parts", [frozenset({"p"}), frozenset({"p", "q"})])
def test_an_item_of_what_is_tracked_already(
    parts: frozenset[str], settings: TrackingSettings, box: ReadingMailbox, queues: list[object]
) -> None:
    known = replace(answers(), identities={LETTER.digest: (STORED,)})
    decision = decided(settings, letter(parts=parts), known, box)
    assert isinstance(decision, Complete if "q" in parts else Skip)
    assert decision.existing == STORED.activityid
    assert list(decision.queues) == queues
    assert (Look.QUEUED_AGAIN in {line.look for line in decision.looked_at}) == bool(queues)
