"""Whether a tracked message of an unknown sender has a record made for them.

The wish that counts is that of the user or the queue that took the message; where nobody did (it
was taken by hand), that of whose mailbox is read. So it is the same in whichever mailbox a message
to several is read first. What only records know (own domains, the limit of a day, an address that
was taken back) is asked where the record is made.
"""

import re
from dataclasses import dataclass
from uuid import UUID

from passerelle.messages import Address, Automatic
from passerelle.tracking.creating.names import person_name
from passerelle.tracking.creating.values import Creates, Creation, NotMade

ADDRESS_CHARS = 100  # of `emailaddress1`
_BETWEEN = re.compile(r"[._+-]")
# Local parts, their separators away, behind which nobody reads. RFC 2142 has the last ones.
_MACHINES = ("noreply", "donotreply", "nepasrepondre", "nereply", "noresponse", "pasdereponse")
_WHOLE = frozenset({"mailerdaemon", "postmaster", "bounce", "bounces", "nobody", "daemon"})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of the message besides its sender."""

    creates: Creates  # what is wished
    owner: UUID | None
    by_user: UUID | None = None  # whose option it is
    by_queue: UUID | None = None
    is_known: bool = False  # the address means a record, or will once it is approved
    automatic: Automatic = Automatic.NO
    is_list: bool = False
    is_report: bool = False
    is_kept_out: bool = False  # a list of what is never tracked holds


def creation_for(sender: Address | None, case: Circumstances) -> Creation | NotMade:
    """What would be made for the sender, or why nothing."""
    if case.creates <= Creates.NOTHING:
        return NotMade.NOT_WISHED
    if sender is None or case.is_known:
        return NotMade.KNOWN
    if case.automatic is not Automatic.NO or case.is_list or case.is_report:
        return NotMade.AUTOMATIC
    if case.is_kept_out:
        return NotMade.NEVER_TRACKED
    if stands_for_machine(sender.key):
        return NotMade.NO_REPLY
    if len(sender.address) > ADDRESS_CHARS or len(sender.key) > ADDRESS_CHARS:
        return NotMade.TOO_LONG
    name = person_name(sender.name, sender.address)
    return Creation(case.creates, sender.address, name, case.owner, case.by_user, case.by_queue)


def stands_for_machine(key: str) -> bool:
    """Whether an address says by itself that nobody reads what is sent to it."""
    local = key.rpartition("@")[0]
    plain = _BETWEEN.sub("", local)
    return plain.startswith(_MACHINES) or plain in _WHOLE or _BETWEEN.split(local)[0] in _WHOLE
