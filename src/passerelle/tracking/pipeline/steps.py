"""What each step does with a message: it settles it, or says nothing and leaves it to the next.

A function a step, named as it; `declared` gives them their order and their words. They read the
examination and add to it, and nothing else: no record is asked, no clock, no setting of elsewhere.
"""

from collections.abc import Sequence

from passerelle.tracking import resolving
from passerelle.tracking.belonging.correlating import correlate
from passerelle.tracking.belonging.similar import likely
from passerelle.tracking.duplicates import standing, taken_before
from passerelle.tracking.looks import Look
from passerelle.tracking.pipeline.examining import Examination
from passerelle.tracking.reasons import Reason
from passerelle.tracking.values import (
    Correlation,
    CorrelationMethod,
    Decision,
    Doubt,
    PartyKind,
    RecordRef,
    Reported,
    Taker,
)
from passerelle.tracking.wanting.filters import asked, refusal, wants, wants_sent
from passerelle.tracking.wanting.never import told_of
from passerelle.tracking.wanting.never_list import NeverRule

_NAMES_SHOWN = 5
_DOUBTS = {
    Doubt.FORWARD: Look.FORWARDS,
    Doubt.OTHER_PEOPLE: Look.OTHER_PEOPLE,
    Doubt.SIMILAR: Look.SIMILAR,
}


def test_message(case: Examination) -> Decision | None:
    """Our own test mail is nobody's."""
    return case.skip(Reason.TEST_MESSAGE) if case.incoming.test_id else None


def valid_sender(case: Examination) -> Decision | None:
    """Mail of nobody is not tracked, but a person may take it, and a server may report."""
    if case.incoming.sender is None and not case.incoming.by_hand and case.reported() is None:
        return case.skip(Reason.INVALID_SENDER)
    return None


def identity(case: Examination) -> Decision | None:
    """The same message is a duplicate, or brings parts that the stored one lacks.

    What was sent from here lies in the Sent folder by its Message-ID, whatever servers did to it.
    """
    copy = case.sent_copy() if case.incoming.is_sent else None
    if copy is not None:
        case.look(Look.SENT_COPY, email=str(copy.activityid))
        return case.skip(Reason.DUPLICATE, copy)
    stands = standing(case.incoming, case.answers.identities.get(case.incoming.digest, ()))
    case.stands = stands
    if stands.same is None:
        if stands.highest:
            case.look(Look.OTHER_TEXT, version=stands.highest)
        return None
    case.look(Look.SAME_IDENTITY, version=stands.same.version)
    if stands.missing:
        return case.complete(stands.same, stands.missing)
    return case.skip(Reason.DUPLICATE, stands.same)


def history(case: Examination) -> Decision | None:
    """The same message as another system tracked it."""
    stored = case.answers.emails.get(case.incoming.message_id, ())
    before = taken_before(case.incoming, stored)
    if before is None:
        return None
    case.look(Look.SAME_HISTORY)
    return case.skip(Reason.DUPLICATE, before)


def people(case: Examination) -> Decision | None:
    """Name everybody in it. Settles nothing."""
    for field, address in case.incoming.delivered_to[:_NAMES_SHOWN]:
        case.look(Look.DELIVERED_TO, field=field, address=address.address)
    _tell_who_is_withheld(case)
    case.sender = _sender(case)
    incoming, answers, settings = case.incoming, case.answers, case.settings
    case.sender_party, case.parties = resolving.parties(incoming, case.sender, answers, settings)
    if not incoming.is_sent:  # who received it has a copy, which is decided where it lies
        case.received = resolving.received_by(incoming, answers, settings)
    case.takers = resolving.takers(case.received, answers, case.box)
    return None


def _tell_who_is_withheld(case: Examination) -> None:
    """Who would have been named by an address of it, if somebody had approved that."""
    found = resolving.withheld(case.incoming, case.answers, case.settings)
    for address, record in found[:_NAMES_SHOWN]:
        case.look(
            Look.NOT_APPROVED,
            address=address.address,
            name=record.name,
            kind=record.kind.value,
        )


