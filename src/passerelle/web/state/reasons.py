"""The reasons of decisions as a few words, for a list that counts them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passerelle.sync.models.incoming import Outcome
from passerelle.sync.services import Tally
from passerelle.tracking import Reason

WORDS: Mapping[int, Promise] = {
    Reason.UNKNOWN: _("no reason was kept"),
    Reason.DUPLICATE: _("the same message is tracked already"),
    Reason.NO_CORRELATION_MATCH: _("no answer to a tracked email"),
    Reason.CORRELATION_MATCH: _("answers a tracked email"),
    Reason.NO_RECIPIENT_MATCH: _("no recipient is a user or a queue"),
    Reason.INTERNAL_EMAIL_REJECT: _("the sent email is tracked"),
    Reason.SENDER_MATCH: _("the sender is a known record"),
    Reason.ACCEPT_ALL: _("all mail is taken"),
    Reason.INVALID_SENDER: _("no valid sender address"),
    Reason.TEST_MESSAGE: _("messages of our own tests"),
    Reason.TOO_OLD: _("older than the start of the mailbox"),
    Reason.SENDER_NOT_WANTED: _("the sender is no record that is wanted"),
    Reason.NO_FILTER_WANTS: _("no mail is taken by itself"),
    Reason.TAKEN_BY_HAND: _("taken by a person"),
    Reason.COMPLETED: _("completes an email that is tracked"),
    Reason.FORWARDER_UNKNOWN: _("forwarded by nobody who may"),
    Reason.NEVER_TRACKED: _("the organization never tracks such email"),
    Reason.UNTRACKED_BY_HAND: _("untracked by a person"),
    Reason.ON_THEIR_LIST: _("those who take it never want such email"),
    Reason.BOUNCE: _("reports an email that did not arrive"),
    Reason.RECEIPT: _("confirms that an email arrived or was read"),
    Reason.REPORT_NOTED: _("reports on an email, and is noted there"),
    Reason.SENT_TO_KNOWN: _("sent to a known record"),
    Reason.SENT_BY_ANOTHER: _("sent by another address"),
    Reason.SENT_TO_NOBODY_KNOWN: _("sent to no record that is wanted"),
    Reason.FILED: _("lies in a folder that is bound to a record"),
    Reason.UNPACKED: _("what it carried was decided by itself"),
}
TONES = {Outcome.TRACKED: "good", Outcome.QUARANTINED: "warn", Outcome.IGNORED: ""}


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of the list: how many messages, and why."""

    tally: Tally
    tone: str
    label: str
    words: str


def words_of(outcome: str, reason: int) -> str:
    """A reason of a later version is unknown to this one; quarantine tells each its own."""
    if outcome == Outcome.QUARANTINED:
        return gettext("in quarantine")
    return str(WORDS.get(reason, WORDS[Reason.UNKNOWN]))


def counted(tallies: Sequence[Tally]) -> list[Counted]:
    """The tallies of a mailbox in the reader's language."""
    return [
        Counted(one, TONES[one.outcome], str(one.outcome.label), words_of(one.outcome, one.reason))
        for one in tallies
    ]
