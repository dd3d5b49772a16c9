"""Faults of email server profiles, as a whole or for one of their mailboxes: PSR-MBX."""

from passerelle.faults.fault import Fault, Level, Retry, noop
from passerelle.faults.mailboxes import MailboxFault


class UserNameNotMade(MailboxFault):
    code = "PSR-MBX-030"
    cause = noop("No user name can be made for {mailbox} by the template {template}.")
    consequence = noop("No server is signed in to for it; the other mailboxes go on.")
    remedy = noop("Correct the address of the mailbox, or the template in the profile.")


class RelayWithoutSignIn(MailboxFault):
    code = "PSR-MBX-031"
    cause = noop("{host} is given mail without signing in.")
    consequence = noop("It has to trust this machine by its address alone, as a relay.")
    remedy = noop("Allow this machine alone at the relay, or enter credentials in the profile.")
    level = Level.WARNING


class AuthorityExpiring(MailboxFault):
    code = "PSR-MBX-032"
    cause = noop("The certificate authority {name} of the profile ends on {day}.")
    consequence = noop("From then on the servers that it vouches for are refused.")
    remedy = noop("Paste its successor into the profile, beside it or in its place.")
    level = Level.WARNING


class SignInsPaced(Fault):
    """No mailbox's fault: none catches it on its way to the engine, which waits for the server."""

    code = "PSR-MBX-033"
    cause = noop("{host} is being signed in to as often as the system settings allow.")
    consequence = noop("The mailbox follows as soon as there is room; nothing is lost.")
    remedy = noop("Nothing; if the server bears more, raise the sign-ins a second.")
    level = Level.INFORMATION
    retry = Retry.IN_TURN


class NobodyToSignInFor(MailboxFault):
    code = "PSR-MBX-034"
    cause = noop("No mailbox uses the profile {profile}, so no user name could be made to try.")
    consequence = noop("The servers are proven, the credentials are not.")
    remedy = noop("Give the profile to a mailbox, then test the connection again.")
    level = Level.WARNING
