"""A plan of waves: its pace, and whom it is about."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from passerelle.crm.models import Queue
from passerelle.mailboxes.choosing.services import Wanted, wanted_of
from passerelle.mailboxes.models import EmailServerProfile, WavePlan
from passerelle.mailboxes.waves import services as waves
from passerelle.web.forms.filters import ANY
from passerelle.web.forms.records import RecordForm

LIST_CHARS = 2_000_000


class PlanForm(RecordForm[WavePlan]):
    """Everything of a plan; empty choices leave all mailboxes in."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[*ANY, ("queues", _("Queues")), ("users", _("Users"))],
        required=False,
    )
    profile = forms.ModelChoiceField(
        EmailServerProfile.objects.all(),
        label=_("Profile"),
        required=False,
        empty_label=pgettext_lazy("no filter", "All"),
    )
    queue = forms.ModelChoiceField(
        Queue.objects.all(),
        label=_("Queue and its members"),
        required=False,
        empty_label=pgettext_lazy("no filter", "All"),
    )
    q = forms.CharField(label=_("Words of name or address"), max_length=200, required=False)
    addresses = forms.CharField(
        label=_("Only these addresses"),
        max_length=LIST_CHARS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Pasted, one a line or separated by commas. Unknown ones are listed."),
    )

    class Meta:
        model = WavePlan
        fields = ("name", "wave_size", "gap_minutes", "hours_from", "hours_until")
        widgets = {
            "hours_from": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "hours_until": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }
        help_texts = {
            "gap_minutes": _(
                "Microsoft advises 300 for at most 200 mailboxes. 0: as soon as the wave before is "
                "through."
            ),
            "hours_from": _("Empty: at any time. In the organization's time zone."),
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if bool(values.get("hours_from")) != bool(values.get("hours_until")):
            self.add_error("hours_until", _("Give both times, or neither."))
        return values

    def wanted(self) -> Wanted:
        """The words and filters."""
        values = self.cleaned_data
        profile, queue = values["profile"], values["queue"]
        return wanted_of(
            {
                "q": values["q"],
                "kind": values["kind"],
                "profile": str(profile.pk) if profile else "",
                "queue": str(queue.pk) if queue else "",
            }
        )

    def listed(self) -> list[str] | None:
        """The pasted list; None where there is none."""
        text = self.cleaned_data["addresses"]
        return waves.addresses_in(text) if text.strip() else None
