"""Which option of tracking counts for a user, and which ones they choose for themselves.

Administrators choose any, on the page of the user.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from passerelle.crm.models import SystemUser
from passerelle.crm.models.people import FilteringMethod
from passerelle.mailboxes.models.tracking import NOT_FORCED, OwnOptions, TrackingRules


def forced_option(rules: TrackingRules) -> FilteringMethod | None:
    """The option that stands for every user's own; None where their own counts."""
    return None if rules.forced_filter == NOT_FORCED else FilteringMethod(rules.forced_filter)


def own_options(rules: TrackingRules, user: SystemUser) -> Sequence[FilteringMethod]:
    """Those that the user chooses from; none where the organization or an administrator decides.

    What an administrator chose for them is among them, also where nobody else may choose it.
    """
    if forced_option(rules) is not None or rules.own_options == OwnOptions.NONE:
        return ()
    if rules.own_options == OwnOptions.ALL:
        return list(FilteringMethod)
    held = user.incoming_email_filtering_method
    return [one for one in FilteringMethod if one is not FilteringMethod.ALL or one == held]


def require_own_option(rules: TrackingRules, user: SystemUser, wanted: FilteringMethod) -> None:
    """Raises `ValidationError` unless the user has that option already, or may choose it."""
    if wanted != user.incoming_email_filtering_method and wanted not in own_options(rules, user):
        raise ValidationError({"filtering": gettext("An administrator chooses this for you.")})
