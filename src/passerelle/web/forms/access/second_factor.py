"""Codes of a second factor, and the password that is asked again before one is taken away."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from passerelle.access.models import SignInSettings
from passerelle.alerts.services import told_in_line
from passerelle.faults import Fault
from passerelle.web.forms.records import RecordForm


class CodeForm(forms.Form):
    """Six digits of the device, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=64,
        help_text=_("The six digits of your device, or a recovery code."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )

    def refused(self, fault: Fault) -> None:
        """Put what was wrong beside the box."""
        self.add_error("code", ValidationError(told_in_line(fault)))


class ProofForm(forms.Form):
    """The password once more, or, where an account has none, a code of the device."""

    proof = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SignInSettingsForm(RecordForm[SignInSettings]):
    """Who needs a second factor, and how long a session lasts."""

    class Meta:
        model = SignInSettings
        fields = (
            "second_factor_for_administrators",
            "second_factor_for_operators",
            "second_factor_for_users",
            "idle_minutes",
            "longest_hours",
        )
        help_texts = {
            "idle_minutes": _("Then the person signs in again."),
            "longest_hours": _("Whether it is used or not."),
        }
