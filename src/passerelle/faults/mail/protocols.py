"""Faults of connections and of servers' answers: PSR-NET and PSR-SRV."""

from passerelle.faults.fault import Fault, Level, Retry, noop


class ProtocolFault(Fault):
    """Any failure while talking to a server."""


class Unreachable(ProtocolFault):
    """A branch: nobody answers there now. Time alone may heal it."""

    level = Level.WARNING
    one_cause = "PSR-NET"  # a server that dies breaks connections first, then takes none


class HostNotFound(Unreachable):
    code = "PSR-NET-001"
    cause = noop("No address is known for the server name {host}.")
    consequence = noop("Mail of the mailboxes that use it waits; nothing is lost.")
    remedy = noop("Check the server name in the profile, and the name service of this machine.")


class ConnectionRefused(Unreachable):
    code = "PSR-NET-002"
    cause = noop("{host} does not accept connections on port {port}: {answer}")
    consequence = noop("Mail of the mailboxes that use it waits; nothing is lost.")
    remedy = noop("Start the mail server, or correct the port in the profile.")


class ConnectionTimedOut(Unreachable):
    code = "PSR-NET-003"
    cause = noop("{host} did not answer on port {port} within {seconds} seconds.")
    consequence = noop("Mail of the mailboxes that use it waits; nothing is lost.")
    remedy = noop("Check that a firewall lets this machine through, and that the port is right.")


class ConnectionLost(Unreachable):
    code = "PSR-NET-004"
    cause = noop("{host} closed the connection during {step}.")
    consequence = noop("The work goes on at the next attempt, from where it stopped.")
    remedy = noop("Nothing, if it happened once. Otherwise look into the mail server's log.")


class ExchangeTooSlow(Unreachable):
    code = "PSR-NET-005"
    cause = noop("{host} took more than {seconds} seconds for {step}.")
    consequence = noop("The connection was closed so that other mailboxes go on.")
    remedy = noop("Look at the load of the mail server, or allow more time in the profile.")


class CertificateRefused(ProtocolFault):
    code = "PSR-TLS-001"
    cause = noop("The certificate of {host} is not accepted: {reason}")
    consequence = noop("No password was sent. Mail of the mailboxes that use it waits.")
    remedy = noop(
        "Give the server a certificate for {host} that this machine trusts, or paste the "
        "certificate of your own authority into the profile, under Encryption."
    )


class EncryptionNotOffered(ProtocolFault):
    code = "PSR-TLS-002"
    cause = noop("{host} does not offer STARTTLS on port {port}.")
    consequence = noop("No password was sent. Mail of the mailboxes that use it waits.")
    remedy = noop("Switch STARTTLS on at the server, or choose another encryption in the profile.")


class EncryptionFailed(ProtocolFault):
    code = "PSR-TLS-003"
    cause = noop("No encrypted connection could be made with {host} on port {port}: {reason}")
    consequence = noop("No password was sent. Mail of the mailboxes that use it waits.")
    remedy = noop("Check that the encryption chosen in the profile is the one of that port.")


class LoginRefused(ProtocolFault):
    code = "PSR-SRV-001"
    cause = noop("{host} refused the credentials of {account}: {answer}")
    consequence = noop("All work with these credentials waits, so that no account is locked.")
    remedy = noop("Enter the new password, then test the mailbox; work resumes where it stopped.")
    retry = Retry.AFTER_CHANGE


class LoginPostponed(ProtocolFault):
    code = "PSR-SRV-002"
    cause = noop("{host} does not let {account} sign in for now: {answer}")
    consequence = noop("The next attempt follows by itself.")
    remedy = noop("Nothing, unless it lasts: another program may hold the mailbox.")
    level = Level.WARNING


class LoginNotOffered(ProtocolFault):
    code = "PSR-SRV-003"
    cause = noop("{host} offers no way to sign in that Passerelle knows ({offered}).")
    consequence = noop("Mail of the mailboxes that use it waits.")
    remedy = noop("Allow PLAIN or LOGIN over an encrypted connection at the server.")
    retry = Retry.AFTER_CHANGE


