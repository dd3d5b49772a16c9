"""Who would be invited, and why others would not: the preview, and what a start goes by."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from passerelle.access.models.invitations import Invitation, Sending
from passerelle.crm.models import SignInAccount, SignInLink, SystemUser


class Whom(models.TextChoices):
    """Which users a selection is about."""

    WITHOUT = "without", _("Users without an account")
    NEVER = "never", _("Users who never signed in")
    ALL = "all", _("All users")


class Prospect(models.TextChoices):
    """What would become of one user."""

    NEW = "new", _("Gets an account and an invitation")
    INVITED = "invited", _("Has an account and gets an invitation")
    CAME = "came", _("Signs in already")
    OPEN = "open", _("Has an open invitation")
    CLOSED = "closed", _("The account is disabled")
    NO_ADDRESS = "no-address", _("No email address")
    NAME_TAKEN = "name-taken", _("Another account or user has this address")


INVITABLE = (Prospect.NEW, Prospect.INVITED)


@dataclass(frozen=True, slots=True)
class Choice:
    """Active users by group and words; `keys` narrows them to those that were ticked."""

    whom: Whom = Whom.WITHOUT
    words: tuple[str, ...] = ()
    keys: Collection[UUID] | None = None

    def users(self) -> QuerySet[SystemUser]:
        """The users, each with its `prospect`."""
        found = SystemUser.objects.filter(is_disabled=False)
        if self.whom == Whom.WITHOUT:
            found = found.filter(sign_in_account=None)
        elif self.whom == Whom.NEVER:
            found = found.filter(sign_in_account__last_login=None)
        for word in self.words:
            named = Q(fullname__icontains=word) | Q(internal_email_address__icontains=word)
            found = found.filter(named)
        if self.keys is not None:
            found = found.filter(pk__in=list(self.keys))
        return with_prospect(found)


def users_at(addresses: Collection[str]) -> tuple[list[UUID], list[str]]:
    """The active users who have these addresses, and the addresses that none has; one query."""
    wanted = {address.casefold(): address for address in addresses}
    users = SystemUser.objects.filter(is_disabled=False).exclude(internal_email_address="")
    found, seen = [], set()
    for key, address in users.values_list("pk", "internal_email_address").iterator():
        folded = address.casefold()
        if folded in wanted:
            found.append(key)
            seen.add(folded)
    return found, [address for folded, address in wanted.items() if folded not in seen]


def with_prospect(users: QuerySet[SystemUser]) -> QuerySet[SystemUser]:
    """Say of each user what an invitation would do."""
    now = timezone.now()
    links = SignInLink.objects.filter(
        account__systemuser=OuterRef("pk"), used_on=None, expires_on__gt=now
    )
    asked = Invitation.objects.filter(
        systemuser=OuterRef("pk"), state__in=[Sending.WAITING, Sending.BEGUN]
    )
    address = Lower(OuterRef("internal_email_address"))
    named = SignInAccount.objects.annotate(name=Lower("username")).filter(name=address)
    twins = SystemUser.objects.annotate(address=Lower("internal_email_address"))
    twins = twins.filter(address=address).exclude(pk=OuterRef("pk"))
    has_account = Q(sign_in_account__isnull=False)
    cases = [
        When(sign_in_account__is_active=False, then=Value(Prospect.CLOSED.value)),
        When(sign_in_account__last_login__isnull=False, then=Value(Prospect.CAME.value)),
        When(internal_email_address="", then=Value(Prospect.NO_ADDRESS.value)),
        When(Exists(asked) | Exists(links), then=Value(Prospect.OPEN.value)),
        When(has_account, then=Value(Prospect.INVITED.value)),
        When(Exists(named) | Exists(twins), then=Value(Prospect.NAME_TAKEN.value)),
    ]
    new = Value(Prospect.NEW.value)
    return users.annotate(prospect=Case(*cases, default=new, output_field=CharField()))


def counted(users: QuerySet[SystemUser]) -> dict[Prospect, int]:
    """How many users there are of each prospect."""
    found = users.order_by().annotate(becomes=F("prospect")).values_list("becomes")
    rows = found.annotate(number=models.Count(F("pk")))
    numbers = {Prospect(prospect): number for prospect, number in rows}
    return {one: numbers[one] for one in Prospect if one in numbers}
