"""Email server profiles: both connections, and credentials that are written and never shown."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import SystemUser
from passerelle.faults import Secret
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.mailboxes.models.choices import (
    CredentialRetrieval,
    Direction,
    IncomingProtocol,
    OutgoingProtocol,
    Security,
)
from passerelle.mailboxes.services import (
    DEFAULT_PORTS,
    create_profile,
    set_profile_password,
    update_profile,
)
from passerelle.protocols.interfaces import Security as WireSecurity
from passerelle.web.forms.offering import leave_out
from passerelle.web.forms.records import RecordForm

CONNECTION = (
    "protocol",
    "location",
    "port",
    "security",
    "verify",
    "credential_retrieval",
    "authentication",
    "authorization",
)
BOXES = (*CONNECTION, "username", "password")
# Kept where a migration brought them, and offered to nobody else.
CANNOT_RUN: dict[str, set[Any]] = {
    "incoming_protocol": {IncomingProtocol.EXCHANGE},
    "outgoing_protocol": {OutgoingProtocol.EXCHANGE},
    "incoming_credential_retrieval": {
        CredentialRetrieval.WINDOWS_INTEGRATED,
        CredentialRetrieval.ANONYMOUS,
    },
    "outgoing_credential_retrieval": {CredentialRetrieval.WINDOWS_INTEGRATED},
}


def default_port(protocol: str, security: str) -> int | None:
    """The port that stands for 0; None where there is none to name."""
    if security not in Security.values:
        return None
    return DEFAULT_PORTS.get((protocol, WireSecurity(security)))


def new_password(render_value: str = "") -> forms.PasswordInput:
    """A box for a secret: browsers neither fill it in nor keep it."""
    return forms.PasswordInput(attrs={"autocomplete": "new-password", "placeholder": render_value})


# What can stay as it is, folded away by the page.
FOLDED = {
    "encryption": ("oldest_tls", "authorities"),
    "processing": (
        "process_emails_received_after",
        "max_concurrent_connections",
        "polling_seconds",
        "min_polling_minutes",
        "timeout_seconds",
        "sent_copies",
        "authserv_id",
        "trusted_delivery",
        "tracked_folder",
        "timeout_is_on",
        "move_undelivered",
        "mark_undelivered",
        "send_email_alert",
    ),
    "limits": (
        "mailbox_emails_a_minute",
        "mailbox_recipients_a_day",
        "emails_a_minute",
        "recipients_a_day",
    ),
}
OWNER_HELP = _("The email address of a user, who hears of what fails for the whole profile.")
TEMPLATES = _("May be a template: {address}, {local}*service, COMPANY/service/{alias}.")


class ProfileForm(RecordForm[EmailServerProfile]):
    """Where mail comes from and goes to."""

    owner_address = forms.EmailField(
        label=_("Owner"), required=False, max_length=100, help_text=OWNER_HELP
    )
    incoming_username = forms.CharField(
        label=_("User name"), max_length=250, required=False, help_text=TEMPLATES
    )
    incoming_password = forms.CharField(
        label=_("Password"), strip=False, max_length=1000, required=False, widget=new_password()
    )
    outgoing_username = forms.CharField(
        label=_("User name"), max_length=250, required=False, help_text=TEMPLATES
    )
    outgoing_password = forms.CharField(
        label=_("Password"), strip=False, max_length=1000, required=False, widget=new_password()
    )

    class Meta:
        model = EmailServerProfile
        fields = (
            "name",
            "description",
            "statecode",
            "use_same_settings",
            "oldest_tls",
            "authorities",
            *(f"{direction}_{name}" for direction in Direction.values for name in CONNECTION),
            "sent_copies",
            "process_emails_received_after",
            "max_concurrent_connections",
            "mailbox_emails_a_minute",
            "mailbox_recipients_a_day",
            "emails_a_minute",
            "recipients_a_day",
            "timeout_is_on",
            "timeout_seconds",
            "polling_seconds",
            "min_polling_minutes",
            "move_undelivered",
            "mark_undelivered",
            "tracked_folder",
            "authserv_id",
            "trusted_delivery",
            "send_email_alert",
        )
        labels = {
            "statecode": _("State"),
            "mailbox_emails_a_minute": _("Each mailbox: emails a minute"),
            "mailbox_recipients_a_day": _("Each mailbox: recipients a day"),
            "emails_a_minute": _("Together: emails a minute"),
            "recipients_a_day": _("Together: recipients a day"),
            "polling_seconds": _("Seconds between two looks into a mailbox"),
        }
        widgets = {
            "authorities": forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
            "description": forms.Textarea(attrs={"rows": 2}),
            "process_emails_received_after": forms.DateTimeInput(
                format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}
            ),
        }
        help_texts = {
            "process_emails_received_after": _(
                "A default for mailboxes without a start of their own, which begin 24 hours "
                "before they are first enabled. Empty: those 24 hours alone."
            ),
            "polling_seconds": _("Empty: as in the system settings."),
            "min_polling_minutes": _("Empty: none. It wins over a shorter time."),
            "timeout_is_on": _("Without it, ten minutes of silence are waited for."),
            "statecode": _("The mailboxes of an inactive profile wait."),
            "authserv_id": _(
                "As it names itself at the beginning of Authentication-Results. It has to take "
                "fields in its own name out of email from elsewhere (RFC 8601). Empty: no checks "
                "are shown."
            ),
            "trusted_delivery": _(
                "Of Delivered-To, X-Original-To and Envelope-To those that the server itself adds "
                "above the message. Users and queues that they name receive it like those in To, "
                "by Bcc and lists, too. Empty: none is read."
            ),
            "tracked_folder": _(
                "From the inbox, by IMAP only, with MOVE or UIDPLUS, as Test connection tells; it "
                "is made where it lacks. Email that is removed from the server once it is here is "
                "not moved. Empty: it stays in the inbox."
            ),
            "oldest_tls": _("Servers that are older than this are refused."),
            "authorities": _("Trusted beside those of this machine. Certificates only."),
            **{
                f"{direction}_authorization": _(
                    "The identity to act as, for one account that serves many mailboxes: "
                    "{address}, {local}, {domain}, {alias}."
                )
                for direction in Direction.values
            },
            "sent_copies": _(
                "By IMAP only, with the credentials of incoming email. A message that is there "
                "already is never put there twice."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shown: dict[str, str] = {}
        owner = self.instance.owner
        self.initial["owner_address"] = owner.internal_email_address if owner else ""
        for name, absent in CANNOT_RUN.items():
            leave_out(self, name, absent, but=getattr(self.instance, name))
        for direction in Direction.values:
            self._show_credential(direction)

    def _show_credential(self, direction: str) -> None:
        """The user name stands in its box; of the password only whether there is one."""
        credential = getattr(self.instance, f"{direction}_credential")
        self._shown[direction] = credential.username if credential else ""
        self.initial[f"{direction}_username"] = self._shown[direction]
        if credential and credential.is_password_set:
            self.fields[f"{direction}_password"].help_text = _("Set. Empty: it stays as it is.")

    def clean_owner_address(self) -> str:
        """The address of somebody who exists."""
        address: str = self.cleaned_data["owner_address"]
        if address and user_with_address(address) is None:
            raise ValidationError(_("No user has this address."))
        return address

    def connections(self) -> list[dict[str, Any]]:
        """The boxes of both connections, so that the page need not be written twice."""
        return [
            {
                "direction": direction.value,
                "label": direction.label,
                "is_outgoing": direction == Direction.OUTGOING,
                "can_run": getattr(self.instance, f"{direction}_can_run"),
                **{name: self[f"{direction}_{name}"] for name in BOXES},
            }
            for direction in Direction
        ]

    def opened(self) -> set[str]:
        """The parts that the page does not fold: of what is refused, or is not the usual."""
        usual = EmailServerProfile()
        return {
            part
            for part, names in FOLDED.items()
            if any(
                name in self.errors or getattr(self.instance, name) != getattr(usual, name)
                for name in names
            )
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._require_a_server(values)
        for direction in self._directions(values):
            of_profile = (
                values.get(f"{direction}_credential_retrieval") == CredentialRetrieval.PROFILE
            )
            if of_profile and not values.get(f"{direction}_username"):
                self.add_error(f"{direction}_username", _("Enter the user name."))
        return values

    def _require_a_server(self, values: Mapping[str, Any]) -> None:
        """One by itself is enough. What a migration brought for Exchange may name none."""
        names = [
            f"{direction}_{name}" for direction in Direction for name in ("location", "protocol")
        ]
        if any(name in self.errors for name in names):
            return
        protocols = {values.get("incoming_protocol"), values.get("outgoing_protocol")}
        if protocols & {IncomingProtocol.EXCHANGE, OutgoingProtocol.EXCHANGE}:
            return
        if not values.get("incoming_location") and not values.get("outgoing_location"):
            self.add_error("incoming_location", _("Enter at least one of the two servers."))

    def store(self, profile: EmailServerProfile | None, by: str) -> EmailServerProfile:
        """Make or change the profile with its credentials. Raises `ValidationError`."""
        values = dict(self.cleaned_data)
        values["owner"] = user_with_address(values.pop("owner_address"))
        credentials = {
            direction: (values.pop(f"{direction}_username"), values.pop(f"{direction}_password"))
            for direction in Direction
        }
        with transaction.atomic():
            stored = (
                update_profile(profile, by=by, **values)
                if profile
                else create_profile(by=by, **values)
            )
            for direction in self._directions(values):
                if values[f"{direction}_credential_retrieval"] == CredentialRetrieval.PROFILE:
                    stored = self._store_credential(stored, direction, credentials[direction], by)
        return stored

    @staticmethod
    def _directions(values: Mapping[str, Any]) -> list[Direction]:
        """Those with credentials of their own."""
        return [Direction.INCOMING] if values.get("use_same_settings") else list(Direction)

    def _store_credential(
        self, profile: EmailServerProfile, direction: Direction, typed: tuple[str, str], by: str
    ) -> EmailServerProfile:
        username, password = typed
        if not password and username == self._shown[direction]:
            return profile
        secret = Secret(password) if password else None
        try:
            return set_profile_password(profile, direction, username, secret, by=by)
        except ValidationError as error:
            raise ValidationError(of_direction(error, direction)) from error


def of_direction(error: ValidationError, direction: str) -> dict[str, Any]:
    """The errors of a credential, beside the boxes of its direction."""
    return {f"{direction}_{name}": errors for name, errors in error.error_dict.items()}


def user_with_address(address: str) -> SystemUser | None:
    """The first user by name who has that address."""
    if not address:
        return None
    return SystemUser.objects.filter(internal_email_address__iexact=address).first()