class AnswerNotUnderstood(ProtocolFault):
    code = "PSR-SRV-004"
    cause = noop("{host} gave an answer that breaks its protocol during {step}: {answer}")
    consequence = noop("The connection was closed. The next attempt follows by itself.")
    remedy = noop("Check that the port belongs to the protocol chosen in the profile.")


class AnswerTooLarge(ProtocolFault):
    code = "PSR-SRV-005"
    cause = noop("{host} announced or sent more than {limit} bytes during {step}.")
    consequence = noop("The connection was closed before they were read.")
    remedy = noop("Look into the mail server; a message of that size is taken by its headers.")


class CommandRefused(ProtocolFault):
    code = "PSR-SRV-006"
    cause = noop("{host} refused {step}: {answer}")
    consequence = noop("The work is tried again later.")
    remedy = noop("Look into the mail server's log for this account.")


class FolderMissing(ProtocolFault):
    code = "PSR-SRV-007"
    cause = noop("The folder {folder} does not exist for {account}.")
    consequence = noop("No mail is read from it.")
    remedy = noop("Check the account behind the user name, and the rights of that account.")
    retry = Retry.AFTER_CHANGE


class ServerBusy(ProtocolFault):
    code = "PSR-SRV-008"
    cause = noop("{host} asks to come back later: {answer}")
    consequence = noop("The next attempt follows by itself.")
    remedy = noop("Nothing, unless it lasts: look at the limits of the mail server.")
    level = Level.WARNING


class UniqueIdsMissing(ProtocolFault):
    code = "PSR-SRV-009"
    cause = noop("{host} does not offer UIDL, so read messages cannot be told from new ones.")
    consequence = noop("No mail is read, as it would be recorded again at every attempt.")
    remedy = noop("Use IMAP for these mailboxes, or a POP3 server that offers UIDL.")
    retry = Retry.AFTER_CHANGE


class PlaceChanged(ProtocolFault):
    code = "PSR-SRV-010"
    cause = noop("The folder {folder} was rebuilt at the server (UIDVALIDITY changed).")
    consequence = noop("Messages are recognised by their content; none is recorded twice.")
    remedy = noop("Nothing.")
    level = Level.INFORMATION


class SenderRefused(ProtocolFault):
    code = "PSR-SRV-011"
    cause = noop("{host} does not accept {sender} as a sender: {answer}")
    consequence = noop("The email was not sent.")
    remedy = noop("Allow this account to send as {sender} at the mail server.")
    retry = Retry.AFTER_CHANGE


class MessageRefused(ProtocolFault):
    code = "PSR-SRV-012"
    cause = noop("{host} refused the message: {answer}")
    consequence = noop("The email was not sent to anybody.")
    remedy = noop("Read the server's answer, correct the email and send it again.")
    retry = Retry.NEVER


class AnswerLost(ProtocolFault):
    code = "PSR-SRV-013"
    cause = noop("The connection to {host} broke after the whole message was given over.")
    consequence = noop("Nobody can tell whether it was sent; it waits for a person.")
    remedy = noop("Ask the recipient or look into the server's log, then choose on the email.")
    retry = Retry.NEVER


class CertificateExpiring(ProtocolFault):
    code = "PSR-TLS-004"
    cause = noop("The certificate of {host} expires in {days} days.")
    consequence = noop("From then on no connection will be accepted.")
    remedy = noop("Renew the certificate of the mail server.")
    level = Level.WARNING


class PlaintextInjected(ProtocolFault):
    code = "PSR-TLS-005"
    cause = noop("{host} sent more than its answer before the encryption began.")
    consequence = noop("The connection was closed; no password was sent.")
    remedy = noop("Somebody between here and {host} may be writing into the connection: find out.")


class MessageTooLarge(MessageRefused):
    code = "PSR-SRV-014"
    cause = noop("{host} takes messages of up to {limit} bytes; this one has {size}.")
    consequence = noop("The email was not sent to anybody.")
    remedy = noop("Make the email smaller, or raise the limit at the mail server.")


