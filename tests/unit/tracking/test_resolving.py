"""Whom an address means, and who owns what arrives."""

from dataclasses import replace
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.tracking.any_mail import incomings, mailboxes, organizations, some_answers
from tests.unit.tracking.made_up import (
    ACME,
    ALICE,
    BOB,
    CARA,
    LEO,
    LETTER,
    SUPPORT,
    answers,
    key,
    taker,
)

from passerelle.messages import Address
from passerelle.tracking import (
    Answers,
    Filter,
    Incoming,
    Look,
    Participation,
    PartyKind,
    ReadingMailbox,
    RecordRef,
    Taker,
    Track,
    TrackingSettings,
    decide,
    questions,
)
from passerelle.tracking.resolving import matches_of, owner, parties, sender_record, sole_record

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
        pytest.param(
            [replace(SUPPORT, owner=None), LEO], None, LEO, id="though-nobody-owns-it-or-reads"
        ),
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


@pytest.mark.parametrize(
    ("matches", "expected"),
    [
        pytest.param([], None, id="nobody"),
        pytest.param([CARA], CARA, id="the-only-one"),
        pytest.param([GONE], GONE, id="the-only-one-whatever-its-state"),
        pytest.param([GONE, LEO], LEO, id="an-inactive-one-is-no-rival"),
        pytest.param([CARA, LEO], None, id="of-several-none"),
        pytest.param([ALICE, CARA], None, id="not-even-a-user"),
        pytest.param([GONE, replace(LEO, active=False)], None, id="of-several-inactive-ones-none"),
    ],
)
def test_the_sole_record(matches: list[RecordRef], expected: RecordRef | None) -> None:
    assert sole_record(tuple(matches)) == expected


PLUS = TrackingSettings(plus_addresses=True)
ALIKE = {
    "alice@firm.example": (ALICE,),
    "support@firm.example": (SUPPORT, CARA),
    "cara@client.example": (CARA,),
    "bob+own@firm.example": (LEO,),
    "bob@firm.example": (BOB,),
    "+@firm.example": (BOB,),
    "gone@client.example": (GONE,),
    '"alice@firm.example': (BOB,),
}


@pytest.mark.parametrize(
    ("address", "settings", "expected"),
    [
        pytest.param("alice+shop@firm.example", PLUS, [ALICE], id="a-tag-means-the-user"),
        pytest.param("ALICE+Shop+2@firm.example", PLUS, [ALICE], id="several-tags"),
        pytest.param("alice+@firm.example", PLUS, [ALICE], id="an-empty-tag"),
        pytest.param("support+x@firm.example", PLUS, [SUPPORT], id="a-queue-and-no-customer"),
        pytest.param("cara+x@client.example", PLUS, [], id="no-customer"),
        pytest.param("bob+own@firm.example", PLUS, [LEO], id="exactly-that-address-first"),
        pytest.param("+x@firm.example", PLUS, [], id="a-tag-of-nothing"),
        pytest.param('"alice+x"@firm.example', PLUS, [], id="a-quoted-plus-is-no-tag"),
        pytest.param("alice+x@firm.example", TrackingSettings(), [], id="not-unless-it-is-wanted"),
        pytest.param("gone@client.example", TrackingSettings(), [GONE], id="inactive-ones-count"),
        pytest.param(
            "gone@client.example", TrackingSettings(inactive_meant=False), [], id="or-they-do-not"
        ),
    ],
)
def test_whom_an_address_means(
    address: str, settings: TrackingSettings, expected: list[RecordRef]
) -> None:
    found = matches_of(Address("", address), Answers(records=ALIKE), settings)
    assert list(found) == expected


def test_an_address_is_asked_for_without_its_tag_only_where_that_counts() -> None:
    letter = replace(LETTER, to=(Address("", "Alice+Shop@firm.example"),), cc=())
    plain = "alice@firm.example"
    assert plain not in questions([letter], TrackingSettings()).addresses
    assert plain in questions([letter], PLUS).addresses


def recipients(settings: TrackingSettings, *matches: RecordRef) -> list[RecordRef | None]:
    letter = replace(LETTER, to=(Address("", "info@client.example"),), cc=())
    known = Answers(records={"info@client.example": matches})
    _, everybody = parties(letter, None, known, settings)
    return [one.record for one in everybody if one.participation is Participation.TO]


def test_every_record_of_a_recipient_or_none_as_the_organization_wants() -> None:
    none = TrackingSettings(recipients_unresolved=True)
    assert recipients(TrackingSettings(), LEO, CARA) == [CARA, LEO]
    assert recipients(none, LEO, CARA) == [None]
    assert recipients(none, LEO) == [LEO]
    assert recipients(none, GONE, LEO) == [LEO]
    assert recipients(none) == [None]


