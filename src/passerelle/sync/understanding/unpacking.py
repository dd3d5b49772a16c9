"""In a forward mailbox the mail is what was attached: the messages that its users forward to it.

The forwarder is the user or queue whose address sent the message and whose incoming email is set
to *Forward mailbox*; each attached message is decided as if it had been read in their mailbox. A
message attached to that one stays its attachment, unless the whole was forwarded here twice.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q

from passerelle.crm import services as crm
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import ForwardedInline, ForwarderNotSet
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import DeliveryMethod
from passerelle.messages import attached_messages, key_of, parse
from passerelle.protocols.interfaces import RawMessage
from passerelle.sync.incoming.desk import Desk
from passerelle.sync.incoming.takers import taker_of
from passerelle.sync.understanding.content import read
from passerelle.sync.understanding.received import Forwarded, Received
from passerelle.tracking import PartyKind, Reason, Skip, Taker, meaning_keys

WRAPPINGS_MAX = 5  # ours: rules that forward to one another end here


@dataclass(frozen=True, slots=True)
class Forwarder:
    """Someone whose address sends to the forward mailbox; `hindrance` says why they may not."""

    mailbox: UUID
    taker: Taker
    hindrance: Fault | None


def unpack(desk: Desk, batch: Sequence[Received]) -> list[Received]:
    """What the messages of a forward mailbox carry, or they themselves with the reason why not.

    Messages that came out of one message stay together. Three queries a round, and one round is
    the rule.
    """
    batch = list(batch)
    for _ in range(WRAPPINGS_MAX):
        wrapped = [one for one in batch if _is_wrapping(desk, one)]
        if not wrapped:
            break
        known = _forwarders(desk, wrapped)
        batch = [
            each
            for one in batch
            for each in (_opened(one, known) if _is_wrapping(desk, one) else [one])
        ]
    return batch


def _is_wrapping(desk: Desk, received: Received) -> bool:
    content = received.content
    if isinstance(content, Fault) or received.settled or content.message.test_id:
        return False
    if received.forwarded is None:
        return not received.by_hand
    here = key_of(desk.box.address)
    sent_here = any(address.key == here for address in content.message.to)
    return sent_here and bool(attached_messages(received.raw.data))


def _opened(received: Received, known: Mapping[str, Forwarder]) -> list[Received]:
    """The messages within, or the message itself with what is wrong with it."""
    sender = _sender(received)
    forwarder = known.get(sender)
    if forwarder is None:
        skip = Skip(Reason.FORWARDER_UNKNOWN, None, (("sender", sender),))
        return [replace(received, settled=skip)]
    if forwarder.hindrance is not None:
        return [replace(received, content=forwarder.hindrance)]
    within = attached_messages(received.raw.data)
    if not within:
        inline = ForwardedInline(forwarder=forwarder.taker.record.name)
        return [replace(received, content=inline)]
    above = f"{received.forwarded.part}/" if received.forwarded else ""
    return [
        Received(
            RawMessage(received.raw.listed, one.data),
            read(one.data, parse),
            forwarded=Forwarded(above + one.part, forwarder.mailbox, forwarder.taker),
        )
        for one in within
    ]


def _sender(received: Received) -> str:
    content = received.content
    if isinstance(content, Fault) or content.message.sender is None:
        return ""
    return content.message.sender.key


def _forwarders(desk: Desk, wrapped: Sequence[Received]) -> dict[str, Forwarder]:
    """The users and queues among the senders, by address."""
    senders = {_sender(one) for one in wrapped} - {""}
    asked = {sender: meaning_keys(sender, desk.settings) for sender in senders}
    records = crm.records_of({key for keys in asked.values() for key in keys})
    owners: dict[UUID, list[str]] = defaultdict(list)  # with what they sent from
    for sender, keys in asked.items():
        known = next((records[key] for key in keys if key in records), ())
        for record in known:
            if record.kind in {PartyKind.SYSTEMUSER, PartyKind.QUEUE}:
                owners[record.id].append(sender)
    boxes = Mailbox.objects.filter(Q(systemuser__in=owners) | Q(queue__in=owners)).select_related(
        "systemuser", "queue"
    )
    settings = mailboxes.system_settings()
    found: dict[str, Forwarder] = {}
    for box in boxes:
        taker = taker_of(box)
        if taker is not None:
            hindrance = mailboxes.cannot_belong(box, settings) or _not_set(box)
            forwarder = Forwarder(box.pk, taker, hindrance)
            found |= dict.fromkeys(owners[taker.record.id], forwarder)
    return found


def _not_set(mailbox: Mailbox) -> Fault | None:
    if mailbox.incoming_method == DeliveryMethod.FORWARD:
        return None
    return ForwarderNotSet(forwarder=mailbox.name)


def part_of(data: bytes, part: str) -> bytes | None:
    """The attached message at this part, as a place names it; None where there is none."""
    here: bytes | None = data
    for step in part.split("/"):
        within = attached_messages(here) if here is not None else ()
        here = next((one.data for one in within if one.part == step), None)
    return here


def forwarded_of(mailbox: Mailbox | None, part: str) -> Forwarded | None:
    """What a stored place says of a message that was forwarded."""
    taker = taker_of(mailbox) if mailbox is not None else None
    if mailbox is None or taker is None or not part:
        return None
    return Forwarded(part, mailbox.pk, taker)
