"""Faults of the cycles that read and send mail: PSR-SYN."""

from passerelle.faults.fault import Fault, Level, Retry, noop


class CycleFault(Fault):
    """A branch: something about one mailbox's reading or one email's sending."""


class CursorStuck(CycleFault):
    code = "PSR-SYN-001"
    cause = noop("The server announced new mail {cycles} times and then showed none of it.")
    consequence = noop("If there was new mail, it is not recorded.")
    remedy = noop("Look whether a rule or another program moves new mail out of the inbox at once.")
    level = Level.WARNING


class MessagesInQuarantine(CycleFault):
    code = "PSR-SYN-002"
    cause = noop("{count} messages could not be made into records.")
    consequence = noop("They are kept aside, whole; all other mail goes on.")
    remedy = noop("Open the quarantine of the mailbox and try them again, or take them anyway.")
    level = Level.WARNING


class ForwardedInline(CycleFault):
    code = "PSR-SYN-060"
    cause = noop("{forwarder} forwarded a message in the text, and not as an attachment.")
    consequence = noop("The original cannot be had of it; it is kept aside and other mail goes on.")
    remedy = noop(
        "Let the rule of {forwarder} forward as an attachment. Take this one anyway, if its text "
        "is enough."
    )
    retry = Retry.NEVER
    level = Level.WARNING


class ForwarderNotSet(CycleFault):
    code = "PSR-SYN-061"
    cause = noop("{forwarder} forwards email here, and its incoming email is not set to do so.")
    consequence = noop("The message is kept aside; all other mail goes on.")
    remedy = noop(
        "Choose Forward mailbox as the incoming email of {forwarder}, then try the message again."
    )
    level = Level.WARNING


class MessageTooLarge(CycleFault):
    code = "PSR-SYN-003"
    cause = noop("The message is larger ({size} bytes) than is taken whole.")
    consequence = noop("Only its header was read; it is kept aside and other mail goes on.")
    remedy = noop("Take it anyway by its header, or look at it in the mailbox itself.")
    retry = Retry.NEVER


class MessageBreaksReader(CycleFault):
    code = "PSR-SYN-004"
    cause = noop("Passerelle failed to read the message: {error}")
    consequence = noop("It is kept aside, whole; all other mail goes on.")
    remedy = noop("Take it anyway, and report the message's source if you may.")
    retry = Retry.NEVER


class MessageRefusedByStore(CycleFault):
    code = "PSR-SYN-005"
    cause = noop("The database does not take the message: {error}")
    consequence = noop("It is kept aside, whole; all other mail goes on.")
    remedy = noop("Try it again after an update, and report the message's source if you may.")
    retry = Retry.NEVER


class RecordsContended(CycleFault):
    code = "PSR-SYN-006"
    cause = noop("Other workers recorded the same messages {times} times in a row.")
    consequence = noop("Nothing was recorded twice. The next attempt follows by itself.")
    remedy = noop("Nothing.")
    level = Level.INFORMATION


class SubmissionRefused(CycleFault):
    """A branch: an email cannot be handed in as it stands; the person who sends it sees why."""

    retry = Retry.NEVER


class NotADraft(SubmissionRefused):
    code = "PSR-SYN-010"
    cause = noop("This email is on its way or was sent already.")
    consequence = noop("It was not handed in a second time.")
    remedy = noop("Write a new email if another one is meant.")


class NoRecipients(SubmissionRefused):
    code = "PSR-SYN-011"
    cause = noop("The email has no recipient.")
    consequence = noop("It was not sent.")
    remedy = noop("Enter at least one address, then send it again.")


class RecipientInvalid(SubmissionRefused):
    code = "PSR-SYN-012"
    cause = noop("{address} is not an address that mail can be sent to.")
    consequence = noop("The email was not sent to anybody.")
    remedy = noop("Correct the address, then send it again.")


class RecipientUnresolved(SubmissionRefused):
    code = "PSR-SYN-013"
    cause = noop("{address} belongs to no record.")
    consequence = noop("The email was not sent to anybody.")
    remedy = noop("Make a contact with it, or allow unresolved recipients in System Settings.")


class SenderWithoutMailbox(SubmissionRefused):
    code = "PSR-SYN-014"
    cause = noop("The sender {address} is not the address of the mailbox {mailbox}.")
    consequence = noop("The email was not sent to anybody.")
    remedy = noop("Send it from a mailbox of its sender.")


class SenderNotAllowed(SubmissionRefused):
    code = "PSR-SYN-030"
    cause = noop("You cannot send email as the selected user or queue: {sender}.")
    consequence = noop("The email was not sent to anybody; it is kept as a draft.")
    remedy = noop(
        "For another user, an administrator gives your account the right and the user allows it "
        "under Writing; for a queue, become a member of it."
    )


