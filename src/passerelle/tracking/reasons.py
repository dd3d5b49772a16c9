"""The reasons of decisions. Their numbers are stored, and never used for another."""

from enum import IntEnum


class Reason(IntEnum):
    """Why a message was tracked or not: ReasonCode of CheckIncomingEmail; ours from 100."""

    UNKNOWN = -1
    DUPLICATE = 0
    NO_CORRELATION_MATCH = 1
    CORRELATION_MATCH = 2
    NO_RECIPIENT_MATCH = 3
    INTERNAL_EMAIL_REJECT = 4
    SENDER_MATCH = 5
    ACCEPT_ALL = 6
    INVALID_SENDER = 7
    TEST_MESSAGE = 100
    TOO_OLD = 101
    SENDER_NOT_WANTED = 102
    NO_FILTER_WANTS = 103
    TAKEN_BY_HAND = 104
    COMPLETED = 105
    FORWARDER_UNKNOWN = 106
    UNPACKED = 107
    NEVER_TRACKED = 108
    UNTRACKED_BY_HAND = 109
    BOUNCE = 110
    ON_THEIR_LIST = 111
    FILED = 112
    SENT_TO_KNOWN = 113
    SENT_BY_ANOTHER = 114
    RECEIPT = 115
    REPORT_NOTED = 116
    SENT_TO_NOBODY_KNOWN = 117
