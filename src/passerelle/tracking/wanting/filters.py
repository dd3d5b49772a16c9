"""Whether a user or a queue wants a message: the five options."""

from collections.abc import Iterable
from dataclasses import replace

from passerelle.tracking.reasons import Reason
from passerelle.tracking.values import (
    Filter,
    PartyKind,
    ReadingMailbox,
    RecordRef,
    Taker,
    TrackingSettings,
)

CRM_KINDS = frozenset({PartyKind.LEAD, PartyKind.CONTACT, PartyKind.ACCOUNT})


def wants(taken: Filter, sender: RecordRef | None, *, correlated: bool) -> Reason | None:
    """Why a filter takes the message, or None when it does not."""
    match taken:
        case Filter.ALL:
            return Reason.ACCEPT_ALL
        case Filter.REPLIES if correlated:
            return Reason.CORRELATION_MATCH
        case Filter.FROM_CRM_RECORDS if sender is not None and sender.kind in CRM_KINDS:
            return Reason.SENDER_MATCH
        case Filter.FROM_ANY_RECORD if sender is not None:
            return Reason.SENDER_MATCH
        case _:
            return None


def wants_sent(
    taken: Filter, recipients: Iterable[RecordRef], *, correlated: bool
) -> Reason | None:
    """The same of what its owner sent: whom they take mail from, they track mail to.

    Ours. What answers tracked mail is wanted too, or a thread would have one side only.
    """
    kinds = {recipient.kind for recipient in recipients}
    match taken:
        case Filter.ALL:
            return Reason.ACCEPT_ALL
        case Filter.NONE:
            return None
        case _ if correlated:
            return Reason.CORRELATION_MATCH
        case Filter.FROM_CRM_RECORDS if kinds & CRM_KINDS:
            return Reason.SENT_TO_KNOWN
        case Filter.FROM_ANY_RECORD if kinds:
            return Reason.SENT_TO_KNOWN
        case _:
            return None


def asked(
    takers: tuple[Taker, ...], box: ReadingMailbox, settings: TrackingSettings
) -> tuple[Taker, ...]:
    """Who is asked whether they want the message, by which option, in which order.

    Whose mailbox is read comes first, as their wish explains itself best, and alone where the
    organization says so; a mailbox of nobody leaves it to the recipients. An option that the
    organization sets is that of every user; queues keep their own.
    """
    read = box.taker.record.id if box.taker is not None else None
    if settings.own_filter_only and read is not None:
        takers = tuple(taker for taker in takers if taker.record.id == read)
    if settings.forced_filter is not None:
        takers = tuple(_forced(taker, settings.forced_filter) for taker in takers)
    return tuple(sorted(takers, key=lambda one: one.record.id != read))


def _forced(taker: Taker, forced: Filter) -> Taker:
    is_user = taker.record.kind is PartyKind.SYSTEMUSER
    return replace(taker, filter=forced) if is_user else taker


def refusal(takers: tuple[Taker, ...], *, is_sent: bool = False) -> Reason:
    """Why nobody wanted it, after the most generous of their filters."""
    filters = {taker.filter for taker in takers}
    if filters & {Filter.FROM_CRM_RECORDS, Filter.FROM_ANY_RECORD}:
        return Reason.SENT_TO_NOBODY_KNOWN if is_sent else Reason.SENDER_NOT_WANTED
    if Filter.REPLIES in filters:
        return Reason.NO_CORRELATION_MATCH
    return Reason.NO_FILTER_WANTS
