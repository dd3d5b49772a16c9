"""Faults of profiles, mailboxes and their credentials: PSR-MBX."""

from passerelle.faults.fault import Fault, Level, Retry, noop


class MailboxFault(Fault):
    """A branch: something a person set, or has still to set; only their change helps."""

    retry = Retry.AFTER_CHANGE


class MailboxWaits(MailboxFault):
    """A branch: the mailbox is well, and waits for a decision. No alert is made of it."""

    level = Level.INFORMATION


class ProcessedByRouter(MailboxWaits):
    code = "PSR-MBX-001"
    cause = noop("The system settings say that the Email Router processes email.")
    consequence = noop("The mailbox {mailbox} is ready and waits; the router goes on serving it.")
    remedy = noop("Stop the router, then choose server-side synchronization in System Settings.")


class NotEnabled(MailboxWaits):
    code = "PSR-MBX-002"
    cause = noop("The mailbox {mailbox} is not enabled for this direction.")
    consequence = noop("No email of this direction is processed.")
    remedy = noop("Run Test & Enable Mailbox.")


class NotServerSide(MailboxWaits):
    code = "PSR-MBX-003"
    cause = noop("The delivery method of {mailbox} is not server-side synchronization.")
    consequence = noop("No email of this direction is processed by Passerelle.")
    remedy = noop("Choose server-side synchronization or Email Router in the mailbox.")


class MailboxInactive(MailboxFault):
    code = "PSR-MBX-004"
    cause = noop("The mailbox {mailbox} is inactive, or its user or queue is.")
    consequence = noop("No email is read for it and none is sent from it.")
    remedy = noop("Activate the mailbox, and its user or queue.")


class NotApproved(MailboxFault):
    code = "PSR-MBX-005"
    cause = noop("The address of the mailbox {mailbox} is not approved.")
    consequence = noop("No email is read for it and none is sent from it.")
    remedy = noop("An administrator approves the address in the list of mailboxes.")


class AddressMissing(MailboxFault):
    code = "PSR-MBX-006"
    cause = noop("The mailbox {mailbox} has no email address.")
    consequence = noop("No email is read for it and none is sent from it.")
    remedy = noop("Enter the address in the mailbox.")


class ProfileMissing(MailboxFault):
    code = "PSR-MBX-007"
    cause = noop("The mailbox {mailbox} has no email server profile.")
    consequence = noop("No email is read for it and none is sent from it.")
    remedy = noop("Choose a profile in the mailbox.")


class ProfileInactive(MailboxFault):
    code = "PSR-MBX-008"
    cause = noop("The email server profile {profile} is inactive.")
    consequence = noop("The mailboxes that use it wait.")
    remedy = noop("Activate the profile, or choose another one in the mailboxes.")


class ServerMissing(MailboxFault):
    code = "PSR-MBX-009"
    cause = noop("The email server profile {profile} names no server for this direction.")
    consequence = noop("The mailboxes that use it wait.")
    remedy = noop("Enter the server in the profile.")


class ProtocolCannotRun(MailboxFault):
    code = "PSR-MBX-010"
    cause = noop("The profile {profile} connects to Exchange, which this version cannot do yet.")
    consequence = noop("The connection is kept as it is; its mailboxes wait.")
    remedy = noop("Change the connection to IMAP, POP3 or SMTP if the server offers them.")


class CredentialsNotAllowed(MailboxFault):
    code = "PSR-MBX-011"
    cause = noop("The mailbox {mailbox} does not allow Passerelle to use its credentials.")
    consequence = noop("No server is signed in to for it.")
    remedy = noop("Allow it in the mailbox, or use credentials of the profile.")


class PasswordMissing(MailboxFault):
    code = "PSR-MBX-012"
    cause = noop("No user name or no password is stored for {owner}.")
    consequence = noop("No server is signed in to with these credentials.")
    remedy = noop("Enter user name and password there; stored ones are never shown.")