def decided(settings: TrackingSettings, letter: Incoming, known: Answers) -> Track:
    [decision] = decide([letter], known, settings, ReadingMailbox("", None))
    assert isinstance(decision, Track)
    return decision


def test_a_user_who_shares_an_address_receives_its_mail_though_no_party() -> None:
    letter = replace(LETTER, to=(Address("", "info@firm.example"),), cc=())
    records = {**answers().records, "info@firm.example": (CARA, SUPPORT)}
    known = replace(answers(support=Filter.ALL), records=records)
    track = decided(TrackingSettings(recipients_unresolved=True), letter, known)
    assert [one.record for one in track.parties[1:]] == [None]
    assert (track.accepting, track.queues) == (SUPPORT, (SUPPORT.id,))


def test_whom_the_server_delivered_it_to_receives_it_and_is_no_party() -> None:
    bcc = Address("", "support@firm.example")
    letter = replace(LETTER, delivered_to=(("X-Original-To", bcc),))
    assert bcc.key in questions([letter], TrackingSettings()).addresses
    track = decided(TrackingSettings(), letter, answers(alice=Filter.NONE, support=Filter.ALL))
    assert (track.accepting, track.queues) == (SUPPORT, (SUPPORT.id,))
    assert SUPPORT not in [one.record for one in track.parties]
    [told] = [one for one in track.looked_at if one.look is Look.DELIVERED_TO]
    assert dict(told.facts) == {"field": "X-Original-To", "address": "support@firm.example"}


def test_whom_the_server_delivered_it_to_stands_behind_those_it_is_addressed_to() -> None:
    letter = replace(
        LETTER,
        sender=Address("", "x@stranger.example"),
        delivered_to=(("Delivered-To", Address("", "bob@firm.example")),),
    )
    track = decided(TrackingSettings(), letter, answers(alice=Filter.ALL, bob=Filter.ALL))
    assert (track.accepting, track.owner) == (ALICE, ALICE.id)


def test_an_address_that_waits_for_approval_receives_nothing_by_delivery() -> None:
    letter = replace(LETTER, delivered_to=(("Delivered-To", Address("", "new@firm.example")),))
    known = replace(answers(), withheld={"new@firm.example": (BOB,)})
    track = decided(TrackingSettings(), letter, known)
    assert Look.NOT_APPROVED in {one.look for one in track.looked_at}


CHOSEN, NOT_CHOSEN = TrackingSettings(), TrackingSettings(sender_unresolved=True)


@pytest.mark.parametrize(
    ("settings", "matches", "sender", "ambiguous"),
    [
        pytest.param(CHOSEN, [CARA, LEO], CARA, False, id="the-first-is-chosen"),
        pytest.param(NOT_CHOSEN, [CARA, LEO], None, True, id="none-is-chosen"),
        pytest.param(NOT_CHOSEN, [CARA], CARA, False, id="one-needs-no-choice"),
        pytest.param(CHOSEN, [GONE, GONE], None, True, id="none-can-be-chosen"),
        pytest.param(CHOSEN, [], None, False, id="an-unknown-sender-is-no-ambiguous-one"),
    ],
)
def test_a_sender_whom_several_could_be(
    settings: TrackingSettings,
    matches: list[RecordRef],
    sender: RecordRef | None,
    ambiguous: bool,
) -> None:
    known = replace(answers(), records={**answers().records, "cara@client.example": tuple(matches)})
    letter = replace(LETTER, sender=Address("", "cara@client.example"))
    track = decided(settings, letter, known)
    assert track.sender is not None
    assert (track.sender.record, track.ambiguous_sender) == (sender, ambiguous)


@given(incomings(), some_answers, organizations, mailboxes, st.randoms())
def test_in_which_order_records_are_found_changes_nothing(
    letter: Incoming,
    known: Answers,
    settings: TrackingSettings,
    box: ReadingMailbox,
    chance: Random,
) -> None:
    once = {address: each_once(records) for address, records in known.records.items()}
    shuffled = {address: chance.sample(records, len(records)) for address, records in once.items()}
    assert decide([letter], replace(known, records=once), settings, box) == decide(
        [letter],
        replace(known, records={one: tuple(found) for one, found in shuffled.items()}),
        settings,
        box,
    )


def each_once(records: tuple[RecordRef, ...]) -> tuple[RecordRef, ...]:
    return tuple({record.id: record for record in records}.values())


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
