"""Whether an answer says that too much was sent, whose the limit is, and how long to rest. Pure.

No standard has a code for it: RFC 3463 puts limits beside refusals of policy (X.7.1), and servers
answer 4xx or 5xx as they please. So it is known by what servers were seen to say; the table of
texts with their sources is in the tests. What is not known is treated as its code says. A full
mailbox of the recipient (X.2.2) is no limit of ours.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

LONGEST_REST = timedelta(hours=4)
LAST_DOUBLING = 16


class Whose(Enum):
    """Whose limit was reached, and so what has to rest."""

    SENDER = "sender"  # the account's, or its organization's: all that the mailbox sends
    DOMAIN = "domain"  # what the recipients' domain takes from us: mail to it
    RECIPIENT = "recipient"  # of one recipient, or of one message: that recipient alone


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit that was reached."""

    whose: Whose
    first_rest: timedelta

    def rest(self, times: int) -> timedelta:
        """How long to rest when the limit was met so many times in a row.

        Neither the server's day nor its window is told. A window that moves makes room bit by
        bit, and one email asked about now and then costs nothing.
        """
        doublings = min(max(times, 1) - 1, LAST_DOUBLING)
        return min(self.first_rest * float(2**doublings), LONGEST_REST)


_A_MOMENT, _A_WHILE, _LONG = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)
_SENT = r"(?:e-?mails?|messages?|mails?|rcpts?|recipients?)"

# In this order: what names a recipient comes before words that may mean anybody's limit.
_KNOWN: tuple[tuple[str, Whose, timedelta], ...] = (
    # One recipient's, or one message's.
    (r"\b[45]\.2\.1 .*receiving mail (?:at a rate|too quickly)", Whose.RECIPIENT, _A_WHILE),
    (r"\b5\.2\.12[12]\b", Whose.RECIPIENT, _LONG),
    (r"recipient thread limit exceeded", Whose.RECIPIENT, _A_MOMENT),
    (r"\b[45]\.5\.3 .*(?:too many recipients|separate transaction)", Whose.RECIPIENT, _A_MOMENT),
    # What the domain of the recipients takes.
    (r"\b4\.7\.28\b|unusual rate of unsolicited (?:e?mail)", Whose.DOMAIN, _A_WHILE),
    (r"\[TSS?\d+\].*temporarily deferred", Whose.DOMAIN, _LONG),
    (r"\b4\.7\.(?:500|650|651|652)\b", Whose.DOMAIN, _A_WHILE),
    (r"\bOFR_?(?:00\d_)?(?:104|408)\b|\bLPN\d+_104\b", Whose.DOMAIN, _A_WHILE),
    # The sender's, a day.
    (r"\b5\.4\.5 .*(?:quota|limit)|\b5\.1\.90\b|\b5\.7\.23[23]\b", Whose.SENDER, _LONG),
    (r"submissionquotaexceeded", Whose.SENDER, _LONG),
    (rf"\bdaily (?:\w+ ){{0,3}}(?:quota|limit)\b|\b{_SENT} per day\b", Whose.SENDER, _LONG),
    (rf"\blimit of \d+ {_SENT} per \d+ (?:hours?|days?)\b", Whose.SENDER, _LONG),
    (r"\brelay quota\b|\bunusual sending activity\b", Whose.SENDER, _LONG),
    # The sender's, an hour or of unknown length.
    (r"\bper hour\b.*(?:exceeded|allowed)|exceeded .*\bper hour\b", Whose.SENDER, _A_WHILE),
    (r"\bhourly (?:\w+ )?(?:quota|limit)\b", Whose.SENDER, _A_WHILE),
    (r"\bsend(?:ing)? (?:quota|limit) exceeded\b", Whose.SENDER, _A_WHILE),
    (r"\boutgoing (?:e?mail )?(?:quota|limit)\b", Whose.SENDER, _A_WHILE),
    (r"\blimit on the number of allowed outgoing messages\b", Whose.SENDER, _A_WHILE),
    (r"\bpolicy rejection- ?quota exceeded\b", Whose.SENDER, _A_WHILE),
    (r"\btoo many e-?mails\b", Whose.SENDER, _A_WHILE),
    (r"\b5\.2\.25\d\b|\bsender throttled\b", Whose.SENDER, _A_WHILE),
    # The sender's, a minute.
    (r"\b(?:concurrent connections?|sender thread) limit exceeded\b", Whose.SENDER, _A_MOMENT),
    (r"\bsubmission rate for this client has exceeded\b", Whose.SENDER, _A_MOMENT),
    (r"\bmaximum sending rate exceeded\b", Whose.SENDER, _A_MOMENT),
    (r"\brate ?limit\b.*\bexceeded\b", Whose.SENDER, _A_MOMENT),
    (r"\btoo (?:much mail|many recipients|many connections) from\b", Whose.SENDER, _A_MOMENT),
)
_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), Quota(whose, rest))
    for pattern, whose, rest in _KNOWN
)


def quota_in(answer: str) -> Quota | None:
    """The limit that a server's refusal tells of; None when it tells of something else."""
    text = re.sub(r"\b([45]\d\d)[- ](?=[45]\.)", r"\1 ", answer)  # lines that repeat their code
    return next((quota for pattern, quota in _PATTERNS if pattern.search(text)), None)
