"""Faults of the relay by which Passerelle sends mail of its own: PSR-REL."""

from passerelle.faults.fault import Fault, Retry, noop


class RelayFault(Fault):
    """A branch: an invitation or a notice could not be sent."""

    retry = Retry.AFTER_CHANGE


class RelayMissing(RelayFault):
    code = "PSR-REL-001"
    cause = noop("No server is named through which Passerelle sends mail of its own.")
    consequence = noop("Invitations and notices of alerts are not sent.")
    remedy = noop("Open System Settings, Mail of Passerelle, and enter a server and a sender.")


class RelayPasswordMissing(RelayFault):
    code = "PSR-REL-002"
    cause = noop("The relay {host} has a user name but no password.")
    consequence = noop("Invitations and notices of alerts are not sent.")
    remedy = noop("Open System Settings, Mail of Passerelle, and enter the password.")


class RelayCredentialsWait(RelayFault):
    code = "PSR-REL-003"
    cause = noop("The relay {host} refused the password; it is tried again at {next_try}.")
    consequence = noop("Until then no notice is sent, so that the account is not locked.")
    remedy = noop("Enter the new password under Mail of Passerelle; it is tried at once.")


class NoticeRefused(RelayFault):
    code = "PSR-REL-004"
    cause = noop("The relay {host} does not take mail for {address}: {answer}")
    consequence = noop("This message was not sent.")
    remedy = noop("Correct the address, or let the relay take mail for it from Passerelle.")
    retry = Retry.NEVER


class NoticeUncertain(RelayFault):
    code = "PSR-REL-005"
    cause = noop("The connection to {host} broke after the whole message was given over.")
    consequence = noop("It may have been sent; it is not sent a second time by itself.")
    remedy = noop("Ask the recipient, or look into the relay's log, before it is sent again.")
    retry = Retry.NEVER


class NoticePostponed(RelayFault):
    code = "PSR-REL-006"
    cause = noop("The relay {host} takes no mail for {address} now: {answer}")
    consequence = noop("This message was not sent yet.")
    remedy = noop("Nothing, if it happened once: it is tried again.")
    retry = Retry.SOON