class DraftChangedElsewhere(SubmissionRefused):
    code = "PSR-SYN-031"
    cause = noop("This draft was changed in another window meanwhile.")
    consequence = noop("Nothing was overwritten, and nothing was sent.")
    remedy = noop("Compare both, then keep one of them.")


class AttachmentBlocked(SubmissionRefused):
    code = "PSR-SYN-032"
    cause = noop("The email carries {filename}, and files that end in .{ending} are blocked.")
    consequence = noop("The email was not sent to anybody.")
    remedy = noop("Remove the file from the email, then send it again.")


class AttachmentsTooLarge(SubmissionRefused):
    code = "PSR-SYN-033"
    cause = noop("The files of the email have {size} together; {limit} are allowed.")
    consequence = noop("The email was not sent to anybody.")
    remedy = noop("Remove some, or send them in several emails.")


class AttachmentGone(SubmissionRefused):
    code = "PSR-SYN-034"
    cause = noop("A file of the email lay in a message that is not kept any more.")
    consequence = noop("The email was not sent to anybody.")
    remedy = noop("Remove the file from the email and add it again, then send it.")


class SendingQuotaReached(CycleFault):
    code = "PSR-SYN-050"
    cause = noop("{host} takes no more email from {mailbox} for now: {answer}")
    consequence = noop("Its outgoing email waits and goes on by itself; its page says when.")
    remedy = noop(
        "Nothing, unless it comes again and again: then limit in the server profile what is sent, "
        "or send by a server that takes more."
    )
    level = Level.WARNING


class DomainTakesNoMore(CycleFault):
    code = "PSR-SYN-051"
    cause = noop("{host} takes no more email from {mailbox} to {domain} for now: {answer}")
    consequence = noop("Email to other domains goes out; the rest waits and goes on by itself.")
    remedy = noop(
        "Nothing, unless it comes again and again: then limit in the system settings what is sent "
        "to that domain."
    )
    level = Level.WARNING


class SentCopiesWait(CycleFault):
    code = "PSR-SYN-040"
    cause = noop("Copies of sent email cannot be put into the Sent folder of {mailbox}: {problem}.")
    consequence = noop("The emails themselves were sent. Their copies are put there later.")
    remedy = noop("Nothing, unless it lasts: then see the alerts of the mailbox's incoming email.")
    level = Level.WARNING


class SentCopyRefused(CycleFault):
    code = "PSR-SYN-041"
    cause = noop("The server does not take the copy of a sent email: {answer}")
    consequence = noop("The email itself was sent. The copy is tried again for some days.")
    remedy = noop("Make room in the mailbox, or let nobody file copies in the server profile.")
    level = Level.WARNING
    retry = Retry.NEVER


class SomeRecipientsRefused(CycleFault):
    code = "PSR-SYN-020"
    cause = noop("Recipients that the server took: {accepted}; that it refused: {refused}.")
    consequence = noop("The refused recipients did not get it.")
    remedy = noop("Open the email, read the answers, and write to those recipients again.")
    retry = Retry.NEVER
    level = Level.WARNING


class AllRecipientsRefused(CycleFault):
    code = "PSR-SYN-021"
    cause = noop("The server refused all {refused} recipients: {answer}")
    consequence = noop("The email was not sent to anybody.")
    remedy = noop("Correct the recipients, then send it again.")
    retry = Retry.NEVER


class EmailBounced(CycleFault):
    code = "PSR-SYN-070"
    cause = noop("The email did not arrive at {address}: {answer}")
    consequence = noop(
        "The server had taken it and reported later. That recipient has not read it."
    )
    remedy = noop("Open the email, read what the server says, and correct the address or ask them.")
    retry = Retry.NEVER
    level = Level.WARNING


class SubmissionGone(CycleFault):
    code = "PSR-SYN-022"
    cause = noop("This email does not wait for a person any more.")
    consequence = noop("Nothing was changed.")
    remedy = noop("Load the page again to see how it stands.")
    retry = Retry.NEVER


class TooLateToCancel(CycleFault):
    code = "PSR-SYN-024"
    cause = noop("This email is on its way, or a recipient has it already.")
    consequence = noop("It was not taken back.")
    remedy = noop("Load the page again to see how it stands.")
    retry = Retry.NEVER


class SubmissionCancelled(CycleFault):
    code = "PSR-SYN-025"
    cause = noop("A person took the email back while it was being handed over.")
    consequence = noop("It was not sent; it is a draft again.")
    remedy = noop("Nothing.")
    retry = Retry.NEVER
    level = Level.INFORMATION


class QuarantineSettled(CycleFault):
    code = "PSR-SYN-023"
    cause = noop("Somebody decided about this message already.")
    consequence = noop("Nothing was changed.")
    remedy = noop("Load the page again to see how it stands.")
    retry = Retry.NEVER
