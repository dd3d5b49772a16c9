"""Record a batch: rows, cursor and touches in one transaction, whatever the messages hold.

Rows are made before the transaction begins. When another worker recorded one of the same messages
meanwhile, nothing is written and the batch is decided again, knowing that. When the database
refuses a row, the batch is halved until the one bad message is alone, and that goes to quarantine.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from passerelle.crm import services as crm
from passerelle.crm.automatic import Making, make, name_parties
from passerelle.crm.models import ActivityMimeAttachment, Email
from passerelle.crm.readers import grant
from passerelle.crm.search import ask_to_index
from passerelle.engine.services import crash_point, is_taken, store_faults
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import MessageRefusedByStore, RecordsContended
from passerelle.mailboxes.services import held_rules
from passerelle.messages import MailReport
from passerelle.sync.bounces import note_reports
from passerelle.sync.incoming.deciding import Judged, judge
from passerelle.sync.incoming.desk import Desk, matching_of
from passerelle.sync.incoming.rows import Rows, rows_of
from passerelle.sync.models import Clue, Place, Quarantine
from passerelle.sync.models.incoming import Outcome
from passerelle.sync.understanding.content import Understood
from passerelle.sync.understanding.received import Received
from passerelle.tracking import Reason, Skip

log = structlog.get_logger(__name__)

TIMES_OVERTAKEN = 5
_REFUSALS = (DatabaseError, ValueError, OverflowError)  # drivers raise all three for bad values


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of some messages."""

    tracked: int = 0
    ignored: int = 0
    too_old: int = 0  # of the ignored ones
    quarantined: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.tracked + other.tracked,
            self.ignored + other.ignored,
            self.too_old + other.too_old,
            self.quarantined + other.quarantined,
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """What the caller does inside each transaction."""

    guard: Callable[[], None]  # first: raises when these writes are not ours to make any more
    settle: Callable[[Sequence[Received], Counts], None]  # last: the cursor, for these messages


class _OvertakenError(Exception):
    """Another worker recorded one of these emails since they were decided."""


class _ComparedOtherwiseError(Exception):
    """Somebody changed the rules of smart matching since the cycle began."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk


def record(desk: Desk, batch: Sequence[Received], frame: Frame) -> Counts:
    """Decide and record messages. What is committed stays when a later part fails."""
    try:
        return _record(desk, batch, frame)
    except _REFUSALS as error:
        log.warning("batch.refused", messages=len(batch), error=type(error).__name__)
        middle = _middle(batch)
        if not middle:
            return _set_aside(desk, batch, frame)
    return record(desk, batch[:middle], frame) + record(desk, batch[middle:], frame)


def _middle(batch: Sequence[Received]) -> int:
    """Where to halve; 0 when all of it came as one message of the server.

    What one message carried is recorded in one transaction, as the cursor passes it in one step.
    """
    half = len(batch) // 2
    ends = [at for at in range(1, len(batch)) if batch[at].raw.listed != batch[at - 1].raw.listed]
    return min(ends, key=lambda at: abs(at - half), default=0)


def _set_aside(desk: Desk, batch: Sequence[Received], frame: Frame) -> Counts:
    """One message that the database refused: once more (a record may have vanished), then away.

    With what it carried, where it stood in a forward mailbox.
    """
    try:
        return _record(desk, batch, frame)
    except _REFUSALS as error:
        if not batch:
            raise
        fault = MessageRefusedByStore(error=type(error).__name__)
        return _record(desk, [replace(one, content=fault) for one in batch], frame)


def _record(desk: Desk, batch: Sequence[Received], frame: Frame) -> Counts:
    for _ in range(TIMES_OVERTAKEN):
        with store_faults():  # a store that is away is no fault of any message
            judged = judge(desk, batch)
        now = timezone.now()
        rows = rows_of(desk, judged, now)
        making = Making(desk.mailbox, desk.created_most, now)
        counts = _count(judged)
        try:
            with store_faults(), transaction.atomic():
                frame.guard()
                if rows.emails:
                    _hold_matching(desk)
                note_reports([] if desk.is_sent else _reports(judged))
                _insert(rows, batch, making)
                if desk.box.regarding is not None:
                    crm.regard_where_nothing(rows.filed, desk.box.regarding)
                crm.join_waiting(rows.emails, rows.named, desk.settings)
                crash_point("incoming.parents-joined")
                frame.settle(batch, counts)
                crash_point("incoming.before-commit")
        except _OvertakenError:
            continue
        except _ComparedOtherwiseError as changed:
            desk = changed.desk
            continue
        return counts
    raise RecordsContended(times=TIMES_OVERTAKEN)


def _hold_matching(desk: Desk) -> None:
    """What is kept of these emails to compare is as it is to be until they are committed."""
    now = matching_of(desk, held_rules())
    if now.settings != desk.settings:
        raise _ComparedOtherwiseError(now)


def _reports(batch: Sequence[Judged]) -> list[MailReport]:
    """What the messages report; of those before the mailbox's start nobody wants to hear."""
    return [
        content.report
        for judged in batch
        if isinstance(content := judged.received.content, Understood)
        and content.report is not None
        and not (isinstance(judged.decision, Skip) and judged.decision.reason is Reason.TOO_OLD)
    ]


