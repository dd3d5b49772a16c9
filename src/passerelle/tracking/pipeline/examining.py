"""One message under examination: what is known of it, what was found so far, what was looked at.

The steps fill it in, each what the later ones stand on. It decides nothing; it makes the decision
that a step has come to, with the trace of all that was looked at.
"""

from dataclasses import replace
from uuid import UUID

from passerelle.faults import Fact
from passerelle.tracking import resolving
from passerelle.tracking.creating.deciding import Circumstances, creation_for
from passerelle.tracking.creating.values import Creation, NotMade, wished
from passerelle.tracking.duplicates import Standing
from passerelle.tracking.looks import Look
from passerelle.tracking.reasons import Reason
from passerelle.tracking.values import (
    Answering,
    Answers,
    Asked,
    Case,
    Complete,
    Correlation,
    Direction,
    Doubt,
    Incoming,
    Known,
    Looked,
    Party,
    PartyKind,
    ReadingMailbox,
    RecordRef,
    Reported,
    Skip,
    StoredEmail,
    Taker,
    Track,
    TrackingSettings,
)
from passerelle.tracking.wanting.never import met
from passerelle.tracking.wanting.never_list import NOTHING_NEVER, NeverList, NeverRule

TAKERS_MOST = 50  # of a message to more of them no case is kept
# What the rules of the organization settle; everything else they would settle alike.
JUDGED = frozenset(
    {
        Reason.BOUNCE,
        Reason.RECEIPT,
        Reason.REPORT_NOTED,
        Reason.NEVER_TRACKED,
        Reason.INTERNAL_EMAIL_REJECT,
        Reason.NO_RECIPIENT_MATCH,
        Reason.ACCEPT_ALL,
        Reason.SENDER_MATCH,
        Reason.CORRELATION_MATCH,
        Reason.NO_CORRELATION_MATCH,
        Reason.SENDER_NOT_WANTED,
        Reason.NO_FILTER_WANTS,
        Reason.ON_THEIR_LIST,
    }
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
        self.sender_matches: tuple[RecordRef, ...] = ()
        self.sender_party: Party | None = None
        self.parties: tuple[Party, ...] = ()
        self.received: tuple[RecordRef, ...] = ()
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
            self.case() if reason in JUDGED else None,
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
        answered = self.answered()
        creation = self._creation(reason, accepting)
        sender = self.sender
        if creation is not None:  # who sent it is a contact or a lead of that owner from now on
            sender = RecordRef(PartyKind.CONTACT, self.incoming.activityid, owner=creation.owner)
        owner = resolving.owner(self.takers, answered.owner if answered else None, sender)
        return Track(
            reason=reason,
            activityid=self.incoming.activityid,
            version=self.stands.highest + 1,
            flagged_version=self.stands.highest > 0,
            accepting=accepting,
            sender=self.sender_party,
            parties=self.parties,
            regarding=self.box.regarding or (answered.regarding if answered else None),
            correlated=self._joined(),
            owner=owner,
            queues=self._queues(),
            facts=(("owner", accepting.name), *self._sender_fact()) if accepting else (),
            looked_at=tuple(self._looked),
            case=self.case() if reason in JUDGED else None,
            ambiguous_sender=self.sender is None and len(self.sender_matches) > 1,
            creation=creation,
        )

    def _creation(self, reason: Reason, accepting: RecordRef | None) -> Creation | None:
        """The record that its unknown sender becomes, with a line in the trace."""
        if not self.settings.creating.is_possible or self.incoming.is_sent:
            return None
        taker = self.answers.takers.get(accepting.id) if accepting else None
        taker = taker or self.box.taker
        if taker is None:
            return None
        found = creation_for(self.incoming.sender, self._circumstances(reason, taker))
        if isinstance(found, Creation):
            self.look(Look.CREATES, creates=int(found.creates), name=taker.record.name)
            return found
        if found not in {NotMade.NOT_WISHED, NotMade.KNOWN}:
            self.look(Look.CREATES_NOT, why=found.value)
        return None

    def _circumstances(self, reason: Reason, taker: Taker) -> Circumstances:
        incoming, sender = self.incoming, self.incoming.sender
        return Circumstances(
            wished(taker.creates, self.settings.creating),
            taker.owner,
            by_user=taker.record.id if taker.record.kind is PartyKind.SYSTEMUSER else None,
            by_queue=taker.record.id if taker.record.kind is PartyKind.QUEUE else None,
            is_known=bool(self.sender_matches)
            or (
                sender is not None
                and bool(resolving.withheld_from(sender, self.answers, self.settings))
            ),
            automatic=incoming.automatic,
            is_list=bool(incoming.header_facts.list_id),
            is_report=reason is Reason.BOUNCE or bool(incoming.reports),
            is_kept_out=self.never() is not None or self.never_of(taker) is not None,
        )

    def answered(self) -> StoredEmail | None:
        """The email that it answers, for all that follows from that; a doubtful one is none."""
        found = self.correlated
        return found.email if found is not None and self.counts(found) else None

    def counts(self, found: Correlation) -> bool:
        """Whether the organization takes it for an answer."""
        if found.doubt is Doubt.SIMILAR:
            return self.settings.smart_matching_trusted
        return found.is_sure or self.settings.forwards_are_replies

    def _joined(self) -> Correlation | None:
        """What the record is joined to, or is proposed to be: without a doubt that counts not."""
        found = self.correlated
        if found is None or found.is_sure or not self.counts(found):
            return found
        return replace(found, doubt=None)

    def sent_to(self) -> tuple[RecordRef, ...]:
        """The records among its recipients, but its sender."""
        records = (party.record for party in self.parties)
        return tuple(one for one in records if one is not None and one != self.sender)

    def sent_copy(self) -> StoredEmail | None:
        """The sent email that this one is the received copy of."""
        return self._sent(self.incoming.message_id)

    def reported(self) -> StoredEmail | None:
        """The email sent from here on which the message reports."""
        return next(filter(None, map(self._sent, self.incoming.reports)), None)

    def what_it_reports(self) -> Reported:
        """On an email sent from here; of any other, nothing."""
        if self.reported() is None:
            return Reported.NOTHING
        return Reported.RECEIPT if self.incoming.confirms else Reported.BOUNCE

    def _sent(self, message_id: str) -> StoredEmail | None:
        """The email of this Message-ID that was sent from here."""
        for email in self.answers.emails.get(message_id, ()):
            if email.direction is Direction.OUTGOING:
                return email
        return None

    def never(self) -> NeverRule | None:
        """The rule of the organization that keeps it out."""
        return self._met(self.settings.never)

    def never_of(self, taker: Taker) -> NeverRule | None:
        """The rule of theirs that keeps it from them."""
        return self._met(self.answers.never.get(taker.record.id, NOTHING_NEVER))

    def _met(self, never: NeverList) -> NeverRule | None:
        """A doubtful answer is spared by no list, whatever it counts for otherwise."""
        answers = self.correlated is not None and self.correlated.is_sure
        return met(self.incoming, never, answers=answers)

    def case(self) -> Case | None:
        """What the rules of the organization see of it; None for what goes to very many.

        None of what was sent, either: those rules are about received mail.
        """
        if len(self.takers) > TAKERS_MOST or self.incoming.is_sent:
            return None
        return Case(
            sender=self.sender.kind if self.sender is not None else None,
            matches=len(self.sender_matches),
            answering=self._answering(),
            automatic=self.incoming.automatic,
            sent_copy=self.sent_copy() is not None,
            takers=tuple(map(self._asked, self.takers)),
            reader=self.box.taker.record.id if self.box.taker is not None else None,
            never=self.never() is not None,
            reported=self.what_it_reports(),
        )

    def _answering(self) -> Answering:
        """As it was found, so that other rules can be asked what they would make of it."""
        match self.correlated:
            case None:
                return Answering.NONE
            case Correlation(doubt=None):
                return Answering.SURE
            case Correlation(doubt=Doubt.SIMILAR):
                return Answering.SIMILAR
            case _:
                return Answering.PROPOSED

    def _asked(self, taker: Taker) -> Asked:
        record = taker.record
        return Asked(record.id, record.kind, taker.filter, self.never_of(taker) is not None)

    def _queues(self) -> tuple[UUID, ...]:
        """The queues that get an item: of what was sent none, as nobody has to work on it."""
        if self.incoming.is_sent:
            return ()
        return resolving.queues(self.received, self.box, self.settings)

    def _queues_again(self) -> tuple[UUID, ...]:
        """The queue being read, where it gets an item of what another mailbox brought before."""
        taker = self.box.taker
        if not self.settings.items_for_tracked or taker is None or self.incoming.is_sent:
            return ()
        if taker.record.kind is not PartyKind.QUEUE:
            return ()
        self.look(Look.QUEUED_AGAIN, name=taker.record.name)
        return (taker.record.id,)

    def _sender_fact(self) -> tuple[tuple[str, Fact], ...]:
        sender = self.incoming.sender
        return (("sender", sender.address if sender is not None else ""),)
