"""Which signatures and templates a person may use: one's own, and those without an owner."""

from collections.abc import Collection

from django.db.models import Q

from passerelle.crm.models import SignInAccount, SystemUser


def usable_by(users: Collection[SystemUser], key: str = "") -> Q:
    """Of signatures or templates: those that everybody or these users may use.

    With a `key`, of rows that point to one by it.
    """
    owner, points = (f"{key}__owner", Q(**{f"{key}__isnull": False})) if key else ("owner", Q())
    return (points & Q(**{owner: None})) | Q(**{f"{owner}__in": users})


def users_of(account: SignInAccount) -> list[SystemUser]:
    """Whose signatures and templates an account may use: its user's, if it has one."""
    return [account.systemuser] if account.systemuser is not None else []
