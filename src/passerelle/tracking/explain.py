"""Every reason and every thing looked at as a plain sentence, to be translated and shown.

The sentences are marked, not translated; names in braces are the facts of the decision.
"""

from collections.abc import Callable

from passerelle.faults import Fact, noop
from passerelle.tracking.creating.values import Creates, NotMade
from passerelle.tracking.looks import Look
from passerelle.tracking.reasons import Reason
from passerelle.tracking.values import (
    CorrelationMethod,
    Facts,
    Filter,
    Looked,
    PartyKind,
)
from passerelle.tracking.wanting.never_list import NeverKind, NeverRule

REASONS: dict[Reason, str] = {
    Reason.UNKNOWN: noop("No reason was kept."),
    Reason.DUPLICATE: noop("Ignored: the same message is tracked already."),
    Reason.NO_CORRELATION_MATCH: noop(
        "Ignored: it answers no tracked email, and {owner} takes only replies."
    ),
    Reason.CORRELATION_MATCH: noop("Tracked: it answers a tracked email, as {owner} wants."),
    Reason.NO_RECIPIENT_MATCH: noop("Ignored: no recipient is a user or a queue."),
    Reason.INTERNAL_EMAIL_REJECT: noop(
        "Ignored: {sender} is a user, and the sent email is tracked already."
    ),
    Reason.SENDER_MATCH: noop("Tracked: {sender} is a known record, as {owner} wants."),
    Reason.ACCEPT_ALL: noop("Tracked: {owner} takes all mail."),
    Reason.INVALID_SENDER: noop("Ignored: it has no valid sender address."),
    Reason.TEST_MESSAGE: noop("Ignored: it is a message of our own test."),
    Reason.TOO_OLD: noop("Ignored: it is older than the start of this mailbox."),
    Reason.SENDER_NOT_WANTED: noop(
        "Ignored: the sender {sender} is no record from which {owner} takes mail."
    ),
    Reason.NO_FILTER_WANTS: noop("Ignored: {owner} takes no mail by itself."),
    Reason.TAKEN_BY_HAND: noop("Tracked: a person took it."),
    Reason.FORWARDER_UNKNOWN: noop(
        "Ignored: {sender} is no user or queue that forwards to this forward mailbox."
    ),
    Reason.UNPACKED: noop("Unpacked: the messages that it carried were decided by themselves."),
    Reason.NEVER_TRACKED: noop("Ignored: the organization never tracks such email ({rule})."),
    Reason.UNTRACKED_BY_HAND: noop("Ignored: a person had this message untracked."),
    Reason.ON_THEIR_LIST: noop("Ignored: {owner} never wants such email ({rule})."),
    Reason.BOUNCE: noop(
        "Tracked: it reports that an email sent from here did not arrive, or not yet."
    ),
    Reason.RECEIPT: noop("Tracked: it confirms that an email sent from here arrived or was read."),
    Reason.REPORT_NOTED: noop(
        "Ignored: it reports on an email sent from here, and its recipient is marked there."
    ),
    Reason.FILED: noop("Tracked: it lies in a folder that is bound to a record."),
    Reason.SENT_TO_KNOWN: noop("Tracked: it was sent to a known record, as {owner} wants."),
    Reason.SENT_BY_ANOTHER: noop(
        "Ignored: it lies in the Sent folder of {owner}, but {sender} is no address of theirs."
    ),
    Reason.SENT_TO_NOBODY_KNOWN: noop(
        "Ignored: it was sent to no record from which {owner} takes mail."
    ),
    Reason.COMPLETED: noop(
        "Not tracked again: it is the same message with more parts, and they were added."
    ),
}

