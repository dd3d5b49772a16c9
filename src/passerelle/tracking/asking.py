"""What must be looked up for a batch, and what a decision adds to what is known.

One question a kind, so that the number of queries does not grow with the batch. `after` is how
the second message of a batch may answer the first, and how one batch hands over to the next.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from passerelle.messages import Address, Identity, Message
from passerelle.tracking.token import find_tokens
from passerelle.tracking.values import (
    Answers,
    Complete,
    Decision,
    Direction,
    Incoming,
    Known,
    Questions,
    Skip,
    StoredEmail,
    Taker,
    Track,
    TrackingSettings,
)


def incoming_of(
    message: Message,
    identity: Identity,
    activityid: UUID,
    *,
    reports: tuple[str, ...] = (),
    by_hand: bool = False,
    read_for: Taker | None = None,
) -> Incoming:
    """What tracking needs of a parsed message."""
    return Incoming(
        activityid=activityid,
        digest=identity.digest,
        text_digest=identity.text_digest,
        text=message.text,
        parts=frozenset(attachment.digest for attachment in message.attachments),
        message_id=message.message_id,
        in_reply_to=message.in_reply_to,
        references=message.references,
        subject=message.subject,
        sender=message.sender,
        to=message.to,
        cc=message.cc,
        date=message.date,
        test_id=message.test_id,
        reports=reports,
        by_hand=by_hand,
        read_for=read_for,
        automatic=message.automatic,
        header_facts=message.header_facts,
    )


def questions(batch: Sequence[Incoming], settings: TrackingSettings) -> Questions:
    """Everything that `decide` may look at for these messages, and nothing else."""
    wanted = [incoming for incoming in batch if not incoming.test_id]
    return Questions(
        addresses=frozenset(address.key for incoming in wanted for address in _addresses(incoming)),
        message_ids=frozenset(
            one for incoming in wanted for one in _ids(incoming, settings) if one
        ),
        tokens=frozenset(token for incoming in wanted for token in tokens_of(incoming, settings)),
        identities=frozenset(incoming.digest for incoming in wanted),
    )


def _addresses(incoming: Incoming) -> Iterable[Address]:
    sender = (incoming.sender,) if incoming.sender is not None else ()
    return (*sender, *incoming.to, *incoming.cc)


def _ids(incoming: Incoming, settings: TrackingSettings) -> Iterable[str]:
    return (incoming.message_id, *incoming.reports, *answered_ids(incoming, settings))


def answered_ids(incoming: Incoming, settings: TrackingSettings) -> tuple[str, ...]:
    """The ids that the message says it answers, the surest first.

    In-Reply-To, then References from the newest to the oldest. A message does not answer itself.
    """
    if not settings.correlation:
        return ()
    ids = dict.fromkeys((incoming.in_reply_to, *reversed(incoming.references)))
    return tuple(one for one in ids if one and one != incoming.message_id)


def tokens_of(incoming: Incoming, settings: TrackingSettings) -> tuple[str, ...]:
    """The tracking tokens of the subject, the last first."""
    return find_tokens(incoming.subject, settings.token_format) if settings.tokens else ()


def after(answers: Answers, batch: Sequence[Incoming], decisions: Sequence[Decision]) -> Answers:
    """The answers as they would be once these decisions are carried out."""
    emails, identities = dict(answers.emails), dict(answers.identities)
    for incoming, decision in zip(batch, decisions, strict=True):
        learn(emails, identities, incoming, decision)
    return replace(answers, emails=emails, identities=identities)


def learn(
    emails: dict[str, tuple[StoredEmail, ...]],
    identities: dict[bytes, tuple[Known, ...]],
    incoming: Incoming,
    decision: Decision,
) -> None:
    """Add one decision to what is known of emails and identities."""
    match decision:
        case Track():
            if incoming.message_id:
                stored = StoredEmail(
                    decision.activityid, Direction.INCOMING, decision.owner, decision.regarding
                )
                known = emails.get(incoming.message_id, ())
                emails[incoming.message_id] = (stored, *known)
            version = Known(
                activityid=decision.activityid,
                direction=Direction.INCOMING,
                version=decision.version,
                text_digest=incoming.text_digest,
                text=incoming.text,
                parts=incoming.parts,
            )
            identities[incoming.digest] = (*identities.get(incoming.digest, ()), version)
        case Complete():
            identities[incoming.digest] = tuple(
                replace(known, parts=known.parts | decision.missing)
                if known.activityid == decision.existing
                else known
                for known in identities[incoming.digest]
            )
        case Skip():
            pass
