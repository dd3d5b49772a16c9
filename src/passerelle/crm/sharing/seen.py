"""How much of an email an account sees, and emails with the rest taken off.

All of it where it is theirs; headers and subject where they see all email; else as it is shared,
with those who are users themselves or see all email.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Case, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest

from passerelle.crm.models import Email, SignInAccount
from passerelle.crm.models.people import SharedLevel
from passerelle.crm.readers.seen import is_read_by, principals_of
from passerelle.crm.sharing.levels import EVERYTHING, level_value, shared_level, shared_now


def sight(account: SignInAccount) -> Combinable:
    """How much of a row of `email` this account sees without giving a reason, as a level."""
    least = level_value(SharedLevel.SUBJECT if account.sees_all_email else SharedLevel.NONE)
    user = account.systemuser
    if user is None and not account.sees_all_email:
        return least
    shared = shared_now()
    others = Greatest(least, shared_level(shared.usual)) if shared.anything else least
    return Case(When(is_read_by(user), then=EVERYTHING), default=others) if user else others


def emails_seen(account: SignInAccount) -> QuerySet[Email]:
    """The emails of which this account sees anything, in no order, each with its `sight`.

    For the emails of one record, which something else chooses.
    """
    seen = Email.objects.annotate(sight=sight(account))
    return seen if account.sees_all_email else seen.filter(sight__gt=SharedLevel.NONE)


def reads_as(account: SignInAccount) -> Sequence[UUID] | None:
    """The user and queues whose email is all that this account sees; None where it sees more."""
    if account.sees_all_email or shared_now().anything:
        return None
    return principals_of(account.systemuser) if account.systemuser is not None else []


def shared_email(account: SignInAccount, key: UUID, *related: str) -> Email | None:
    """An email of others as far as it is shared with this account; None where nothing of it is."""
    email = emails_seen(account).filter(pk=key).select_related(*related).first()
    return curtained(email) if email is not None else None


def sees_whole(account: SignInAccount, key: UUID) -> bool:
    """Whether this account sees all of an email without giving a reason."""
    seen = Email.objects.annotate(sight=sight(account))
    return seen.filter(pk=key, sight=SharedLevel.ALL).exists()


def sight_of(email: Email) -> SharedLevel:
    """How much is seen of an email that was chosen by one of these."""
    return SharedLevel(vars(email)["sight"])


def curtained(email: Email) -> Email:
    """The email without what is not seen of it, so that no page can show it; never to be saved."""
    seen = sight_of(email)
    if seen < SharedLevel.ALL:
        email.description = email.html = ""
        email.raw = None
    if seen < SharedLevel.SUBJECT:
        email.subject = ""
        email.attachment_count = 0
        email.is_unsafe = None
    return email
