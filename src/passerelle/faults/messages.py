"""Faults of reading and writing messages: PSR-MSG."""

from passerelle.faults.fault import Fault, Retry, noop


class MessageFault(Fault):
    """Any failure of a message itself; no server is to blame and trying again changes nothing."""

    retry = Retry.NEVER


class MessageNotUnderstood(MessageFault):
    code = "PSR-MSG-001"
    cause = noop("A message of {size} bytes holds no header field, so it is no email.")
    consequence = noop("It is not tracked; it is kept aside and the messages after it go on.")
    remedy = noop("Look at its source, then try it again or take it anyway.")


class PartNotFound(MessageFault):
    code = "PSR-MSG-002"
    cause = noop("The message has no part {part}.")
    consequence = noop("The attachment cannot be shown.")
    remedy = noop("Look for it in the mailbox, where the message may still be.")


class DraftRefused(MessageFault):
    code = "PSR-MSG-003"
    cause = noop("The field {field} of the email holds what no header may hold.")
    consequence = noop("The email was not sent to anybody.")
    remedy = noop("Correct the field {field} (an address, a line break), then send it again.")
