"""What pages and the command say of a migration beside the files' own texts: one sentence each."""

from collections.abc import Mapping

from django.utils.translation import gettext

from passerelle.faults import noop
from passerelle.router.files.format import LEAVE
from passerelle.router.files.values import AuthMode, Credential, Direction, ServerType
from passerelle.router.models import ProfileAction, RecipientAction

CHOICES: Mapping[str, str] = {
    ServerType.EXCHANGE_2003.value: noop("Exchange 2003"),
    ServerType.EXCHANGE_2007_EWS.value: noop("Exchange 2007 (Web Services)"),
    ServerType.EXCHANGE_2007_WEBDAV.value: noop("Exchange 2007 (WebDAV)"),
    ServerType.EXCHANGE_2010.value: noop("Exchange 2010 or 2013"),
    ServerType.EXCHANGE_ONLINE.value: noop("Exchange Online"),
    ServerType.POP3.value: noop("POP3"),
    ServerType.SMTP.value: noop("SMTP"),
    ServerType.CUSTOM.value: noop("Custom: a provider that somebody made"),
    Direction.INCOMING.value: noop("Incoming"),
    Direction.OUTGOING.value: noop("Outgoing"),
    AuthMode.ANONYMOUS.value: noop("Without signing in (anonymous)"),
    AuthMode.CLEAR_TEXT.value: noop("User name and password"),
    AuthMode.WINDOWS.value: noop("Windows authentication"),
    Credential.LOCAL_SYSTEM.value: noop("The router's machine account"),
    Credential.USER_SPECIFIED.value: noop("Each user's or queue's own"),
    Credential.OTHER_SPECIFIED.value: noop("One account for all"),
    "yes": noop("Yes"),
    "no": noop("No"),
    LEAVE: noop("None of them: leave these users and queues as they are"),
}

PROFILE_ACTIONS: Mapping[ProfileAction, str] = {
    ProfileAction.CREATE: noop("A new email server profile is made."),
    ProfileAction.SAME: noop("The profile is there already and says the same."),
    ProfileAction.KEEP: noop("The profile is there and was changed since; its values stay."),
    ProfileAction.UPDATE: noop("The profile is there and takes the router's values, as confirmed."),
}

RECIPIENT_ACTIONS: Mapping[RecipientAction, str] = {
    RecipientAction.LINK: noop("Linked with the profile."),
    RecipientAction.SAME: noop("Already so; nothing changed."),
    RecipientAction.UNKNOWN: noop("No user or queue has this identifier; none is made."),
    RecipientAction.NO_MAILBOX: noop("The user or queue has no mailbox."),
    RecipientAction.OTHER_PROFILE: noop("The mailbox has another profile, which stays."),
    RecipientAction.OTHER_ACCOUNT: noop("The mailbox has another user name, which stays."),
    RecipientAction.CHANGED: noop("Somebody changed the mailbox meanwhile; it stays so."),
    RecipientAction.CREATE: noop("A new forward mailbox is made."),
    RecipientAction.ADDRESS_TAKEN: noop("Another mailbox has this address; none is made."),
}

KINDS: Mapping[str, str] = {
    "user": noop("User"),
    "queue": noop("Queue"),
    "forward": noop("Forward mailbox"),
    "account": noop("Account"),
}

CHANGED_SINCE = noop(
    "The profile “{name}” was made of this pair before and was changed since. Its values stay, "
    "unless you confirm that the router's replace them."
)
NAME_TAKEN = noop(
    "Another profile is called “{name}”. It stays, and the new one gets a number behind its name, "
    "unless you confirm that the router's values replace it."
)

CHECKLIST: tuple[str, ...] = (
    noop("The router's service is stopped, or these users and queues are disabled in it."),
    noop("No email is still pending in the router."),
    noop("The three files were copied after it was stopped."),
)

# Points 11 to 15 of Microsoft's guide, in our words.
ADVICE: tuple[str, ...] = (
    noop(
        "Filters of appointments and tasks should not reach further back than two weeks. The "
        "router's files hold none; email is not concerned."
    ),
    noop(
        "“Process email from” of each new profile is 24 hours before the migration. A mailbox "
        "starts where the router read last, where that is known."
    ),
    noop(
        "Test and enable at most 200 mailboxes at a time, every five hours. That pace lets the "
        "mapping table of appointments, contacts and tasks be rebuilt; with email only it is "
        "advice, and a shorter one may be chosen."
    ),
    noop("Begin with the mailboxes of queues, then those of users."),
    noop("Watch the alerts: each error of email processing is listed there with its remedy."),
)

ENTER_PASSWORDS = noop("Enter the passwords that the router kept; they cannot be taken over.")
NEXT_STEPS: tuple[str, ...] = (
    noop("Approve the addresses of the mailboxes."),
    noop("Test and enable the mailboxes, queues first."),
    noop(
        "Choose “Forward mailbox” as the incoming delivery method of those who forward to a "
        "forward mailbox; the router's files do not name them."
    ),
    noop(
        "Set “Process email using” to server-side synchronization in the system settings. Enabled "
        "mailboxes wait until then."
    ),
)


def kind_text(kind: str) -> str:
    """What a recipient or a line of the review is, in words."""
    return gettext(KINDS[kind])