LOOKS: dict[Look, str] = {
    Look.SENDER_RESOLVED: noop("The sender {address} is {name} ({kind}); matches: {matches}."),
    Look.SENDER_UNKNOWN: noop("The sender {address} is no known record."),
    Look.SENDER_AMBIGUOUS: noop(
        "The sender {address} matches {matches} records, and none can be chosen."
    ),
    Look.DELIVERED_TO: noop("The server delivered it to {address}, as its {field} says."),
    Look.SAME_IDENTITY: noop("The same message is stored (version {version})."),
    Look.OTHER_TEXT: noop(
        "A message with the same identity is stored with another text (version {version})."
    ),
    Look.SAME_HISTORY: noop("It was tracked before the migration, as the imported list says."),
    Look.SENT_COPY: noop("The sent copy of it is tracked."),
    Look.TAKER_WANTS: noop("{name} ({kind}) wants it; option: {filter}."),
    Look.TAKER_DECLINES: noop("{name} ({kind}) does not want it; option: {filter}."),
    Look.TAKER_NEVER: noop("{name} ({kind}) never wants it, as {rule}; option: {filter}."),
    Look.NO_TAKER: noop("No recipient is a user or a queue whose mail is processed."),
    Look.CORRELATED: noop("It answers a tracked email, found by {method}."),
    Look.NOT_CORRELATED: noop("It answers no tracked email."),
    Look.FORWARDS: noop(
        "It forwards a tracked email, found by {method}: that it answers it is only proposed."
    ),
    Look.OTHER_PEOPLE: noop(
        "It names a tracked email, found by {method}, but other people write under another "
        "subject: that it answers it is only proposed."
    ),
    Look.SIMILAR: noop(
        "It names no tracked email, but one has the words of its subject, or as many of them as "
        "are asked for, and at least {least} of its people: that it answers it is only proposed."
    ),
    Look.NOT_SIMILAR: noop(
        "Tracked emails under the words of its subject, or as many of them as are asked for, were "
        "looked at ({count}); none has {least} of its people, besides the mailbox that was read."
    ),
    Look.REGARDING_CHOSEN: noop("A person said what answers to that email regard."),
    Look.FILTER_FORCED: noop("The organization sets the option of all users: {filter}."),
    Look.OWN_FILTER_ONLY: noop("Only {name} ({kind}) was asked, whose mailbox was read."),
    Look.QUEUED_AGAIN: noop("The queue {name} got an item of the email that is tracked already."),
    Look.REPORTS_SENT: noop("It is a report, and names an email that was sent from here."),
    Look.REPORTS_UNKNOWN: noop("It is a report, and names no email that was sent from here."),
    Look.NOT_APPROVED: noop(
        "The address {address} of {name} ({kind}) is not approved: it means nobody until it is."
    ),
    Look.FILED: noop("It lies in a folder whose email regards {name} ({kind})."),
    Look.CREATES: noop("Its sender is unknown; option of {name}: {creates} is made for them."),
    Look.CREATES_NOT: noop("No record is made for its sender: {why}."),
}

