"""Why the content of an email is considered unsafe, as far as that is known when it arrives. Pure.

Dataverse has the column, `isunsafe`, for its own use, and says no more of it: the rule is ours.
"""

import re
import unicodedata
from enum import IntFlag

from passerelle.messages.keys import domain_key, is_one_house
from passerelle.messages.showing.authentication import Checks, Method, Verdict
from passerelle.messages.values import Address

# Signs that are read as those of an address; other spellings of letters NFKC tells (UAX 15).
_READ_SO = str.maketrans({"\u3002": ".", "\uff61": ".", "\u2024": "."})
_NAMED = re.compile(r"@((?:[\w-]+\.)+[\w-]{2,})")  # the domain of an address that stands in a name


class Danger(IntFlag):
    """The reasons; the column holds their sum, so none is ever renumbered."""

    FALSE_NAME = 1  # the sender's name is an address of another domain
    BLOCKED_FILE = 2  # a file of a kind that nobody is handed
    UNPROVED_SENDER = 4  # the server that is believed found that it may be forged


def dangers(sender: Address | None, checks: Checks | None, *, has_blocked_file: bool) -> Danger:
    """What is unsafe about a message with this sender, these checks of it, and such a file."""
    found = Danger(0)
    if sender is not None and _is_false(sender):
        found |= Danger.FALSE_NAME
    if has_blocked_file:
        found |= Danger.BLOCKED_FILE
    if checks is not None and _may_be_forged(checks):
        found |= Danger.UNPROVED_SENDER
    return found


def _is_false(sender: Address) -> bool:
    """Whether the name says an address that the email does not come from: what programs show."""
    name = _as_it_is_read(sender.name)
    if "@" not in name:
        return False
    domain = sender.address.rpartition("@")[2].lower()
    named = (domain_key(one) for one in _NAMED.findall(name))
    return any(not is_one_house(one, domain) for one in named)


def _as_it_is_read(name: str) -> str:
    """The name without what nobody sees, and with the usual sign for each that looks like it."""
    if name.isascii():
        return name
    seen = (sign for sign in name if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", "".join(seen).translate(_READ_SO))


def _may_be_forged(checks: Checks) -> bool:
    """DMARC decides where it says anything (RFC 7489, 6.6.2); else SPF, unless a signature holds.

    A signature that does not hold proves nothing by itself: lists change what they pass on.
    """
    found = {check.method: check.verdict for check in checks.checks}
    dmarc = found.get(Method.DMARC, Verdict.UNPROVED)
    if dmarc is not Verdict.UNPROVED:
        return dmarc is Verdict.FAILED
    is_signed = found.get(Method.DKIM) is Verdict.PASSED
    return found.get(Method.SPF) is Verdict.FAILED and not is_signed
