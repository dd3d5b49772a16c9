"""A domain, and how much may be sent to it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.mailboxes.models.sending import DOMAIN_CHARS, MOST
from passerelle.mailboxes.services import SendingLimit


class SendingRateForm(forms.Form):
    """One line of the list."""

    domain = forms.CharField(
        label=_("Domain of the recipients"),
        max_length=DOMAIN_CHARS,
        help_text=_("For example gmail.com. Its subdomains are domains of their own."),
    )
    emails_a_minute = forms.IntegerField(
        label=_("Emails a minute"), required=False, min_value=1, max_value=MOST
    )
    recipients_a_day = forms.IntegerField(
        label=_("Recipients a day"), required=False, min_value=1, max_value=MOST
    )

    def limit(self) -> SendingLimit:
        """What was entered."""
        return SendingLimit(
            self.cleaned_data["emails_a_minute"], self.cleaned_data["recipients_a_day"]
        )
