"""What speaks against an answer: it is a forward, or other people write under another subject.

Clients write In-Reply-To on forwards, too, and whoever presses *Reply* on some old email to begin
a matter of their own names it as well. The original joins both; here they are proposed. The rules
are ours. Only what is certain in the header is asked, never the text.
"""

from dataclasses import dataclass, field

from passerelle.messages import is_one_house
from passerelle.tracking.belonging.subject import bare_subject, is_forward, is_reply
from passerelle.tracking.belonging.token import TokenFormat
from passerelle.tracking.freemail import FREEMAIL
from passerelle.tracking.values import Doubt, Incoming

Forms = tuple[TokenFormat, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is asked of a message that names another email."""

    subject: str = field(repr=False)
    sender: str  # lower case; "" for none
    carries_message: bool  # another message is attached


def answer_of(incoming: Incoming) -> Answer:
    """The same of a message that arrives."""
    sender = incoming.sender.key if incoming.sender is not None else ""
    return Answer(incoming.subject, sender, incoming.carries_message)


def doubt_of(answer: Answer, answered: str, people: frozenset[str], forms: Forms) -> Doubt | None:
    """Why a message may not belong to the email that it names.

    `answered` is the subject of that email, `people` are its addresses: without any they are not
    known, and nothing is held against the sender.
    """
    if forwards(answer):
        return Doubt.FORWARD
    if not people or not has_another_subject(answer.subject, answered, forms):
        return None
    return Doubt.OTHER_PEOPLE if _is_stranger(answer.sender, people) else None


def forwards(answer: Answer) -> bool:
    """Whether it gives another email on: by its first mark, or as an attachment to no reply."""
    if is_forward(answer.subject):
        return True
    return answer.carries_message and not is_reply(answer.subject)


def has_another_subject(subject: str, answered: str, forms: Forms) -> bool:
    """Whether neither subject holds the other, without marks, tokens, case and accents.

    Gateways and ticket systems add words in front: `[EXTERNAL] Offer` is still the offer.
    """
    one, other = (bare_subject(each, forms) for each in (subject, answered))
    if not one or not other:
        return one != other
    return one not in other and other not in one


def _is_stranger(sender: str, people: frozenset[str]) -> bool:
    """Whether neither the sender nor anybody of the sender's domain is among these addresses."""
    if not sender or sender in people:
        return False
    domain = _domain(sender)
    if domain in FREEMAIL:
        return True
    return not any(is_one_house(domain, _domain(address)) for address in people)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
