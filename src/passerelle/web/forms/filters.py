"""The filters of the list of mailboxes, as boxes; what holds is told by `Wanted`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from passerelle.mailboxes.choosing.services import NO_PROFILE

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Label
else:
    Label = object

Choices = list[tuple[str, "Label"]]
ANY: Choices = [("", pgettext_lazy("no filter", "All"))]
METHODS: Choices = [
    ("server-side", _("Server-side synchronization or Email Router")),
    ("outlook", _("Outlook synchronization")),
    ("none", _("None")),
]


def _choice(label: Label, choices: Choices) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=ANY + choices, required=False)


class FiltersForm(forms.Form):
    """Shown, never validated: an unknown value is no filter."""

    kind = _choice(
        _("Kind"),
        [("users", _("Users")), ("queues", _("Queues")), ("forward", _("Forward mailboxes"))],
    )
    approval = _choice(
        _("Approval"),
        [
            ("pending", _("Pending approval")),
            ("approved", _("Approved")),
            ("rejected", _("Rejected")),
            ("empty", _("Empty")),
        ],
    )
    test = _choice(
        _("Last test"),
        [("failed", _("Failed")), ("passed", _("Passed")), ("not-run", _("Not run"))],
    )
    enabled = _choice(_("Enabled"), [("yes", _("Enabled")), ("no", _("Not enabled"))])
    profile = _choice(_("Profile"), [])
    state = _choice(_("State"), [("active", _("Active")), ("inactive", _("Inactive"))])
    incoming = _choice(_("Incoming email"), [*METHODS, ("forward", _("Forward mailbox"))])
    outgoing = _choice(_("Outgoing email"), METHODS)
    alerts = _choice(_("Alerts"), [("yes", _("With open alerts"))])
    waiting = _choice(_("Last run"), [("yes", _("Waits after a fault"))])

    def __init__(self, *args: Any, profiles: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["profile"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*ANY, (NO_PROFILE, _("Without a profile")), *profiles]
