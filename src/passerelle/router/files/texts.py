"""What the review page says of outcomes, obstacles, notices and questions: one sentence each.

Texts are message ids (`noop`); pages and commands translate them for their reader.
"""

from collections.abc import Mapping

from passerelle.faults import noop
from passerelle.router.files.format import QuestionKind
from passerelle.router.files.merged import Obstacle, Outcome, ProfileNotice
from passerelle.router.files.values import Notice

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.MERGED: noop("Both profiles become one email server profile."),
    Outcome.ONE_SIDED: noop("The router served one direction only; the other stays as it is."),
    Outcome.NOT_MIGRATED: noop(
        "This version of Exchange is not migrated. Make a profile by hand for these mailboxes."
    ),
    Outcome.CUSTOM: noop(
        "A custom provider cannot be migrated. Make a profile by hand for these mailboxes."
    ),
    Outcome.NO_ROW: noop("These two kinds of server do not belong together; nothing is migrated."),
    Outcome.ASKS: noop("Answer the questions about it first; until then it is not migrated."),
    Outcome.NO_RECIPIENTS: noop("No user or queue uses it; a profile is made if you say Yes."),
}

OBSTACLES: Mapping[Obstacle, str] = {
    Obstacle.EXCHANGE: noop(
        "Exchange connections are kept and cannot run yet; change this one to IMAP or SMTP to "
        "use it now."
    ),
    Obstacle.HOST_MISSING: noop("The files name no server; enter it in the profile."),
    Obstacle.HOST_UNUSABLE: noop("The server is not written as a host name; correct it."),
    Obstacle.WINDOWS_ACCOUNT: noop(
        "The router used its machine's account; enter a user name and password instead."
    ),
    Obstacle.WINDOWS_SIGN_IN: noop(
        "The router signed in with Windows authentication; choose user name and password."
    ),
}

PROFILE_NOTICES: Mapping[ProfileNotice, str] = {
    ProfileNotice.PASSWORDS_NOT_TAKEN: noop(
        "The router's passwords cannot be taken over; they must be entered again."
    ),
    ProfileNotice.AUTH_UNKNOWN: noop("The way of signing in is not known; it is left to choose."),
    ProfileNotice.CREDENTIAL_UNKNOWN: noop("Whose credentials the router used is not known."),
    ProfileNotice.ENCRYPTION_ASSUMED: noop(
        "The files do not say whether the connection is encrypted; encryption is assumed."
    ),
    ProfileNotice.PORT_NOT_TAKEN: noop("The port is not a number from 1 to 65535."),
    ProfileNotice.PORT_MISSING: noop(
        "The files name no port; the protocol's usual one is used unless you enter another."
    ),
    ProfileNotice.NOT_ENCRYPTED: noop("The connection is not encrypted, as in the router."),
    ProfileNotice.SEVERAL_NAMES: noop("The files give several names to these equal settings."),
    ProfileNotice.SEVERAL_ROUTERS: noop("Several routers have these same settings; they are one."),
    ProfileNotice.SEVERAL_PAIRS: noop(
        "One of the router's profiles belongs to several pairs; each pair becomes a profile."
    ),
    ProfileNotice.NAME_TWICE: noop(
        "Another router's profile has the same name and other settings; both are kept apart."
    ),
}

NOTICES: Mapping[Notice, str] = {
    Notice.DIFFERENT_ROUTERS: noop(
        "No address of SystemState is an account of EmailAgent: the files may be of different "
        "routers."
    ),
    Notice.NO_STATES: noop(
        "SystemState remembers no mailbox: each will start 24 hours before it is enabled."
    ),
    Notice.BAD_IDENTIFIERS: noop("Some users or queues have an identifier that is not a GUID."),
    Notice.REPEATED_FIELDS: noop("Some settings stand twice in a provider; the first was taken."),
    Notice.REPEATED_STATES: noop(
        "Some addresses stand twice in SystemState; the latest time was taken."
    ),
    Notice.UNREADABLE_THRESHOLDS: noop("Some of the last read times are not dates."),
}

QUESTIONS: Mapping[QuestionKind, str] = {
    QuestionKind.SERVER_TYPE: noop("What kind of server is this provider class?"),
    QuestionKind.DIRECTION: noop("Is this incoming or outgoing?"),
    QuestionKind.AUTH: noop("What way of signing in is this?"),
    QuestionKind.CREDENTIAL: noop("Whose credentials are meant?"),
    QuestionKind.FLAG: noop("Does this mean yes or no?"),
    QuestionKind.SERVES: noop("Which of these serves the users and queues that all of them name?"),
    QuestionKind.PAIR: noop("These do not become one profile. What is migrated?"),
}
