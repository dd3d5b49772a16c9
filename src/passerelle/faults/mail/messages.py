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


class ReceivedFileBlocked(MessageFault):
    code = "PSR-MSG-010"
    cause = noop("Files that end in .{ending} are blocked.")
    consequence = noop("The file is not handed out here; the email keeps it.")
    remedy = noop(
        "If you trust it, download the source of the email, or have an administrator allow it."
    )


class ReceivedFileTooLarge(MessageFault):
    code = "PSR-MSG-011"
    cause = noop("The file has {size}; at most {limit} are handed out.")
    consequence = noop("The file is not handed out here; the email keeps it.")
    remedy = noop("Download the source of the email, or have an administrator raise the limit.")


class ReceivedFileHoldsBlocked(MessageFault):
    code = "PSR-MSG-012"
    cause = noop("It holds {filename}, which is not handed out.")
    consequence = noop("The file is not handed out here; the email keeps it.")
    remedy = noop("Take the other files below it, each by itself.")
