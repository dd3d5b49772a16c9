"""One message under examination: what is known of it, what was found so far, what was looked at.

The steps fill it in, each what the later ones stand on. It decides nothing; it makes the decision
that a step has come to, with the trace of all that was looked at.
"""

from dataclasses import replace
from uuid import UUID

from passerelle.faults import Fact
from passerelle.tracking import resolving
from passerelle.tracking.duplicates import Standing
from passerelle.tracking.values import (
    Answers,
    Complete,
    Correlation,
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


class Examination:
    """One message on its way through the steps."""

    def __init__(
        self,
        incoming: Incoming,
        answers: Answers,
        settings: TrackingSettings,
        box: ReadingMailbox,
    ) -> None:
        self.incoming = incoming
        self.answers = answers
        self.settings = settings
        # What was forwarded reached its forwarder, and is read for them.
        self.box = replace(box, taker=incoming.read_for) if incoming.read_for else box
        self.stands = Standing(None, 0)
        self.sender: RecordRef | None = None
        self.sender_party: Party | None = None
        self.parties: tuple[Party, ...] = ()
        self.takers: tuple[Taker, ...] = ()
        self.correlated: Correlation | None = None
        self._looked: list[Looked] = []

    def look(self, look: Look, **facts: Fact) -> None:
        """Add a line to the trace."""
        self._looked.append(Looked(look, tuple(facts.items())))

    def skip(
        self, reason: Reason, existing: Known | StoredEmail | None = None, **facts: Fact
    ) -> Skip:
        """Make no record; `existing` is the one that holds it."""
        queues = self._queues_again() if reason is Reason.DUPLICATE else ()
        return Skip(
            reason,
            existing.activityid if existing is not None else None,
            (*facts.items(), *self._sender_fact()),
            tuple(self._looked),
            queues,
        )

    def complete(self, same: Known, missing: frozenset[str]) -> Complete:
        """Add to the record what it lacks."""
        queues = self._queues_again()
        return Complete(
            same.activityid,
            missing,
            facts=(("count", len(missing)),),
            looked_at=tuple(self._looked),
            queues=queues,
        )

    def track(self, reason: Reason, accepting: RecordRef | None) -> Track:
        """Make a record of it, wanted by `accepting`."""
        correlated = self.correlated
        owner = resolving.owner(
            self.takers, correlated.email.owner if correlated else None, self.sender
        )
        return Track(
            reason=reason,
            activityid=self.incoming.activityid,
            version=self.stands.highest + 1,
            flagged_version=self.stands.highest > 0,
            accepting=accepting,
            sender=self.sender_party,
            parties=self.parties,
            regarding=correlated.email.regarding if correlated else None,
            correlated=correlated,
            owner=owner,
            queues=resolving.queues(self.parties, self.box, self.settings),
            facts=(("owner", accepting.name), *self._sender_fact()) if accepting else (),
            looked_at=tuple(self._looked),
        )

    def _queues_again(self) -> tuple[UUID, ...]:
        """The queue being read, where it gets an item of what another mailbox brought before."""
        taker = self.box.taker
        if not self.settings.items_for_tracked or taker is None:
            return ()
        if taker.record.kind is not PartyKind.QUEUE:
            return ()
        self.look(Look.QUEUED_AGAIN, name=taker.record.name)
        return (taker.record.id,)

    def _sender_fact(self) -> tuple[tuple[str, Fact], ...]:
        sender = self.incoming.sender
        return (("sender", sender.address if sender is not None else ""),)