def _sender(case: Examination) -> RecordRef | None:
    address = case.incoming.sender
    if address is None:
        return None
    case.sender_matches = matches = resolving.matches_of(address, case.answers, case.settings)
    sender = _chosen(case, matches)
    if sender is not None:
        case.look(
            Look.SENDER_RESOLVED,
            address=address.address,
            kind=sender.kind.value,
            name=sender.name,
            matches=len(matches),
        )
    elif matches:
        case.look(Look.SENDER_AMBIGUOUS, address=address.address, matches=len(matches))
    elif not resolving.withheld_from(address, case.answers, case.settings):
        case.look(Look.SENDER_UNKNOWN, address=address.address)
    return sender


def _chosen(case: Examination, matches: resolving.Matches) -> RecordRef | None:
    taker = case.box.taker
    if case.incoming.is_sent and taker and taker.record.id in {one.id for one in matches}:
        return taker.record
    if case.settings.sender_unresolved:
        return resolving.sole_record(matches)
    return resolving.sender_record(matches, taker.owner if taker else None)


def own_sender(case: Examination) -> Decision | None:
    """In a Sent folder lies what its owner sent; who else wrote there has not sent it."""
    if not case.incoming.is_sent:
        return None
    taker = case.box.taker
    if taker and case.sender and case.sender.id == taker.record.id:
        return None
    return case.skip(Reason.SENT_BY_ANOTHER, owner=taker.record.name if taker else "")


def correlation(case: Examination) -> Decision | None:
    """Find the email that it answers, and say how sure that is. Settles nothing.

    A delivery report belongs to what it reports on, also where answers are not looked for.
    """
    reported = case.reported()
    if reported is not None:
        case.look(Look.REPORTS_SENT)
        case.correlated = Correlation(reported, CorrelationMethod.IN_REPLY_TO)
    else:
        case.correlated = correlate(case.incoming, case.answers, case.settings, case.box)
        if case.incoming.reports:
            case.look(Look.REPORTS_UNKNOWN)
    if (found := case.correlated) is None:
        case.look(Look.NOT_CORRELATED)
        if alike := likely(case.incoming, case.answers, case.settings):
            least = case.settings.matching.people_least
            case.look(Look.NOT_SIMILAR, count=len(alike), least=least)
        return None
    look = Look.CORRELATED
    if found.doubt is not None and not case.counts(found):
        look = _DOUBTS[found.doubt]
    facts = {"least": case.settings.matching.people_least} if look is Look.SIMILAR else {}
    case.look(look, email=str(found.email.activityid), method=int(found.method), **facts)
    if look is Look.CORRELATED and found.email.is_chosen:
        case.look(Look.REGARDING_CHOSEN)
    return None


def by_hand(case: Examination) -> Decision | None:
    """A person's word is stronger than any filter."""
    return case.track(Reason.TAKEN_BY_HAND, None) if case.incoming.by_hand else None


def filed(case: Examination) -> Decision | None:
    """Who puts a message into the folder of a record has said what it is about.

    What they sent themselves, and filed there, is the email that was sent.
    """
    record, taker = case.box.regarding, case.box.taker
    if record is None:
        return None
    case.look(Look.FILED, name=record.name, kind=record.kind.value)
    copy = case.sent_copy()
    if copy is not None and taker and case.sender and case.sender.id == taker.record.id:
        return case.skip(Reason.DUPLICATE, copy)
    return case.track(Reason.FILED, taker.record if taker else None)


def untracked(case: Examination) -> Decision | None:
    """What a person had untracked does not come back by another mailbox."""
    texts = case.answers.untracked.get(case.incoming.digest, frozenset())
    return case.skip(Reason.UNTRACKED_BY_HAND) if case.incoming.text_digest in texts else None


