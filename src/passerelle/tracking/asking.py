"""What must be looked up for a batch, and what a decision adds to what is known.

One question a kind, so that the number of queries does not grow with the batch. `after` is how
the second message of a batch may answer the first, and how one batch hands over to the next.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from uuid import UUID

from passerelle.messages import Address, Identity, MailReport, Message
from passerelle.tracking.belonging.similar import traits_of
from passerelle.tracking.belonging.thread_index import conversation_hash
from passerelle.tracking.belonging.token import find_tokens
from passerelle.tracking.resolving import meaning_keys
from passerelle.tracking.values import (
    Answers,
    Complete,
    Decision,
    Incoming,
    Known,
    Likely,
    Questions,
    Skip,
    StoredEmail,
    Taker,
    Track,
    TrackingSettings,
)

MESSAGE = "message/rfc822"
PEOPLE_MOST = 200  # of an email; among more, nobody is a stranger for sure


def incoming_of(
    message: Message,
    identity: Identity,
    activityid: UUID,
    *,
    report: MailReport | None = None,
    by_hand: bool = False,
    is_sent: bool = False,
    read_for: Taker | None = None,
    delivered_to: tuple[tuple[str, Address], ...] = (),
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
        bcc=message.bcc if is_sent else (),
        date=message.date,
        carries_message=any(one.mimetype == MESSAGE for one in message.attachments),
        test_id=message.test_id,
        reports=report.original_ids if report else (),
        confirms=report is not None and report.only_confirms,
        by_hand=by_hand,
        is_sent=is_sent,
        read_for=read_for,
        automatic=message.automatic,
        header_facts=message.header_facts,
        delivered_to=delivered_to,
    )


def questions(batch: Sequence[Incoming], settings: TrackingSettings) -> Questions:
    """Everything that `decide` may look at for these messages, and nothing else."""
    wanted = [incoming for incoming in batch if not incoming.test_id]
    return Questions(
        addresses=frozenset(
            key
            for incoming in wanted
            for address in (*incoming.addresses, *_delivered(incoming))
            for key in meaning_keys(address.key, settings)
        ),
        message_ids=frozenset(
            one for incoming in wanted for one in _ids(incoming, settings) if one
        ),
        tokens=frozenset(token for incoming in wanted for token in tokens_of(incoming, settings)),
        identities=frozenset(incoming.digest for incoming in wanted),
        conversations=frozenset(
            found for incoming in wanted if (found := conversation(incoming, settings)) is not None
        ),
    )


def _delivered(incoming: Incoming) -> Iterable[Address]:
    """To whom its server delivered it, beside whom it names."""
    return (address for _field, address in incoming.delivered_to)


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
    if not settings.tokens:
        return ()
    found = (find_tokens(incoming.subject, form) for form in settings.token_formats)
    return tuple(dict.fromkeys(chain.from_iterable(found)))


def conversation(incoming: Incoming, settings: TrackingSettings) -> int | None:
    """The hash of the conversation that Thread-Index names."""
    if not settings.correlation:
        return None
    return conversation_hash(incoming.header_facts.thread_index)


def after(
    answers: Answers,
    batch: Sequence[Incoming],
    decisions: Sequence[Decision],
    settings: TrackingSettings,
) -> Answers:
    """The answers as they would be once these decisions are carried out."""
    learnt = Learnt(answers, settings)
    for incoming, decision in zip(batch, decisions, strict=True):
        learnt.add(incoming, decision)
    return learnt.answers


class Learnt:
    """The answers, and what the decisions of a batch add to them, one by one."""

    def __init__(self, answers: Answers, settings: TrackingSettings) -> None:
        self._settings = settings
        self._emails = dict(answers.emails)
        self._identities = dict(answers.identities)
        self._people = dict(answers.people)
        self._conversations = dict(answers.conversations)
        self._similar = dict(answers.similar)
        self.answers = replace(
            answers,
            emails=self._emails,
            identities=self._identities,
            people=self._people,
            conversations=self._conversations,
            similar=self._similar,
        )

    def add(self, incoming: Incoming, decision: Decision) -> None:
        """Add one decision."""
        match decision:
            case Track():
                self._add_tracked(incoming, decision)
            case Complete():
                self._complete(incoming, decision)
            case Skip():
                pass

    def _add_tracked(self, incoming: Incoming, decision: Track) -> None:
        stored = StoredEmail(
            decision.activityid,
            incoming.direction,
            decision.owner,
            decision.regarding,
            subject=incoming.subject,
            thread_index=incoming.header_facts.thread_index,
        )
        if len(decision.parties) <= PEOPLE_MOST:
            people = frozenset(one.key for one in incoming.addresses)
            self._people[decision.activityid] = people
        if incoming.message_id:
            known = self._emails.get(incoming.message_id, ())
            self._emails[incoming.message_id] = (stored, *known)
        found = conversation_hash(stored.thread_index)
        if found is not None:
            self._conversations[found] = (stored, *self._conversations.get(found, ()))
        if self._settings.smart_matching:
            self._add_likely(incoming, stored)
        version = Known(
            activityid=decision.activityid,
            direction=incoming.direction,
            version=decision.version,
            text_digest=incoming.text_digest,
            text=incoming.text,
            parts=incoming.parts,
        )
        known_versions = self._identities.get(incoming.digest, ())
        self._identities[incoming.digest] = (*known_versions, version)

    def _add_likely(self, incoming: Incoming, stored: StoredEmail) -> None:
        addresses = (one.key for one in incoming.addresses)
        traits = traits_of(incoming.subject, addresses, self._settings.matching)
        if traits is not None and incoming.date is not None:
            new = Likely(stored, incoming.date, traits.people)
            for words in traits.subjects:
                self._similar[words] = (new, *self._similar.get(words, ()))

    def _complete(self, incoming: Incoming, decision: Complete) -> None:
        self._identities[incoming.digest] = tuple(
            replace(known, parts=known.parts | decision.missing)
            if known.activityid == decision.existing
            else known
            for known in self._identities[incoming.digest]
        )
