"""A bulk action as it is chosen in the list and told in its preview."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from passerelle.mailboxes.bulk.services import Change, Selection
from passerelle.mailboxes.choosing.services import wanted_of
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.mailboxes.models.bulk import BulkKind
from passerelle.mailboxes.models.choices import DeliveryMethod

MOST_TICKED = 1_000
INCOMING = [
    ("", _("Stays as it is")),
    *((str(one.value), one.label) for one in DeliveryMethod),
]
OUTGOING = [one for one in INCOMING if one[0] != str(DeliveryMethod.FORWARD.value)]


class Keys(forms.Field):
    """GUIDs, each once, in the order in which they were ticked."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[UUID, ...]:
        try:
            keys = dict.fromkeys(UUID(one) for one in value or [])
        except (ValueError, AttributeError, TypeError) as error:
            raise forms.ValidationError(_("This is no mailbox.")) from error
        if len(keys) > MOST_TICKED:
            raise forms.ValidationError(_("Use a filter for so many mailboxes."))
        return tuple(keys)


class BulkForm(forms.Form):
    """Which mailboxes, what is done to them, and with what."""

    action = forms.ChoiceField(label=_("Action"), choices=BulkKind)
    chosen = Keys(required=False)
    every = forms.BooleanField(required=False, widget=forms.HiddenInput)
    wanted = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)
    to_incoming = forms.ChoiceField(label=_("Incoming email"), choices=INCOMING, required=False)
    to_outgoing = forms.ChoiceField(label=_("Outgoing email"), choices=OUTGOING, required=False)
    to_profile = forms.ModelChoiceField(
        EmailServerProfile.objects.all(),
        label=_("Profile"),
        required=False,
        empty_label=pgettext_lazy("no profile", "None"),
    )
    to_start = forms.DateTimeField(
        label=_("Process email from"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    to_test = forms.BooleanField(label=_("Test and enable them afterwards"), required=False)
    expected = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    PARAMETERS = {
        BulkKind.METHODS: ("to_incoming", "to_outgoing"),
        BulkKind.PROFILE: ("to_profile",),
        BulkKind.START: ("to_start",),
        BulkKind.DEFAULTS: ("to_test",),
    }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("every") and not values.get("chosen"):
            raise forms.ValidationError(_("Tick at least one mailbox."))
        return values

    @property
    def kind(self) -> BulkKind:
        return BulkKind(self.cleaned_data["action"])

    def parameters(self) -> list[forms.BoundField]:
        """The boxes that this action has."""
        return [self[name] for name in self.PARAMETERS.get(self.kind, ())]

    def selection(self) -> Selection:
        """Ticked mailboxes, or everything that the filter of the list leaves."""
        values = self.cleaned_data
        if values["every"]:
            return Selection(wanted=wanted_of(QueryDict(values["wanted"]).dict()))
        return Selection(keys=values["chosen"])

    def change(self) -> Change | None:
        """What is to be done; None while a choice is missing."""
        values, kind = self.cleaned_data, self.kind
        if kind == BulkKind.METHODS:
            incoming, outgoing = _method(values["to_incoming"]), _method(values["to_outgoing"])
            if incoming is None and outgoing is None:
                return None
            return Change(kind, incoming=incoming, outgoing=outgoing)
        if kind == BulkKind.PROFILE:
            if "to_profile" not in self.data:
                return None
            profile = values["to_profile"]
            return Change(kind, profile=profile.pk if profile else None)
        if kind == BulkKind.START:
            start: datetime | None = values["to_start"]
            return Change(kind, start=start) if start else None
        return Change(kind, test=values["to_test"] and kind == BulkKind.DEFAULTS)

    def repeated(self) -> list[tuple[str, str]]:
        """Name and value of all that says which mailboxes and which action, for hidden boxes."""
        values = self.cleaned_data
        chosen = [("chosen", str(key)) for key in values["chosen"]] if not values["every"] else []
        every = [("every", "on"), ("wanted", values["wanted"])] if values["every"] else []
        return [("action", values["action"]), *chosen, *every]

    def told(self) -> list[tuple[str, str]]:
        """Name and value of what the action was told, for hidden boxes."""
        names = self.PARAMETERS.get(self.kind, ())
        return [(name, self.data.get(name, "")) for name in names if name in self.data]


def list_address(selection: Selection) -> str:
    """The query of the list that shows these mailboxes."""
    return f"?{urlencode(selection.wanted.stored())}" if selection.wanted else ""


def _method(value: str) -> DeliveryMethod | None:
    return DeliveryMethod(int(value)) if value else None