class AddressNotUsable(MessageRefused):
    code = "PSR-SRV-015"
    cause = noop("An address of the message holds characters that no mail server may be given.")
    consequence = noop("The email was not sent to anybody; the server was not asked.")
    remedy = noop("Correct the addresses of the email and send it again.")


class InternationalMailNotOffered(MessageRefused):
    code = "PSR-SRV-016"
    cause = noop(
        "{host} does not offer SMTPUTF8, which an address in From, To or Cc needs: before its @ "
        "stand letters with accents or of another script."
    )
    consequence = noop("The email was not sent to anybody, as all recipients would read it there.")
    remedy = noop(
        "Ask for another address of that person, or take it out, and send the email again; or send "
        "through a mail server that offers SMTPUTF8."
    )


class OldTls(ProtocolFault):
    code = "PSR-TLS-010"
    cause = noop("The profile lets {host} speak TLS {version}, which is no longer safe.")
    consequence = noop("Passwords and mail can be read by somebody on the way who takes trouble.")
    remedy = noop("Let the server speak TLS 1.2, then choose it in the profile.")
    level = Level.WARNING


class ServerNotProven(ProtocolFault):
    """RFC 5802, 3: the server must prove by its signature that it knows the password, too."""

    code = "PSR-SRV-020"
    cause = noop("{host} did not prove that it knows the password of {account} ({mechanism}).")
    consequence = noop("The connection was closed; the password was not sent.")
    remedy = noop("Somebody may pretend to be {host}: check its name, address and certificate.")


class KeysRefused(LoginRefused):
    """Of a right password, too, where the server holds no key of it for this mechanism."""

    code = "PSR-SRV-021"
    cause = noop("{host} refused the credentials of {account} by {mechanism}: {answer}")
    consequence = noop("All work with these credentials waits, so that no account is locked.")
    remedy = noop("Enter the new password; if it is right, choose basic sign-in in the profile.")


class IdentityNotOffered(ProtocolFault):
    code = "PSR-SRV-022"
    cause = noop("{host} offers no way by which {account} may sign in for somebody else.")
    consequence = noop("Mail of the mailboxes that use it waits; no password was sent.")
    remedy = noop("Switch SASL PLAIN on at the server, or name the mailbox in the user name.")
    retry = Retry.AFTER_CHANGE


class AddressNotAllowed(ProtocolFault):
    code = "PSR-NET-010"
    cause = noop("{host} has the address {address}, which no mail server may have ({reason}).")
    consequence = noop("No connection was made. Mail of the mailboxes that use it waits.")
    remedy = noop("Correct the server name in the profile, or its address in the name service.")


class LoopbackNotAllowed(ProtocolFault):
    code = "PSR-NET-011"
    cause = noop("{host} has the address {address}, which is this machine itself.")
    consequence = noop("No connection was made. Mail of the mailboxes that use it waits.")
    remedy = noop("If the mail server runs on this machine, set allow_loopback_servers to true.")


class PortNotAllowed(ProtocolFault):
    code = "PSR-NET-012"
    cause = noop("Port {port} of {host} is not one on which a mail server may be asked.")
    consequence = noop("No connection was made. Mail of the mailboxes that use it waits.")
    remedy = noop("Enter in the profile a usual port of mail, or one from 1024 on.")


class RemovalImpossible(CommandRefused):
    code = "PSR-SRV-030"
    cause = noop(
        "{host} cannot remove or move one message by itself, as it lacks {lacks}: it would remove "
        "with it whatever other programs marked as deleted."
    )
    consequence = noop("Processed email stays where it is; nothing else is touched.")
    remedy = noop("Clear the folder by hand, or switch this off in the mailbox or its profile.")
    level = Level.WARNING


class CopyNotFound(ProtocolFault):
    code = "PSR-SRV-031"
    cause = noop(
        "The mail server says that it copied messages into another folder, and {count} of them are "
        "not found there."
    )
    consequence = noop("They stay where they are; nothing was removed.")
    remedy = noop("Look into that folder and the mail server's log, then move them by hand.")
    level = Level.WARNING
