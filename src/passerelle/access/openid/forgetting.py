"""The identities by which an account is known at a provider, and taking one away."""

from uuid import UUID

import structlog
from django.db import transaction

from passerelle.access.models import Identity
from passerelle.access.sessions import end_sessions
from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject

log = structlog.get_logger()


def identities_of(account: SignInAccount) -> list[Identity]:
    """Who may open the account from a provider, in the order in which they came."""
    return list(account.identities.order_by("made_on", "pk"))


def forget_identity(account: SignInAccount, key: UUID, by: str, *, but: UUID | None = None) -> bool:
    """Let this identity open the account no longer; whether it did until now.

    The sessions of the account end, but for `but`: who came by the identity is out at once. An
    account that is matched by its verified address can be bound again at the next sign-in.
    """
    with transaction.atomic():
        found = Identity.objects.filter(account=account, pk=key).first()
        if found is None:
            return False
        found.delete()
        detail = {"identity": [found.issuer, ""]}
        crm.note(AuditAction.ACCOUNT_CHANGED, Subject("signinaccount", account.pk), by, detail)
        end_sessions(account, by, but=but)
    log.info("identity.forgotten", account_id=str(account.pk), by=by)
    return True
