"""A conversation: the emails that answer each other, whoever began it, in their order.

Two questions whatever its length: which emails hang together, and the rows of those that the
reader may see. What stands in a text is told of the reader's own mail alone.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Coalesce, Left

from passerelle.crm.models import Email, SignInAccount
from passerelle.crm.services.visibility import own_among, visible_emails
from passerelle.crm.threads.chains import conversation_keys

BEGINNING_CHARS = 200


@dataclass(frozen=True, slots=True)
class Said:
    """One email of a conversation; `beginning` is "" where the text is not the reader's to see."""

    key: UUID
    subject: str
    sender: str
    when: datetime
    outgoing: bool
    beginning: str


def conversation_of(account: SignInAccount, email: Email) -> list[Said]:
    """The emails of its conversation that this person may see, the oldest first."""
    keys = conversation_keys(email)
    if keys == [email.pk]:
        return []
    seen = visible_emails(account).filter(pk__in=keys)
    own = own_among(account, keys)
    rows = seen.annotate(
        moment=Coalesce("sent_on", "created_on"), beginning=Left("description", BEGINNING_CHARS)
    ).order_by("moment", "created_on", "activity_id")
    return [
        Said(
            key=row["pk"],
            subject=row["subject"],
            sender=row["sender"],
            when=row["moment"],
            outgoing=row["direction_code"],
            beginning=" ".join(row["beginning"].split()) if row["pk"] in own else "",
        )
        for row in rows.values("pk", "subject", "sender", "moment", "direction_code", "beginning")
    ]
