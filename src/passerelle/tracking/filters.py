"""Whether a user or a queue wants a message: the five options."""

from passerelle.tracking.values import Filter, PartyKind, Reason, RecordRef, Taker

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


def refusal(takers: tuple[Taker, ...]) -> Reason:
    """Why nobody wanted it, after the most generous of their filters."""
    filters = {taker.filter for taker in takers}
    if filters & {Filter.FROM_CRM_RECORDS, Filter.FROM_ANY_RECORD}:
        return Reason.SENDER_NOT_WANTED
    if Filter.REPLIES in filters:
        return Reason.NO_CORRELATION_MATCH
    return Reason.NO_FILTER_WANTS