class CredentialsCannotRun(MailboxFault):
    code = "PSR-MBX-013"
    cause = noop("The profile {profile} asks for a way to sign in that cannot be used here.")
    consequence = noop("The mailboxes that use it wait.")
    remedy = noop("Choose credentials of the profile or of each mailbox.")


class CredentialsUnreadable(MailboxFault):
    code = "PSR-MBX-014"
    cause = noop("The stored password of {owner} does not open with the key file (key {key}).")
    consequence = noop("No server is signed in to with these credentials.")
    remedy = noop("Put the key back into the key file, or enter the password again.")


class CredentialsWait(MailboxFault):
    """The server refused these credentials; whoever raises this asks for the work at that time."""

    code = "PSR-MBX-015"
    cause = noop("{host} refused the credentials of {owner}; they are tried again at {next_try}.")
    consequence = noop("All work with these credentials waits, so that no account is locked.")
    remedy = noop("Enter the new password; work resumes at once where it stopped.")


class LostTestMessage(MailboxFault):
    code = "PSR-MBX-016"
    cause = noop("The test message did not arrive within {seconds} seconds.")
    consequence = noop("Receiving is not proven: the account may not be that of the address.")
    remedy = noop("Check that {mailbox} is the address of that account, then test again.")


class TakenTestMessage(MailboxFault):
    """Not a failure: while a router still reads the mailbox it may be the one that got it."""

    code = "PSR-MBX-017"
    cause = noop("The test message was not seen within {seconds} seconds.")
    consequence = noop("The Email Router may have taken it; the test passes on the listing.")
    remedy = noop("Nothing. After the switch, test the mailbox {mailbox} again if in doubt.")
    level = Level.WARNING


class StayingTestMessage(MailboxFault):
    code = "PSR-MBX-018"
    cause = noop("The test message in {mailbox} could not be removed without touching others.")
    consequence = noop("It stays in the mailbox and is never tracked.")
    remedy = noop("Delete it by hand, or leave it.")
    level = Level.WARNING


class LockHeldByRouter(MailboxFault):
    code = "PSR-MBX-019"
    cause = noop("{host} says that another program holds the mailbox {mailbox}.")
    consequence = noop("The Email Router may be reading it; the connection itself is proven.")
    remedy = noop("Nothing. After the switch, test the mailbox again if in doubt.")
    level = Level.WARNING


class InterruptedTest(MailboxFault):
    code = "PSR-MBX-020"
    cause = noop("The test of {mailbox} stopped while the test message was handed over.")
    consequence = noop("It is not sent a second time; whether it was sent shows when it arrives.")
    remedy = noop("Nothing if it arrived, else test again.")
    level = Level.WARNING


class ConnectionUnencrypted(MailboxFault):
    code = "PSR-MBX-021"
    cause = noop("The connection to {host} is not encrypted.")
    consequence = noop("Passwords and mail can be read on the way.")
    remedy = noop("Choose STARTTLS or TLS from the start in the profile.")
    level = Level.WARNING


class CertificateNotVerified(MailboxFault):
    code = "PSR-MBX-022"
    cause = noop("The certificate of {host} is not verified, as the profile says.")
    consequence = noop("Somebody on the way could pretend to be the server.")
    remedy = noop("Give the server a certificate that this machine trusts, then verify it.")
    level = Level.WARNING


class BulkEmpty(MailboxFault):
    code = "PSR-MBX-050"
    cause = noop("No mailbox is chosen.")
    consequence = noop("Nothing was started.")
    remedy = noop("Tick at least one mailbox, or loosen the filter.")


class BulkChanged(MailboxFault):
    code = "PSR-MBX-051"
    cause = noop("The filter left {before} mailboxes in the preview and leaves {now} now.")
    consequence = noop("Nothing was started, as you saw something else.")
    remedy = noop("Look at the new preview, then start.")


class BulkOver(MailboxFault):
    code = "PSR-MBX-052"
    cause = noop("This bulk action does not run any more.")
    consequence = noop("There is nothing left to stop.")
    remedy = noop("Look at what it did; another bulk action can change it back.")
