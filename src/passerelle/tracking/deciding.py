"""Decide on a batch of received messages: track, skip or complete, and why.

It folds message by message: what the first becomes is known to the second. It reads only the
answers and the batch; it looks nothing up, writes nothing and knows no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from passerelle.faults import Fact
from passerelle.tracking import resolving
from passerelle.tracking.asking import answered_ids, learn, tokens_of
from passerelle.tracking.duplicates import Standing, standing, taken_before
from passerelle.tracking.filters import refusal, wants
from passerelle.tracking.values import (
    Answers,
    Complete,
    Correlation,
    CorrelationMethod,
    Decision,
    Direction,
    Incoming,
    Known,
    Look,
    Looked,
    Party,
    PartyKind,
    ReadingMailbox,
    Reason,
    RecordRef,
    Skip,
    StoredEmail,
    Taker,
    Track,
    TrackingSettings,
)

_NAMES_SHOWN = 5


def decide(
    batch: Sequence[Incoming], answers: Answers, settings: TrackingSettings, box: ReadingMailbox
) -> tuple[Decision, ...]:
    """One decision a message, in the order of the batch."""
    emails: dict[str, tuple[StoredEmail, ...]] = dict(answers.emails)
    identities: dict[bytes, tuple[Known, ...]] = dict(answers.identities)
    now = replace(answers, emails=emails, identities=identities)
    decisions = []
    for incoming in batch:
        decision = _Case(incoming, now, settings, box).decide()
        learn(emails, identities, incoming, decision)
        decisions.append(decision)
    return tuple(decisions)


@dataclass(frozen=True, slots=True)
class _Resolved:
    """One message with everybody in it named."""

    sender: RecordRef | None
    sender_party: Party | None
    parties: tuple[Party, ...]
    takers: tuple[Taker, ...]
    correlated: Correlation | None


class _Case:
    """One message under decision; keeps what was looked at, in order."""

    def __init__(
        self,
        incoming: Incoming,
        answers: Answers,
        settings: TrackingSettings,
        box: ReadingMailbox,
    ) -> None:
        self._incoming = incoming
        self._answers = answers
        self._settings = settings
        # What was forwarded reached its forwarder, and is read for them.
        self._box = replace(box, taker=incoming.read_for) if incoming.read_for else box
        self._looked: list[Looked] = []

    def decide(self) -> Decision:
        """The steps in their order; the first that settles the message ends it."""
        incoming = self._incoming
        if incoming.test_id:
            return self._skip(Reason.TEST_MESSAGE)
        if incoming.sender is None and not incoming.by_hand:
            return self._skip(Reason.INVALID_SENDER)
        stands = self._stands()
        if stands.same is not None:
            return self._repeated(stands.same, stands.missing)
        if (before := self._before()) is not None:
            return self._skip(Reason.DUPLICATE, before)
        found = self._resolve()
        if not incoming.by_hand:
            if (copy := self._sent_copy(found)) is not None:
                return self._skip(Reason.INTERNAL_EMAIL_REJECT, copy)
            if not found.takers:
                self._look(Look.NO_TAKER)
                return self._skip(Reason.NO_RECIPIENT_MATCH)
        return self._judge(found, stands)

    def _stands(self) -> Standing:
        stands = standing(self._incoming, self._answers.identities.get(self._incoming.digest, ()))
        if stands.same is not None:
            self._look(Look.SAME_IDENTITY, version=stands.same.version)
        elif stands.highest:
            self._look(Look.OTHER_TEXT, version=stands.highest)
        return stands

    def _repeated(self, same: Known, missing: frozenset[str]) -> Decision:
        if missing:
            facts = (("count", len(missing)),)
            return Complete(same.activityid, missing, facts=facts, looked_at=tuple(self._looked))
        return self._skip(Reason.DUPLICATE, same)

    def _before(self) -> StoredEmail | None:
        """The same message as another system tracked it."""
        stored = self._answers.emails.get(self._incoming.message_id, ())
        before = taken_before(self._incoming, stored)
        if before is not None:
            self._look(Look.SAME_HISTORY)
        return before

    def _resolve(self) -> _Resolved:
        sender = self._sender()
        party, parties = resolving.parties(self._incoming, sender, self._answers)
        takers = resolving.takers(parties, self._answers, self._box)
        return _Resolved(sender, party, parties, takers, self._correlate())

    def _sender(self) -> RecordRef | None:
        if self._incoming.sender is None:
            return None
        address = self._incoming.sender
        matches = self._answers.records.get(address.key, ())
        reader = self._box.taker.owner if self._box.taker is not None else None
        sender = resolving.sender_record(matches, reader)
        if sender is not None:
            self._look(
                Look.SENDER_RESOLVED,
                address=address.address,
                kind=sender.kind.value,
                name=sender.name,
                matches=len(matches),
            )
        elif matches:
            self._look(Look.SENDER_AMBIGUOUS, address=address.address, matches=len(matches))
        else:
            self._look(Look.SENDER_UNKNOWN, address=address.address)
        return sender

    def _correlate(self) -> Correlation | None:
        """In-Reply-To, then References, then the token: the newest match of each."""
        for one in answered_ids(self._incoming, self._settings):
            if emails := self._answers.emails.get(one):
                return self._correlated(emails[0], CorrelationMethod.IN_REPLY_TO)
        for token in tokens_of(self._incoming, self._settings):
            if (email := self._answers.tokens.get(token)) is not None:
                return self._correlated(email, CorrelationMethod.TRACKING_TOKEN)
        self._look(Look.NOT_CORRELATED)
        return None

    def _correlated(self, email: StoredEmail, method: CorrelationMethod) -> Correlation:
        self._look(Look.CORRELATED, email=str(email.activityid), method=int(method))
        return Correlation(email, method)

    def _sent_copy(self, found: _Resolved) -> StoredEmail | None:
        """With one record a mail between users: the sent copy that makes this one superfluous.

        Mail to a queue is tracked all the same.
        """
        if self._settings.two_activities or found.sender is None:
            return None
        to_queue = any(taker.record.kind is PartyKind.QUEUE for taker in found.takers)
        if found.sender.kind is not PartyKind.SYSTEMUSER or to_queue:
            return None
        for email in self._answers.emails.get(self._incoming.message_id, ()):
            if email.direction is Direction.OUTGOING:
                self._look(Look.SENT_COPY, email=str(email.activityid))
                return email
        return None

    def _judge(self, found: _Resolved, stands: Standing) -> Decision:
        """Ask every taker; the mailbox being read first, as its wish explains itself best."""
        if self._incoming.by_hand:
            return self._track(Reason.TAKEN_BY_HAND, None, found, stands)
        read = self._box.taker.record.id if self._box.taker is not None else None
        for taker in sorted(found.takers, key=lambda one: one.record.id != read):
            reason = wants(taker.filter, found.sender, correlated=found.correlated is not None)
            self._look(
                Look.TAKER_DECLINES if reason is None else Look.TAKER_WANTS,
                name=taker.record.name,
                kind=taker.record.kind.value,
                filter=int(taker.filter),
            )
            if reason is not None:
                return self._track(reason, taker.record, found, stands)
        return self._skip(refusal(found.takers), owner=_names(found.takers))

    def _track(
        self, reason: Reason, accepting: RecordRef | None, found: _Resolved, stands: Standing
    ) -> Track:
        correlated = found.correlated
        owner = resolving.owner(
            found.takers, correlated.email.owner if correlated else None, found.sender
        )
        return Track(
            reason=reason,
            activityid=self._incoming.activityid,
            version=stands.highest + 1,
            flagged_version=stands.highest > 0,
            accepting=accepting,
            sender=found.sender_party,
            parties=found.parties,
            regarding=correlated.email.regarding if correlated else None,
            correlated=correlated,
            owner=owner,
            queues=resolving.queues(found.parties, self._box),
            facts=(("owner", accepting.name), *self._sender_fact()) if accepting else (),
            looked_at=tuple(self._looked),
        )

    def _skip(
        self, reason: Reason, existing: Known | StoredEmail | None = None, **facts: Fact
    ) -> Skip:
        return Skip(
            reason,
            existing.activityid if existing is not None else None,
            (*facts.items(), *self._sender_fact()),
            tuple(self._looked),
        )

    def _sender_fact(self) -> tuple[tuple[str, Fact], ...]:
        sender = self._incoming.sender
        return (("sender", sender.address if sender is not None else ""),)

    def _look(self, look: Look, **facts: Fact) -> None:
        self._looked.append(Looked(look, tuple(facts.items())))


def _names(takers: tuple[Taker, ...]) -> str:
    """The names of some takers, for a sentence."""
    names = [taker.record.name or taker.record.kind.value for taker in takers]
    more = "…" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more
