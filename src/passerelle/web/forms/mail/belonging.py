"""How far a word on where an email belongs reaches, and what its speaker looked at."""

from django import forms
from django.utils.translation import gettext_lazy as _

ONE, ONWARD = "one", "onward"


class BelongingForm(forms.Form):
    """Beside the row that is pressed."""

    scope = forms.ChoiceField(
        label=_("What changes"),
        choices=[
            (ONE, _("This email")),
            (ONWARD, _("This email and what follows in its conversation")),
        ],
        initial=ONE,
        required=False,
        widget=forms.RadioSelect,
    )
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    @property
    def is_onward(self) -> bool:
        return bool(self.cleaned_data["scope"] == ONWARD)