# Facts that are codes, each with its words.
FILTERS: dict[Filter, str] = {
    Filter.ALL: noop("all email messages"),
    Filter.REPLIES: noop("replies to tracked email"),
    Filter.FROM_CRM_RECORDS: noop("email from leads, contacts and accounts"),
    Filter.FROM_ANY_RECORD: noop("email from any record that has an address"),
    Filter.NONE: noop("no email messages"),
}
KINDS: dict[PartyKind, str] = {
    PartyKind.SYSTEMUSER: noop("user"),
    PartyKind.CONTACT: noop("contact"),
    PartyKind.ACCOUNT: noop("account"),
    PartyKind.LEAD: noop("lead"),
    PartyKind.QUEUE: noop("queue"),
}
METHODS: dict[CorrelationMethod, str] = {
    CorrelationMethod.NONE: noop("nothing"),
    CorrelationMethod.SKIPPED: noop("nothing, as it was not looked for"),
    CorrelationMethod.IN_REPLY_TO: noop("In-Reply-To or References"),
    CorrelationMethod.TRACKING_TOKEN: noop("the tracking token"),
    CorrelationMethod.CONVERSATION_INDEX: noop("Thread-Index"),
    CorrelationMethod.SMART_MATCHING: noop("smart matching"),
}
_CREATES: dict[Creates, str] = {
    Creates.CONTACT: noop("a contact"),
    Creates.LEAD: noop("a lead"),
}
_NOT_MADE: dict[NotMade, str] = {
    NotMade.AUTOMATIC: noop("a machine or a mailing list wrote it"),
    NotMade.NEVER_TRACKED: noop("a list of what is never tracked holds"),
    NotMade.NO_REPLY: noop("nobody reads that address"),
    NotMade.TOO_LONG: noop("the address is longer than a record takes"),
}
# What a rule of a list says of a message: of any value, then of the one that it names.
_RULES: dict[NeverKind, str] = {
    NeverKind.ADDRESS: noop("its sender is {value}"),
    NeverKind.DOMAIN: noop("its sender is at {value}"),
    NeverKind.OWN_DOMAIN: noop("it stays within our own domains ({value})"),
    NeverKind.LIST: noop("it comes from a mailing list"),
    NeverKind.AUTOMATIC: noop("a machine wrote it"),
    NeverKind.PRECEDENCE: noop("its header says that it is bulk mail"),
    NeverKind.SENSITIVITY: noop("its sender marked it personal, private or confidential"),
    NeverKind.SUBJECT: noop("its subject begins with “{value}”"),
}
# Of what the owner of a mailbox sent.
_OF_RECIPIENTS: dict[Fact, str] = {
    "to-address": noop("it was sent to {value}"),
    "to-domain": noop("it was sent to {value}"),
}
_VALUED: dict[tuple[NeverKind, str], str] = {
    (NeverKind.SENSITIVITY, "personal"): noop("its sender marked it personal"),
    (NeverKind.SENSITIVITY, "private"): noop("its sender marked it private"),
    (NeverKind.SENSITIVITY, "company-confidential"): noop("its sender marked it confidential"),
}
_NAMED: dict[NeverKind, str] = {
    NeverKind.LIST: noop("it comes from the mailing list {value}"),
    NeverKind.PRECEDENCE: noop("its precedence is {value}"),
}
_WORDS: dict[str, dict[Fact, str]] = {
    "filter": {int(code): text for code, text in FILTERS.items()},
    "kind": {code.value: text for code, text in KINDS.items()},
    "method": {int(code): text for code, text in METHODS.items()},
    "creates": {int(code): text for code, text in _CREATES.items()},
    "why": {code.value: text for code, text in _NOT_MADE.items()},
}
_KINDS_OF_RULES = frozenset(kind.value for kind in NeverKind)

Translate = Callable[[str], str]


def explain(reason: Reason, facts: Facts, translate: Translate = str) -> str:
    """The sentence of a reason in the reader's language."""
    return _filled(translate(REASONS[reason]), _worded(facts, translate))


def explain_look(looked: Looked, translate: Translate = str) -> str:
    """The sentence of one line of the trace in the reader's language."""
    return _filled(translate(LOOKS[looked.look]), _worded(looked.facts, translate))


def explain_rule(rule: NeverRule, translate: Translate = str) -> str:
    """What a rule says of a message, as a part of a sentence."""
    return _of_rule(rule.kind, rule.value, translate)


def _worded(facts: Facts, translate: Translate) -> Facts:
    """The facts with the words of those that are codes."""
    value = next((str(one) for name, one in facts if name == "value"), "")
    return tuple((name, _word(name, code, value, translate)) for name, code in facts)


def _word(name: str, code: Fact, value: str, translate: Translate) -> Fact:
    if name == "rule" and code in _KINDS_OF_RULES:
        return _of_rule(NeverKind(code), value, translate)
    if name == "rule" and code in _OF_RECIPIENTS:
        return _filled(translate(_OF_RECIPIENTS[code]), (("value", value),))
    words = _WORDS.get(name, {}).get(code)
    return translate(words) if words is not None else code


def _of_rule(kind: NeverKind, value: str, translate: Translate) -> str:
    text = _VALUED.get((kind, value)) or (_NAMED.get(kind) if value else None) or _RULES[kind]
    return _filled(translate(text), (("value", value),))


class _Facts(dict[str, Fact]):
    def __missing__(self, key: str) -> str:
        return "…"  # a trace of an older version may lack a fact that the sentence names today


def _filled(sentence: str, facts: Facts) -> str:
    return sentence.format_map(_Facts(facts))
