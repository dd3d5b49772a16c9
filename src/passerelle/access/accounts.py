"""Sign-in accounts as administrators manage them: every change is audited.

The rules (the last administrator, one account a user) are `crm`'s. A changed role or a password
ends the account's sessions by itself; a closed account is out at its next page.
"""

import structlog
from django.db import transaction
from django.db.models import QuerySet

from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount, SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.people import Role
from passerelle.crm.services import Subject

log = structlog.get_logger()

KIND = "signinaccount"
NAMES = ("role", "is_active", "systemuser", "may_read_all")


def accounts() -> QuerySet[SignInAccount]:
    """The accounts with what a list shows of them."""
    return SignInAccount.objects.select_related("systemuser", "second_factor")


def create_account(
    username: str, role: Role, *, systemuser: SystemUser | None = None, by: str
) -> SignInAccount:
    """Make an account without a password; a link lets the person in. Raises `ValidationError`."""
    with transaction.atomic():
        account = crm.create_sign_in(username, role, systemuser=systemuser)
        detail = {"username": account.username, "role": str(account.role)}
        crm.note(AuditAction.ACCOUNT_CREATED, Subject(KIND, account.pk), by, detail)
    log.info("account.created", account_id=str(account.pk), by=by)
    return account


def change_account(
    account: SignInAccount,
    *,
    role: Role,
    active: bool,
    systemuser: SystemUser | None,
    by: str,
    reads_all: bool | None = None,
) -> SignInAccount:
    """Change role, state, user and, if given, whether it sees all email.

    Raises `ValidationError`, by field where it has one.
    """
    with transaction.atomic():
        stored = SignInAccount.objects.get(pk=account.pk)
        before = crm.plain_values(stored, NAMES)
        if stored.systemuser != systemuser:
            crm.link_systemuser(stored, systemuser)
        stored = crm.update_sign_in(stored, role=role, active=active, reads_all=reads_all)
        crm.note_changes(AuditAction.ACCOUNT_CHANGED, Subject(KIND, stored.pk), by, before, stored)
    log.info("account.changed", account_id=str(stored.pk), by=by)
    return stored
