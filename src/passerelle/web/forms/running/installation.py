"""What a person says about a copy."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ConfirmForm(forms.Form):
    """This is the real one now."""

    stopped = forms.BooleanField(
        label=_("The original is stopped and will not be started again, or this is the original.")
    )
    nothing_sent = forms.BooleanField(
        label=_("It was stopped before this copy was made, so it has sent nothing since."),
        help_text=_("Otherwise each email that waits here asks you whether it was sent already."),
        required=False,
    )


class CopyForm(forms.Form):
    """This is a copy."""

    name = forms.CharField(
        label=_("Name of the organization in this copy"),
        max_length=160,
        required=False,
        help_text=_("It stands on the pages, so that nobody takes the copy for the original."),
    )
