"""What a person does with a message in quarantine: try it again, or take it anyway.

Both ways go through the same decision and the same recording as any message; only the filters are
set aside when a person takes it.
"""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm import services as crm
from passerelle.crm.models.mail.emails import REGARDING
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import MessageTooLarge, QuarantineSettled
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.messages import parse
from passerelle.protocols.interfaces import Listed, RawMessage
from passerelle.sync.incoming.desk import Desk, desk_of, in_folder
from passerelle.sync.incoming.recording import Counts, Frame, record
from passerelle.sync.models import Place, Quarantine, Reading, TrackingFolder
from passerelle.sync.models.incoming import Outcome, QuarantineState
from passerelle.sync.understanding.content import Understood, read, read_at_any_price
from passerelle.sync.understanding.received import Received
from passerelle.sync.understanding.unpacking import forwarded_of, unpack
from passerelle.tracking import Reason

log = structlog.get_logger(__name__)

ACTIVITY = "quarantine"  # of the alert that says how many wait
UNPACKED = {"outcome": Outcome.IGNORED, "reason": int(Reason.UNPACKED)}
_FORWARDER = ("forwarder__systemuser", "forwarder__queue")


def try_again(quarantine: Quarantine, by: str) -> Quarantine:
    """Decide as if it came now. Raises `QuarantineSettled` when somebody was faster."""
    return _decide(quarantine, by, by_hand=False)


def take_anyway(quarantine: Quarantine, by: str) -> Quarantine:
    """Make a record of it, whatever the filters say and however little of it can be read."""
    return _decide(quarantine, by, by_hand=True)


def _decide(quarantine: Quarantine, by: str, *, by_hand: bool) -> Quarantine:
    place = Place.objects.select_related(*_FORWARDER).get(pk=quarantine.pk)
    desk = _desk(place)

    def guard() -> None:
        stored = Quarantine.objects.select_for_update().get(pk=quarantine.pk)
        if stored.state != QuarantineState.WAITING:
            raise QuarantineSettled

    def settle(part: Sequence[Received], counts: Counts) -> None:
        apart = bool(part) and part[0].place != place.pk  # each has a place of its own
        if apart:
            Place.objects.filter(pk=place.pk).update(**UNPACKED)
        if apart or not counts.quarantined:
            state = QuarantineState.TAKEN if by_hand else QuarantineState.AGAIN
            Quarantine.objects.filter(pk=quarantine.pk).update(state=state, decided_by=by)

    received = [_received(quarantine, place, by_hand=by_hand)]
    if desk.is_collector:
        received = unpack(desk, received)
    record(desk, received, Frame(guard, settle))
    if not waiting_count(desk):
        alerts.heal(SubjectKind.MAILBOX, desk.mailbox, ACTIVITY)
    log.info("quarantine.decided", place=str(place.pk), by=by, by_hand=by_hand)
    return Quarantine.objects.select_related("place").get(pk=quarantine.pk)


def waiting_count(desk: Desk) -> int:
    """How many messages of this mailbox wait for a person."""
    return Quarantine.objects.filter(
        place__mailbox=desk.mailbox, state=QuarantineState.WAITING
    ).count()


def _desk(place: Place) -> Desk:
    """The mailbox as it stands now, reading at the place where the message was."""
    mailbox = Mailbox.objects.select_related(*mailboxes.RELATED).get(pk=place.mailbox_id)
    reading = Reading.objects.get(pk=place.mailbox_id)
    settings, rules = mailboxes.system_settings(), mailboxes.tracking_rules()
    desk = desk_of(mailbox, reading, settings, rules, place.uid_validity)
    watched = TrackingFolder.objects.select_related(*REGARDING)
    row = watched.filter(mailbox=place.mailbox_id, folder=place.folder).first()
    if row is not None:
        desk = in_folder(desk, row)
    return replace(desk, epoch=place.epoch, folder=place.folder, uid_validity=place.uid_validity)


def _received(quarantine: Quarantine, place: Place, *, by_hand: bool) -> Received:
    stored = quarantine.raw
    if stored is None:
        raise QuarantineSettled
    data = crm.raw_bytes(stored)
    content: Understood | Fault
    if by_hand:
        content = read_at_any_price(data, whole=stored.whole)
    elif stored.whole:
        content = read(data, parse)
    else:
        content = MessageTooLarge(size=int(quarantine.facts.get("size", stored.size)))
    listed = Listed(place.uid, place.uidl, stored.size, place.received_on)
    raw = RawMessage(listed, data, whole=stored.whole)
    return Received(
        raw,
        content,
        place=place.pk,
        has_place=True,
        stored=stored,
        by_hand=by_hand,
        forwarded=forwarded_of(place.forwarder, place.part),
    )
