"""Why a row is refused: a reason stored with its facts, told in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext

from passerelle.faults import noop
from passerelle.tables import DAMAGES, REASONS, UnreadableError

NO_KEY = "no-key"
REPEATED = "repeated"
SEVERAL = "several"
MERGED = "merged"
ADDRESS_TAKEN = "address-taken"
MANY_ALIASES = "many-aliases"
REQUIRED = "required"
TOO_LONG = "too-long"
NO_ADDRESS = "no-address"
UNKNOWN_USER = "unknown-user"
UNKNOWN_ACCOUNT = "unknown-account"
UNKNOWN_PROFILE = "unknown-profile"
NAME_OF_SEVERAL = "name-of-several"
NO_MAILBOX = "no-mailbox"
NOT_OF_A_QUEUE = "not-of-a-queue"
NO_FORWARD = "no-forward"
ONLY_RECEIVES = "only-receives"
NEVER_OUT = "never-out"
NEEDS_PROFILE = "needs-profile"
STORE = "store"

TEXTS: Mapping[str, str] = {
    NO_KEY: noop("The row has neither an identifier nor an address by which to find it again."),
    REPEATED: noop("An earlier row of this file is the same record."),
    SEVERAL: noop("Several records have the address “{value}”; give the identifier."),
    MERGED: noop("“{value}” was merged into another record. Leave the row out, or name that one."),
    ADDRESS_TAKEN: noop("“{value}” is the address of another user or queue."),
    MANY_ALIASES: noop("A user or a queue has {limit} aliases at most."),
    REQUIRED: noop("The cell is empty, and a record needs it."),
    TOO_LONG: noop("“{value}” is longer than {limit} characters."),
    NO_ADDRESS: noop("“{value}” is not an email address."),
    UNKNOWN_USER: noop(
        "No user is called “{value}”. Import the users first, or leave the column out."
    ),
    UNKNOWN_ACCOUNT: noop(
        "No account is called “{value}”. Import the accounts first, or leave the column out."
    ),
    UNKNOWN_PROFILE: noop("No email server profile is called “{value}”. Make it first."),
    NAME_OF_SEVERAL: noop("Several records are called “{value}”; give the identifier."),
    NO_MAILBOX: noop("No mailbox has this address. Import the users and queues first."),
    NOT_OF_A_QUEUE: noop("A queue has no Outlook that could synchronize its email."),
    NO_FORWARD: noop("Make a forward mailbox first."),
    ONLY_RECEIVES: noop("A forward mailbox only receives, and unpacks what is forwarded to it."),
    NEVER_OUT: noop("Outgoing email never goes through a forward mailbox."),
    NEEDS_PROFILE: noop("An enabled mailbox needs a profile; switch it off first."),
    STORE: noop("The database refused the row: {value}."),
    **{f"damage-{damage.value}": text for damage, text in DAMAGES.items()},
    **{f"cell-{reason.value}": text for reason, text in REASONS.items()},
}
VALUE_CHARS = 100


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason by its name in `TEXTS`, the heading of the column if it is one cell, the facts."""

    reason: str
    heading: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """A row that becomes no record; it stays inside this area."""

    def __init__(self, reason: str, value: str = "", *, limit: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = {"value": value[:VALUE_CHARS]}
        if limit is not None:
            self.facts["limit"] = str(limit)


def refusal_of(error: RefusedError | UnreadableError, heading: str = "") -> Refusal:
    """What is stored of a refusal."""
    if isinstance(error, UnreadableError):
        return Refusal(f"cell-{error.reason.value}", heading, {"value": error.value})
    return Refusal(error.reason, heading, error.facts)


def text_of(refusal: Refusal) -> str:
    """The sentence, in the language that is active; unknown names come from a later version."""
    text = gettext(TEXTS.get(refusal.reason, refusal.reason))
    for name, value in refusal.facts.items():
        text = text.replace(f"{{{name}}}", value)
    return (
        gettext("{column}: {reason}").format(column=refusal.heading, reason=text)
        if (refusal.heading)
        else text
    )
