"""What others see of email that stands with a customer: how much, by whose word, and by rows.

Decision 0038. Whose an email is stands in `crm.readers`; this is for everybody else.
"""

from passerelle.crm.sharing.levels import shared_now
from passerelle.crm.sharing.seen import (
    curtained,
    emails_seen,
    reads_as,
    sees_whole,
    shared_email,
    sight_of,
)
from passerelle.crm.sharing.setting import (
    allowed_level,
    share_of_queue,
    share_of_user,
    share_own,
    share_usually,
)
from passerelle.crm.sharing.standing import Standing, Word, standing_of

__all__ = [
    "Standing",
    "Word",
    "allowed_level",
    "curtained",
    "emails_seen",
    "reads_as",
    "sees_whole",
    "share_of_queue",
    "share_of_user",
    "share_own",
    "share_usually",
    "shared_email",
    "shared_now",
    "sight_of",
    "standing_of",
]
