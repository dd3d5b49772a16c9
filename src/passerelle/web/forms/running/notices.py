"""Who is told of alerts, and how often; the webhook's secret is written and never shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.faults import Secret
from passerelle.monitoring.models import NoticeSettings
from passerelle.monitoring.services import save_notice_settings
from passerelle.web.forms.mailboxes.profiles import new_password
from passerelle.web.forms.records import RecordForm


class NoticesForm(RecordForm[NoticeSettings]):
    """The settings of the notices."""

    secret = forms.CharField(
        label=_("Secret of the webhook"),
        strip=False,
        max_length=1000,
        required=False,
        widget=new_password(),
        help_text=_("Each notice is signed with it (HMAC-SHA256). Empty: it stays as it is."),
    )

    class Meta:
        model = NoticeSettings
        fields = (
            "mail_to",
            "webhook_url",
            "lowest_level",
            "gather_seconds",
            "most_per_hour",
            "tell_closed",
            "language",
        )
        widgets = {"mail_to": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "mail_to": _("They are written to through the server under Mail of Passerelle."),
            "webhook_url": _("A POST with JSON, as chat and on-call services take it."),
            "most_per_hour": _("What waits is told together in the next one."),
        }

    def store(self, by: str) -> NoticeSettings:
        """Keep it all. Raises `ValidationError`, by field."""
        values: dict[str, Any] = dict(self.cleaned_data)
        secret = values.pop("secret")
        return save_notice_settings(values, secret=Secret(secret) if secret else None, by=by)
