"""The names of what is looked at on the way to a decision; a message keeps them as its trace."""

from enum import Enum


class Look(Enum):
    """What was looked at on the way to a decision; each has a sentence in `explain`."""

    SENDER_RESOLVED = "sender-resolved"
    SENDER_UNKNOWN = "sender-unknown"
    SENDER_AMBIGUOUS = "sender-ambiguous"
    DELIVERED_TO = "delivered-to"
    SAME_IDENTITY = "same-identity"
    OTHER_TEXT = "other-text"
    SAME_HISTORY = "same-history"
    SENT_COPY = "sent-copy"
    TAKER_WANTS = "taker-wants"
    TAKER_DECLINES = "taker-declines"
    TAKER_NEVER = "taker-never"
    NO_TAKER = "no-taker"
    CORRELATED = "correlated"
    NOT_CORRELATED = "not-correlated"
    FORWARDS = "forwards"
    OTHER_PEOPLE = "other-people"
    SIMILAR = "similar"
    NOT_SIMILAR = "not-similar"
    REGARDING_CHOSEN = "regarding-chosen"
    FILTER_FORCED = "filter-forced"
    OWN_FILTER_ONLY = "own-filter-only"
    QUEUED_AGAIN = "queued-again"
    REPORTS_SENT = "reports-sent"
    REPORTS_UNKNOWN = "reports-unknown"
    NOT_APPROVED = "not-approved"
    FILED = "filed"
