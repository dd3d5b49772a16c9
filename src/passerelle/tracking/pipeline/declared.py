"""The steps of a message from the server to its record, in their one order, with their words.

What is done and what is told of it are the same list: `decide` goes through it, and the manual's
table is made from it. The order is ours; no source publishes that of the original as a whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from passerelle.faults import noop
from passerelle.tracking.pipeline import steps
from passerelle.tracking.pipeline.examining import Examination
from passerelle.tracking.reasons import Reason
from passerelle.tracking.values import Decision

Take = Callable[[Examination], Decision | None]


class Where(Enum):
    """Who takes a step."""

    BEFORE = "before"  # the cycle, before any record is asked
    RULES = "rules"  # `decide`
    AFTER = "after"  # the cycle, with the decision


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it asks, what comes of it, and the reasons with which it may end the way."""

    name: str
    asks: str
    text: str
    settles: frozenset[Reason] = frozenset()
    take: Take | None = None  # of the steps that `decide` takes
    where: Where = Where.RULES


STEPS: tuple[Step, ...] = (
    Step(
        "read",
        noop("Can the message be read?"),
        noop(
            "What cannot be read, or is larger than the limit, goes to quarantine, whole or by its "
            "headers; the rest goes on."
        ),
        frozenset({Reason.UNKNOWN}),
        where=Where.BEFORE,
    ),
    Step(
        "forwarded",
        noop("Was it read in a forward mailbox?"),
        noop(
            "Each message attached to it is decided by itself, as if it had been read in the "
            "forwarder’s own mailbox. From anybody else it is ignored."
        ),
        frozenset({Reason.FORWARDER_UNKNOWN, Reason.UNPACKED}),
        where=Where.BEFORE,
    ),
    Step(
        "start",
        noop("Is it older than the start of this mailbox?"),
        noop("Then it is ignored, unless a person takes it."),
        frozenset({Reason.TOO_OLD}),
        where=Where.BEFORE,
    ),
    Step(
        "test-message",
        noop("Is it a message of our own test?"),
        noop("Then it is ignored. Only an identifier that Passerelle issued makes one."),
        frozenset({Reason.TEST_MESSAGE}),
        steps.test_message,
    ),
    Step(
        "valid-sender",
        noop("Has it a valid sender address?"),
        noop(
            "Without one it is ignored, unless a person takes it, or it reports that an email sent "
            "from here did not arrive."
        ),
        frozenset({Reason.INVALID_SENDER}),
        steps.valid_sender,
    ),
    Step(
        "identity",
        noop("Is the same message stored already?"),
        noop(
            "Then it is ignored, or the attachments that the record lacks are added to it. Another "
            "text under the same identity goes on, as a further version."
        ),
        frozenset({Reason.DUPLICATE, Reason.COMPLETED}),
        steps.identity,
    ),
    Step(
        "history",
        noop("Was it tracked before the migration?"),
        noop("What the imported list of tracked emails holds is ignored."),
        frozenset({Reason.DUPLICATE}),
        steps.history,
    ),
    Step(
        "people",
        noop("Whom do its addresses mean?"),
        noop(
            "The sender means one record at most, a recipient every record with that address. "
            "Nothing is decided here."
        ),
        take=steps.people,
    ),
    Step(
        "own-sender",
        noop("Does it lie in the Sent folder, and did the owner of the mailbox send it?"),
        noop(
            "What they sent goes on, and becomes an outgoing email if it is tracked. What another "
            "address sent is ignored."
        ),
        frozenset({Reason.SENT_BY_ANOTHER}),
        steps.own_sender,
    ),
    Step(
        "correlation",
        noop("Does it answer a tracked email?"),
        noop(
            "Looked for by In-Reply-To, then by References, by the tracking token, by "
            "Thread-Index, and by smart matching where that is on. A forward, what other people "
            "write under another subject, and what smart matching finds is only proposed as an "
            "answer. Nothing is decided here."
        ),
        take=steps.correlation,
    ),
    Step(
        "by-hand",
        noop("Does a person take it?"),
        noop("Then it is tracked, whatever the next steps would say."),
        frozenset({Reason.TAKEN_BY_HAND}),
        steps.by_hand,
    ),
    Step(
        "filed",
        noop("Does it lie in a folder that is bound to a record?"),
        noop(
            "Then it is tracked, whatever the next steps would say, and regards that record. What "
            "the owner of the folder sent is ignored there where the sent email is tracked."
        ),
        frozenset({Reason.FILED, Reason.DUPLICATE}),
        steps.filed,
    ),
    Step(
        "untracked",
        noop("Did a person have the same message untracked?"),
        noop("Then it is ignored, for as long as decisions about ignored messages are kept."),
        frozenset({Reason.UNTRACKED_BY_HAND}),
        steps.untracked,
    ),
    Step(
        "bounce",
        noop("Does it report on an email sent from here?"),
        noop(
            "Its recipient is marked: did not arrive, delayed, arrived, read. Then a report of a "
            "failure is tracked, whatever the next steps would say, and belongs to that email; a "
            "receipt is ignored; the organization may choose otherwise for both. A report that "
            "names no sent email goes on as any other message."
        ),
        frozenset({Reason.BOUNCE, Reason.RECEIPT, Reason.REPORT_NOTED}),
        steps.bounce,
    ),
    Step(
        "never-track",
        noop("Does the organization never track such email?"),
        noop(
            "Then it is ignored, whoever would take it. What a machine wrote or a list sent is "
            "spared where it answers a tracked email, unless the rule says otherwise."
        ),
        frozenset({Reason.NEVER_TRACKED}),
        steps.never_track,
    ),
    Step(
        "internal",
        noop("Does the sent email make it superfluous?"),
        noop(
            "With one activity for each email between users, the received copy is ignored where "
            "the sent one is tracked."
        ),
        frozenset({Reason.INTERNAL_EMAIL_REJECT}),
        steps.internal,
    ),
    Step(
        "recipients",
        noop("Is a recipient a user or a queue?"),
        noop(
            "Without one whose email is processed it is ignored. The owner of the mailbox that is "
            "read is one, too: email arrives by Bcc and by lists."
        ),
        frozenset({Reason.NO_RECIPIENT_MATCH}),
        steps.recipients,
    ),
    Step(
        "wishes",
        noop("Does one of them want it?"),
        noop(
            "Each is asked by the option chosen for them, the owner of the mailbox that is read "
            "first, and by their own list of what they never want. The first who wants it decides; "
            "where nobody does, it is ignored. What the owner of the mailbox sent is wanted where "
            "a recipient is one from whom they take email, or it answers a tracked email."
        ),
        frozenset(
            {
                Reason.ACCEPT_ALL,
                Reason.SENDER_MATCH,
                Reason.CORRELATION_MATCH,
                Reason.NO_CORRELATION_MATCH,
                Reason.SENDER_NOT_WANTED,
                Reason.NO_FILTER_WANTS,
                Reason.ON_THEIR_LIST,
                Reason.SENT_TO_KNOWN,
                Reason.SENT_TO_NOBODY_KNOWN,
            }
        ),
        steps.wishes,
    ),
    Step(
        "record",
        noop("What becomes of it?"),
        noop(
            "A record with its parties, an owner, what the answered email is regarding, and an "
            "item in each queue that received it."
        ),
        where=Where.AFTER,
    ),
)

TAKEN: tuple[Take, ...] = tuple(step.take for step in STEPS if step.take is not None)
