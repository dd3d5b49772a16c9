"""A person's own mailbox: what they may do with it themselves, and with no other.

Every function takes the account and finds the mailbox by it; none takes a mailbox, so that no
address of a page can name somebody else's.
"""

from uuid import UUID

from django.db import transaction

from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount
from passerelle.crm.models.people import CreateAutomatically, FilteringMethod, SharedLevel
from passerelle.crm.sharing import share_own
from passerelle.faults import Secret
from passerelle.mailboxes.models import Mailbox, TestRun
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.services import (
    RELATED,
    request_test,
    require_own_option,
    set_mailbox_password,
    tracking_rules,
    update_mailbox,
)


def own_mailbox(account: SignInAccount) -> Mailbox | None:
    """The mailbox of the user whom this account is; None where there is none."""
    if account.systemuser_id is None:
        return None
    return Mailbox.objects.select_related(*RELATED).filter(systemuser=account.systemuser_id).first()


def save_own_options(
    account: SignInAccount,
    *,
    allow_credentials: bool,
    filtering: FilteringMethod | None,
    shared: SharedLevel | None,
    creates: CreateAutomatically | None = None,
) -> None:
    """Give or take back the consent; say which mail is tracked and how much others see at most.

    `filtering` is the option of tracking and `creates` what is made for unknown senders; None where
    the organization leaves no choice.
    Raises `ValidationError`.
    """
    mailbox = _required(account)
    user = mailbox.systemuser
    assert user is not None  # it was found by its user
    if filtering is not None:
        require_own_option(tracking_rules(), user, filtering)
    with transaction.atomic():
        if mailbox.allow_credentials != allow_credentials:
            update_mailbox(mailbox, by=account.username, allow_credentials=allow_credentials)
        crm.update_user(user, filtering=filtering, creates=creates, by=account.username)
        share_own(user, shared, account.username)


def save_own_password(
    account: SignInAccount, direction: Direction | None, username: str, password: Secret
) -> None:
    """Keep the credentials of one direction, or of both (None). Raises `ValidationError`."""
    set_mailbox_password(_required(account), direction, username, password, by=account.username)


def request_own_test(account: SignInAccount) -> TestRun:
    """Have the mailbox tested; what passes is enabled."""
    [run] = request_test([_required(account).pk], account.username, enable=True)
    return run


def own_test(account: SignInAccount, key: UUID) -> TestRun | None:
    """One test of one's own mailbox; None for anybody else's."""
    mailbox = own_mailbox(account)
    return TestRun.objects.filter(pk=key, mailbox=mailbox).first() if mailbox else None


def _required(account: SignInAccount) -> Mailbox:
    mailbox = own_mailbox(account)
    if mailbox is None:
        raise PermissionError("this account has no mailbox of its own")
    return mailbox
