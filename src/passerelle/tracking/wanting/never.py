"""Whether a list says that a message is never tracked. All of it is ours; no source knows more.

The organization's list is asked once for a message, that of a user or a queue for their own wish.
"""

from collections.abc import Iterator

from passerelle.messages import Automatic, Sensitivity, fold
from passerelle.tracking.belonging.subject import plain_subject
from passerelle.tracking.values import Incoming
from passerelle.tracking.wanting.never_list import PRECEDENCES, NeverKind, NeverList, NeverRule

Key = tuple[NeverKind, str]

TOLD_OF_RECIPIENTS = {NeverKind.ADDRESS: "to-address", NeverKind.DOMAIN: "to-domain"}
_LABELS_MOST = 10  # of a domain, from its end: "a.b.example" has three
_ANSWERED_BY_MACHINE = frozenset({Automatic.AUTO_REPLIED, Automatic.BOUNCE})


def met(incoming: Incoming, never: NeverList, *, answers: bool) -> NeverRule | None:
    """The first rule that holds; `answers` says whether the message answers a tracked email."""
    if not never:
        return None
    holding = _holding(incoming, never)
    return next((rule for rule in holding if not (answers and rule.is_sparing)), None)


def told_of(rule: NeverRule, incoming: Incoming) -> str:
    """The kind of a rule that holds, as a trace tells it: of a recipient where it is no sender."""
    if not incoming.is_sent or rule.kind not in TOLD_OF_RECIPIENTS:
        return rule.kind.value
    sender = incoming.sender.key if incoming.sender is not None else ""
    is_senders = rule.value == sender or rule.value in _domains(sender)
    return rule.kind.value if is_senders else TOLD_OF_RECIPIENTS[rule.kind]


def _holding(incoming: Incoming, never: NeverList) -> Iterator[NeverRule]:
    for key in _keys(incoming, never):
        rule = never.rules.get(key)
        if rule is not None:
            yield rule


def _keys(incoming: Incoming, never: NeverList) -> Iterator[Key]:
    """All under which a rule may stand that holds; who wrote it first, the subject last.

    What the owner of a mailbox sent is kept out also by those to whom it went.
    """
    sender = (incoming.sender,) if incoming.sender is not None else ()
    for address in incoming.addresses if incoming.is_sent else sender:
        yield NeverKind.ADDRESS, address.key
        for domain in _domains(address.key):
            yield NeverKind.DOMAIN, domain
    if never.has_own_domains:
        yield from _own_domain(incoming, never)
    yield from _of_header(incoming)
    if never.marks:
        subject = fold(plain_subject(incoming.subject))
        yield from ((NeverKind.SUBJECT, mark) for mark in never.marks if subject.startswith(mark))


def _domains(address: str) -> Iterator[str]:
    """The domain of an address and those above it, the longest first."""
    labels = address.rpartition("@")[2].split(".")[-_LABELS_MOST:]
    for start in range(len(labels)):
        yield ".".join(labels[start:])


def _own_domain(incoming: Incoming, never: NeverList) -> Iterator[Key]:
    """That of the sender, where the recipients are within such domains, too.

    Without any recipient in its header it came by Bcc: whose mailbox holds it is one of us.
    """
    if incoming.sender is None:
        return
    key = _own(incoming.sender.key, never)
    named = (*incoming.to, *incoming.cc, *incoming.bcc)
    if key is not None and all(_own(one.key, never) for one in named):
        yield key


def _own(address: str, never: NeverList) -> Key | None:
    keys = ((NeverKind.OWN_DOMAIN, domain) for domain in _domains(address))
    return next((key for key in keys if key in never.rules), None)


def _of_header(incoming: Incoming) -> Iterator[Key]:
    facts = incoming.header_facts
    if facts.list_id or incoming.automatic is Automatic.LIST:
        yield NeverKind.LIST, facts.list_id
        yield NeverKind.LIST, ""
    if facts.auto_submitted not in {"", "no"} or incoming.automatic in _ANSWERED_BY_MACHINE:
        yield NeverKind.AUTOMATIC, ""
    if facts.precedence in PRECEDENCES:
        yield NeverKind.PRECEDENCE, facts.precedence
        yield NeverKind.PRECEDENCE, ""
    if facts.sensitivity is not Sensitivity.NORMAL:
        yield NeverKind.SENSITIVITY, facts.sensitivity.value
        yield NeverKind.SENSITIVITY, ""
