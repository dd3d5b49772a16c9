"""A small company with its mail, for the tests of tracking. Everything here is made up."""

from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from passerelle.messages import Address
from passerelle.tracking import (
    Answers,
    Direction,
    Filter,
    Incoming,
    PartyKind,
    ReadingMailbox,
    RecordRef,
    StoredEmail,
    Taker,
)


def key(number: int) -> UUID:
    return UUID(int=number)


ALICE = RecordRef(PartyKind.SYSTEMUSER, key(1), name="Alice")
BOB = RecordRef(PartyKind.SYSTEMUSER, key(2), name="Bob")
SUPPORT = RecordRef(PartyKind.QUEUE, key(3), owner=BOB.id, name="Support")
CARA = RecordRef(PartyKind.CONTACT, key(4), owner=BOB.id, name="Cara")
ACME = RecordRef(PartyKind.ACCOUNT, key(5), owner=ALICE.id, name="Acme")
LEO = RecordRef(PartyKind.LEAD, key(6), owner=key(99), name="Leo")

RECORDS = {
    "alice@firm.example": (ALICE,),
    "bob@firm.example": (BOB,),
    "support@firm.example": (SUPPORT,),
    "cara@client.example": (CARA,),
    "acme@client.example": (ACME,),
    "leo@lead.example": (LEO,),
}

SENT = StoredEmail(key(50), Direction.OUTGOING, owner=BOB.id, regarding=ACME)


def taker(record: RecordRef, wanted: Filter) -> Taker:
    return Taker(record, wanted, record.owner or record.id)


def takers(
    alice: Filter = Filter.ALL, bob: Filter = Filter.NONE, support: Filter = Filter.NONE
) -> dict[UUID, Taker]:
    rows = (taker(ALICE, alice), taker(BOB, bob), taker(SUPPORT, support))
    return {row.record.id: row for row in rows}


def answers(**filters: Filter) -> Answers:
    return Answers(records=RECORDS, takers=takers(**filters))


def reading(record: RecordRef, wanted: Filter = Filter.NONE) -> ReadingMailbox:
    return ReadingMailbox("box@firm.example", taker(record, wanted))


COLLECTOR = ReadingMailbox("collector@firm.example", None)


def addresses(*texts: str) -> tuple[Address, ...]:
    return tuple(Address("", text) for text in texts)


LETTER = Incoming(
    activityid=key(100),
    digest=sha256(b"letter").digest(),
    text_digest=sha256(b"text").digest(),
    text="A letter of some length, so that it is no other one.",
    parts=frozenset(),
    message_id="<letter@client.example>",
    in_reply_to="",
    references=(),
    subject="Hello",
    sender=Address("Cara", "Cara@client.example"),
    to=addresses("Alice@firm.example"),
    cc=(),
)


def letter(**changes: object) -> Incoming:
    return replace(LETTER, **changes)  # type: ignore[arg-type]
