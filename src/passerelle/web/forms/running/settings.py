"""System settings, the Email tab, and the confirmation of the one switch apart from them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.mailboxes.models import SystemSettings
from passerelle.mailboxes.models.choices import DeliveryMethod
from passerelle.tracking import TokenFormat
from passerelle.web.forms.offering import leave_out
from passerelle.web.forms.records import RecordForm

PREFIX_FIELDS = (
    "tracking_prefix",
    "tracking_base",
    "tracking_user_digits",
    "tracking_counter_digits",
)


class SettingsForm(RecordForm[SystemSettings]):
    """Everything on the Email tab but who processes email."""

    class Meta:
        model = SystemSettings
        fields = (
            "default_profile",
            "default_incoming",
            "default_outgoing",
            "require_approval_for_users",
            "require_approval_for_queues",
            "use_correlation",
            "use_tracking_token",
            *PREFIX_FIELDS,
            "track_internal_twice",
            "allow_unresolved_recipients",
            "polling_seconds",
            "host_connections",
            "host_sign_ins",
            "refused_tries_per_day",
            "largest_message_mb",
            "largest_attachment_kb",
            "largest_attachments_mb",
            "blocked_attachments",
            "limit_received_attachments",
            "mark_tracked",
            "tracked_keyword",
        )
        widgets = {"blocked_attachments": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "blocked_attachments": _("Between semicolons, without the dot. Empty: none."),
            "limit_received_attachments": _(
                "Files larger than one file may be are listed and not handed out, as those of a "
                "blocked kind always are. The email keeps them."
            ),
            "default_profile": _("For mailboxes made from now on."),
            "use_correlation": _("Answers are found by In-Reply-To, References and Thread-Index."),
            "use_tracking_token": _("A token at the end of the subject finds answers, too."),
            "host_connections": _("Over all profiles and processes."),
            "host_sign_ins": _("However many mailboxes are due at once, as after a restart."),
            "refused_tries_per_day": _("0: none, until the credentials are changed."),
            "largest_message_mb": _("A larger one is taken by its headers, and put in quarantine."),
            "mark_tracked": _("The message gets the keyword below; nothing else is changed."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outgoing = self.instance.default_outgoing
        leave_out(self, "default_outgoing", {DeliveryMethod.FORWARD}, but=outgoing)


class TokenForm(RecordForm[SystemSettings]):
    """The format of tokens alone, for the example beside its fields."""

    class Meta:
        model = SystemSettings
        fields = PREFIX_FIELDS

    def token_format(self) -> TokenFormat | None:
        """The format as typed so far; None while it is none."""
        if not self.is_valid():
            return None
        return token_format_of(self.cleaned_data)


def token_format_of(values: dict[str, Any]) -> TokenFormat:
    """The format that the four fields describe."""
    return TokenFormat(
        prefix=values["tracking_prefix"],
        base=values["tracking_base"],
        user_digits=values["tracking_user_digits"],
        counter_digits=values["tracking_counter_digits"],
    )


class SwitchForm(forms.Form):
    """What must be so before Passerelle reads and sends in the router's place."""

    stopped = forms.BooleanField(
        label=_(
            "The Email Router's service is stopped, or these users and queues are disabled in it."
        )
    )
    nothing_pending = forms.BooleanField(
        label=_("Nothing is pending there: its mail has gone out.")
    )
    copied_after = forms.BooleanField(
        label=_("The router's files were copied after it was stopped, or there was never a router.")
    )
