"""How an email stands: what it is joined to, how sure that is, what it and its answers regard.

Rows are held while somebody changes them, and written with as many queries for one as for many.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from django.utils import timezone

from passerelle.crm.emails.regarding import Keys, put_regarding, regarding
from passerelle.crm.models import Email, SignInAccount, ThreadChoice
from passerelle.crm.models.mail.emails import REGARDING
from passerelle.crm.services.audit_notes import Plain, plain_values
from passerelle.crm.services.inserting import insert_rows, update_rows
from passerelle.crm.services.visibility import own_among

Values = dict[str, Plain]

LINK = (
    "correlated_activity",
    "correlation_state",
    "correlation_method",
    "correlation_doubt",
    "proposed_activity",
)
STANDING = (*LINK, *REGARDING)
# As a change keeps them: whether answers to the email have a choice of their own, and which.
CHOSEN = "answers_chosen"
CHOICE = tuple(f"answers_{name}" for name in REGARDING)
MARK_CHARS = 32


@dataclass(slots=True)
class Held:
    """One email that is being changed, and how it stood before."""

    email: Email
    choice: Keys | None  # what answers to it regard; None: what it regards itself
    before: Values = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.values()

    def values(self) -> Values:
        """How it stands now."""
        keys = self.choice or (None,) * len(CHOICE)
        chosen = {name: str(key) if key else None for name, key in zip(CHOICE, keys, strict=True)}
        return standing_of(self.email) | {CHOSEN: self.choice is not None} | chosen

    def put(self, values: Values) -> None:
        """Have it stand as it once did."""
        for column in Email._meta.concrete_fields:
            if column.name in STANDING:
                setattr(self.email, column.attname, column.to_python(values[column.name]))
        keys = tuple(UUID(str(values[name])) if values[name] else None for name in CHOICE)
        self.choice = keys if values[CHOSEN] else None


def hold(keys: Collection[UUID], account: SignInAccount) -> dict[UUID, Held]:
    """Those of these emails that the account may file, locked until the transaction ends."""
    may_file = set(keys) if account.is_administrator else own_among(account, keys)
    rows = Email.objects.select_for_update().filter(pk__in=may_file).order_by("pk")
    emails = list(rows.defer("description", "html"))
    choices = {row.pk: regarding(row) for row in ThreadChoice.objects.filter(email__in=may_file)}
    return {email.pk: Held(email, choices.get(email.pk)) for email in emails}


def write(held: Iterable[Held]) -> list[Held]:
    """Write those that stand otherwise than before, which are given back."""
    changed = [one for one in held if one.values() != one.before]
    write_columns([one.email for one in changed], STANDING)
    ThreadChoice.objects.filter(email__in=[one.email.pk for one in changed]).delete()
    insert_rows([_row(one.email, one.choice) for one in changed if one.choice is not None])
    return changed


def write_columns(emails: Sequence[Email], names: Iterable[str]) -> None:
    """Write these columns of emails that were changed."""
    now = timezone.now()
    for email in emails:
        email.modified_on = now
    update_rows(emails, {*names, "modified_on"})


def _row(email: Email, choice: Keys) -> ThreadChoice:
    row = ThreadChoice(email_id=email.pk)
    put_regarding(row, choice)
    return row


def standing_of(email: Email) -> Values:
    """How it stands itself, without what its answers regard."""
    return plain_values(email, STANDING)


def mark(email: Email) -> str:
    """What changes whenever the standing does: a form holds it, so that nobody decides blindly."""
    told = json.dumps(standing_of(email), sort_keys=True)
    return sha256(told.encode()).hexdigest()[:MARK_CHARS]