def _insert(rows: Rows, batch: Sequence[Received], making: Making) -> None:
    """Packs, emails, then what points to them. A place that is there already is updated."""
    known_places = {one.place for one in batch if one.has_place}
    known_quarantines = {one.place for one in batch if one.stored is not None}
    crm.save_pack(rows.packed)
    _insert_emails(rows.emails)
    crash_point("incoming.in-transaction")
    if rows.wanted:
        name_parties(rows.parties, make(rows.wanted, making))
        crash_point("incoming.records-made")
    crm.load_rows(rows.parties)
    crm.keep_awaited(rows.awaited)
    crm.load_kept(rows.hashes)
    _complete(rows)
    crm.load_rows(rows.attachments)
    crm.load_rows(rows.queue_items)
    crm.insert_rows(rows.queue_items_again, unless_there=True)
    crm.load_rows([place for place in rows.places if place.pk not in known_places])
    if known_places:
        Clue.objects.filter(place__in=known_places).delete()
    crm.load_rows(rows.clues)
    ask_to_index(rows.new_words)
    crm.insert_rows([row for row in rows.quarantines if row.pk not in known_quarantines])
    crm.insert_rows(rows.touches, unless_there=True)
    for place in rows.places:
        if place.pk in known_places:
            _update(place)
    grant(rows.placed)
    for quarantine in rows.quarantines:
        if quarantine.pk in known_quarantines:
            Quarantine.objects.filter(pk=quarantine.pk).update(
                code=quarantine.code, facts=quarantine.facts, tries=F("tries") + 1
            )


def _insert_emails(emails: Sequence[Email]) -> None:
    """Insert them all; what another worker inserted meanwhile is met here, by its identity."""
    # All workers in one order: two that insert the same messages crosswise would lock each other.
    ordered = sorted(emails, key=lambda email: (bytes(email.identity), email.version))
    try:
        crm.load_rows(ordered)
    except IntegrityError as error:
        if is_taken(error):
            raise _OvertakenError from error
        raise


def _complete(rows: Rows) -> None:
    """The same message with more parts takes the place of the first copy's bytes and parts."""
    for completion in rows.completions:
        ActivityMimeAttachment.objects.filter(email=completion.email).delete()
        # Of two copies in one batch the first is not inserted yet, and need not be.
        rows.attachments = [one for one in rows.attachments if one.email_id != completion.email]
        rows.attachments.extend(completion.attachments)
        changed: dict[str, Any] = {
            "raw": completion.raw,
            "attachment_count": len(completion.attachments),
        }
        if completion.dangers:  # what warned of the first copy stays
            changed["is_unsafe"] = Coalesce("is_unsafe", 0).bitor(int(completion.dangers))
        Email.objects.filter(pk=completion.email).update(**changed)


def _update(place: Place) -> None:
    Place.objects.filter(pk=place.pk).update(
        outcome=place.outcome,
        reason=place.reason,
        facts=place.facts,
        message_id=place.message_id,
        sender=place.sender,
        email=place.email_id,
        decided_on=place.decided_on,
    )


def _count(batch: Sequence[Judged]) -> Counts:
    kinds = Counter(_outcome(judged) for judged in batch)
    too_old = sum(
        isinstance(judged.decision, Skip) and judged.decision.reason is Reason.TOO_OLD
        for judged in batch
    )
    return Counts(
        tracked=kinds[Outcome.TRACKED],
        ignored=kinds[Outcome.IGNORED],
        too_old=too_old,
        quarantined=kinds[Outcome.QUARANTINED],
    )


def _outcome(judged: Judged) -> Outcome:
    if isinstance(judged.decision, Fault):
        return Outcome.QUARANTINED
    return Outcome.IGNORED if isinstance(judged.decision, Skip) else Outcome.TRACKED
