"""Whose which email is, and who is listed all. The rule is ours: decision 0038.

A user sees the emails of which they are a party, the owner, who accepted them, or a member of a
queue that has them, and those that lie in their mailbox: `crm.readers` keeps it by rows.
An administrator, and whoever has the right, sees the headers of all and reads the text of their
own; whoever shows another text asks for the reason first and has it audited.
What of others' email stands with a customer is the matter of `crm.sharing`.
"""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from passerelle.crm.models import Email, SignInAccount
from passerelle.crm.readers import is_read_by


def visible_emails(account: SignInAccount) -> QuerySet[Email]:
    """The emails that may be listed to this account, in no order.

    For emails that something else chooses; `readers.newest_seen` lists all of them.
    """
    return visible_among(account, Email.objects.all())


def visible_among(account: SignInAccount, emails: QuerySet[Email]) -> QuerySet[Email]:
    """Those of the emails that may be listed to this account."""
    return emails if account.sees_all_email else _own_among(account, emails)


def may_read_body(account: SignInAccount, email: Email) -> bool:
    """Whether the text is this account's to read without giving a reason."""
    return _own_among(account, Email.objects.filter(pk=email.pk)).exists()


def own_among(account: SignInAccount, keys: Collection[UUID]) -> set[UUID]:
    """Which of these emails' texts are this account's to read without giving a reason."""
    if account.systemuser_id is None or not keys:
        return set()
    own = _own_among(account, Email.objects.filter(pk__in=keys))
    return set(own.values_list("pk", flat=True))


def _own_among(account: SignInAccount, emails: QuerySet[Email]) -> QuerySet[Email]:
    user = account.systemuser
    return emails.none() if user is None else emails.filter(is_read_by(user))
