"""Put the questions of a batch to the records and let `tracking` decide; a fixed number of queries.

Writes nothing and asks no server.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from uuid import UUID

import structlog

from passerelle import tracking
from passerelle.crm import services as crm
from passerelle.faults import Fault
from passerelle.mailboxes import services as mailboxes
from passerelle.messages import Address, delivered_to
from passerelle.sync.incoming.desk import Desk
from passerelle.sync.incoming.takers import takers_among
from passerelle.sync.models import Place
from passerelle.sync.understanding.content import Understood
from passerelle.sync.understanding.received import Received
from passerelle.tracking import Answers, Decision, NeverList, PartyKind, Reason, Skip, Taker

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Judged:
    """One message and what becomes of it; a fault means quarantine."""

    received: Received
    decision: Decision | Fault


def undecided(desk: Desk, batch: Sequence[Received]) -> list[Received]:
    """Without those whose place is known: a folder that is read again, or an earlier start."""
    unique = {_place_of(desk, received): received for received in reversed(batch)}
    if len(unique) < len(batch):  # a server that names two messages alike shows us one of them
        log.warning("place.repeated", mailbox=str(desk.mailbox), messages=len(batch) - len(unique))
    column = "uid" if desk.is_imap else "uidl"
    known = Place.objects.filter(
        mailbox=desk.mailbox,
        epoch=desk.epoch,
        folder=desk.folder,
        uid_validity=desk.uid_validity,
        gone_on=None,
        **{f"{column}__in": list(unique)},
    ).values_list(column, flat=True)
    for place in known:
        del unique[place]
    return list(reversed(unique.values()))


def _place_of(desk: Desk, received: Received) -> int | str:
    """What names a message within its folder."""
    listed = received.raw.listed
    return listed.uid if desk.is_imap else listed.uidl


def judge(desk: Desk, batch: Sequence[Received]) -> list[Judged]:
    """A decision for each message, in the order of the batch."""
    early = {received.place: received.content for received in batch if _is_settled(desk, received)}
    open_ones = [received for received in batch if received.place not in early]
    incoming = _unless_forged([_incoming(desk, received) for received in open_ones])
    answers = crm.answer(tracking.questions(incoming, desk.settings))
    doubted = tracking.people_asked(incoming, answers, desk.settings)
    sought = tracking.similar_asked(incoming, answers, desk.settings)
    takers = _takers(answers)
    answers = replace(
        answers,
        takers=takers,
        never=_never(desk, incoming, takers),
        people=crm.people_of(doubted),
        similar=crm.similar_to(sought, desk.settings.matching),
    )
    decided = dict(
        zip(
            (received.place for received in open_ones),
            tracking.decide(incoming, answers, desk.settings, desk.box),
            strict=True,
        )
    )
    return [Judged(one, decided.get(one.place) or _settled(one)) for one in batch]


def _is_settled(desk: Desk, received: Received) -> bool:
    """Whether no question is needed: it goes to quarantine, or lies before the start."""
    return (
        received.settled is not None
        or isinstance(received.content, Fault)
        or (not received.by_hand and _is_too_old(desk, received, received.content))
    )


def _is_too_old(desk: Desk, received: Received, content: Understood) -> bool:
    """By the server's receipt; after a change of server by Date too, as copies have new receipts.

    So have those of sent mail that a program puts into the folder when it moves there.
    POP3 knows no receipt but the topmost Received; without one, Date is all there is.
    """
    message = content.message
    receipt = received.raw.listed.received or message.received
    by_date = desk.epoch > 1 or desk.is_sent or receipt is None
    date = message.date if by_date else None
    return tracking.too_old(receipt, date, desk.starts_on)


def _settled(received: Received) -> Decision | Fault:
    content = received.content
    if isinstance(content, Fault):
        return content
    return received.settled or Skip(Reason.TOO_OLD)


def _incoming(desk: Desk, received: Received) -> tracking.Incoming:
    content = received.content
    if isinstance(content, Fault):
        raise TypeError("a message that could not be read has no questions")
    return tracking.incoming_of(
        content.message,
        content.identity,
        received.key,
        report=None if desk.is_sent else content.report,
        by_hand=received.by_hand,
        is_sent=desk.is_sent,
        read_for=received.forwarded.taker if received.forwarded else None,
        delivered_to=_delivered_to(desk, received),
    )


def _delivered_to(desk: Desk, received: Received) -> tuple[tuple[str, Address], ...]:
    """What the server says that delivered it; of what was forwarded, it delivered the forward."""
    if not desk.trusted or received.forwarded is not None:
        return ()
    return delivered_to(received.raw.data, desk.trusted)


def _unless_forged(batch: list[tracking.Incoming]) -> list[tracking.Incoming]:
    """Only an id that we issued makes a test message: a stranger's header must not hide mail.

    One query more, and only for a batch in which a message claims to be a test.
    """
    claimed = {incoming.test_id for incoming in batch} - {""}
    issued = mailboxes.issued_test_ids(claimed) if claimed else frozenset()
    return [
        incoming
        if not incoming.test_id or incoming.test_id in issued
        else replace(incoming, test_id="")
        for incoming in batch
    ]


def _takers(answers: Answers) -> dict[UUID, Taker]:
    """The users and queues among the records whose mail is processed.

    Theirs comes from their own mailbox, or from the forward mailbox. Of an address that is not
    approved no record is among them.
    """
    kinds = {PartyKind.SYSTEMUSER, PartyKind.QUEUE}
    records = chain.from_iterable(answers.records.values())
    return takers_among({record.id for record in records if record.kind in kinds})


def _never(
    desk: Desk, batch: Sequence[tracking.Incoming], takers: Iterable[UUID]
) -> Mapping[UUID, NeverList]:
    """What those never want who are asked, in one query."""
    asked = {*takers, *(one.read_for.record.id for one in batch if one.read_for)}
    if desk.box.taker is not None:
        asked.add(desk.box.taker.record.id)
    return mailboxes.never_lists(asked)
