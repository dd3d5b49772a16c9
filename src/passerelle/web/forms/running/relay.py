"""The system relay: server, sender, and credentials that are written and never shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.faults import Secret
from passerelle.mailboxes.models import SystemRelay
from passerelle.mailboxes.services import save_relay
from passerelle.web.forms.mailboxes.profiles import new_password
from passerelle.web.forms.records import RecordForm


class RelayForm(RecordForm[SystemRelay]):
    """Through which server Passerelle sends mail of its own."""

    username = forms.CharField(
        label=_("User name"),
        max_length=250,
        required=False,
        help_text=_("Empty: the server takes mail from this machine without signing in."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Password"), strip=False, max_length=1000, required=False, widget=new_password()
    )

    class Meta:
        model = SystemRelay
        fields = ("host", "port", "security", "verify", "sender_address", "sender_name")
        help_texts = {
            "host": _("Empty: Passerelle sends no mail of its own."),
            "port": _("0: 587 with STARTTLS, 465 with TLS from the start, 25 without encryption."),
            "sender_address": _("Answers go there; an address that somebody reads is best."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.instance.credential
        self.initial["username"] = held.username if held else ""
        if held and held.is_password_set:
            self.fields["password"].help_text = _("Set. Empty: it stays as it is.")

    def store(self, by: str) -> SystemRelay:
        """Keep it all. Raises `ValidationError`, by field."""
        values = dict(self.cleaned_data)
        username, password = values.pop("username"), values.pop("password")
        secret = Secret(password) if password else None
        return save_relay(values, username=username, password=secret, by=by)


class TestNoticeForm(forms.Form):
    """To whom the test message goes."""

    to = forms.EmailField(label=_("To"), max_length=100)