def bounce(case: Examination) -> Decision | None:
    """Whoever sent an email shall know what became of it, whatever they take otherwise."""
    match case.what_it_reports():
        case Reported.BOUNCE if case.settings.bounces_tracked:
            return case.track(Reason.BOUNCE, None)
        case Reported.RECEIPT if case.settings.receipts_tracked:
            return case.track(Reason.RECEIPT, None)
        case Reported.NOTHING:
            return None
        case _:
            return case.skip(Reason.REPORT_NOTED)


def never_track(case: Examination) -> Decision | None:
    """What the organization never tracks is nobody's to take, but by hand."""
    rule = case.never()
    if rule is None:
        return None
    return case.skip(Reason.NEVER_TRACKED, rule=told_of(rule, case.incoming), value=rule.value)


def internal(case: Examination) -> Decision | None:
    """With one record a mail between users, the sent copy makes this one superfluous."""
    if case.settings.two_activities or not _is_internal(case):
        return None
    copy = case.sent_copy()
    if copy is None:
        return None
    case.look(Look.SENT_COPY, email=str(copy.activityid))
    return case.skip(Reason.INTERNAL_EMAIL_REJECT, copy)


def _is_internal(case: Examination) -> bool:
    """Whether sender and recipients are such as one record of their mail is enough for."""
    match case.sender:
        case RecordRef(kind=PartyKind.QUEUE):
            return not case.settings.internal_from_queues
        case RecordRef(kind=PartyKind.SYSTEMUSER):
            to_queue = any(taker.record.kind is PartyKind.QUEUE for taker in case.takers)
            return not (to_queue and case.settings.internal_to_queues)
        case _:
            return False


def recipients(case: Examination) -> Decision | None:
    """Somebody must have received it whose mail is processed."""
    if case.takers:
        return None
    case.look(Look.NO_TAKER)
    return case.skip(Reason.NO_RECIPIENT_MATCH)


def wishes(case: Examination) -> Decision | None:
    """Ask those who are to be asked, until one wants it whose own list does not keep it out."""
    takers = asked(case.takers, case.box, case.settings)
    _tell_how_they_are_asked(case, takers)
    kept_out: list[tuple[Taker, NeverRule]] = []
    for taker in takers:
        reason = _wish(case, taker)
        rule = case.never_of(taker) if reason is not None else None
        _tell_wish(case, taker, reason, rule)
        if rule is not None:
            kept_out.append((taker, rule))
        elif reason is not None:
            return case.track(reason, taker.record)
    if kept_out:
        names, (_, rule) = _names([taker for taker, _ in kept_out]), kept_out[0]
        kind, value = told_of(rule, case.incoming), rule.value
        return case.skip(Reason.ON_THEIR_LIST, owner=names, rule=kind, value=value)
    return case.skip(refusal(takers, is_sent=case.incoming.is_sent), owner=_names(takers))


def _wish(case: Examination, taker: Taker) -> Reason | None:
    answers = case.answered() is not None
    if case.incoming.is_sent:
        return wants_sent(taker.filter, case.sent_to(), correlated=answers)
    return wants(taker.filter, case.sender, correlated=answers)


def _tell_wish(
    case: Examination, taker: Taker, reason: Reason | None, rule: NeverRule | None
) -> None:
    look = Look.TAKER_DECLINES if reason is None else Look.TAKER_WANTS
    case.look(
        look if rule is None else Look.TAKER_NEVER,
        name=taker.record.name,
        kind=taker.record.kind.value,
        filter=int(taker.filter),
        **({"rule": told_of(rule, case.incoming), "value": rule.value} if rule else {}),
    )


def _tell_how_they_are_asked(case: Examination, takers: tuple[Taker, ...]) -> None:
    settings = case.settings
    if settings.own_filter_only and len(takers) < len(case.takers):
        (own,) = takers
        case.look(Look.OWN_FILTER_ONLY, name=own.record.name, kind=own.record.kind.value)
    if settings.forced_filter is not None:
        case.look(Look.FILTER_FORCED, filter=int(settings.forced_filter))


def _names(takers: Sequence[Taker]) -> str:
    """The names of some takers, for a sentence."""
    names = [taker.record.name or taker.record.kind.value for taker in takers]
    more = "…" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more
