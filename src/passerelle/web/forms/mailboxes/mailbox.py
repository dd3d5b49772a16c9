"""The mailbox record and its credentials, which are written and never shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.faults import Secret
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import DeliveryMethod, Direction
from passerelle.mailboxes.services import set_mailbox_password
from passerelle.web.forms.mailboxes.profiles import new_password
from passerelle.web.forms.offering import leave_out
from passerelle.web.forms.records import RecordForm


class MailboxForm(RecordForm[Mailbox]):
    """How the mail of one user, queue or forward mailbox is processed."""

    class Meta:
        model = Mailbox
        fields = (
            "name",
            "email_address",
            "profile",
            "incoming_method",
            "outgoing_method",
            "act_method",
            "allow_credentials",
            "process_and_delete",
            "joining",
            "process_email_received_after",
            "statecode",
        )
        labels = {"statecode": _("State")}
        widgets = {
            "process_email_received_after": forms.DateTimeInput(
                format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}
            ),
        }
        help_texts = {
            "email_address": _("That of the user or queue. A new address has to be approved."),
            "act_method": _("Not processed yet; the choice is kept."),
            "process_and_delete": _(
                "Only what is recorded here is deleted, and nothing in the first week after the "
                "mailbox was enabled."
            ),
            "joining": _(
                "Of the email that this mailbox brings. What is not joined is proposed on the page "
                "of the email. Example: customers of one queue answer to whatever they find; only "
                "what is sure is joined there."
            ),
            "process_email_received_after": _(
                "No older mail is recorded. Empty: 24 hours before the mailbox is first enabled."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mailbox = self.instance
        if mailbox.is_forward_mailbox:
            self._only_receive()
            return
        del self.fields["name"]  # that of the user or queue
        if mailbox.systemuser_id is not None:
            del self.fields["process_and_delete"]
        no_outlook = {DeliveryMethod.OUTLOOK} if mailbox.queue_id is not None else set()
        leave_out(self, "incoming_method", no_outlook, but=mailbox.incoming_method)
        absent = {DeliveryMethod.FORWARD} | no_outlook
        leave_out(self, "outgoing_method", absent, but=mailbox.outgoing_method)

    def _only_receive(self) -> None:
        """A forward mailbox has no other choices, and its address is its own."""
        del self.fields["outgoing_method"], self.fields["act_method"]
        elsewhere = {DeliveryMethod.OUTLOOK, DeliveryMethod.FORWARD}
        leave_out(self, "incoming_method", elsewhere, but=self.instance.incoming_method)
        self.fields["email_address"].help_text = _(
            "Nobody's working address: users forward to it. A new address has to be approved."
        )


class ForwardMailboxForm(RecordForm[Mailbox]):
    """A new forward mailbox."""

    class Meta:
        model = Mailbox
        fields = ("name", "email_address", "profile")
        help_texts = {
            "email_address": _(
                "Nobody's working address: users forward to it. A new address has to be approved."
            ),
        }


BOTH = "both"


class CredentialForm(forms.Form):
    """User name and password of a mailbox, for one direction or both."""

    direction = forms.ChoiceField(
        label=_("For"),
        choices=[
            (BOTH, _("Incoming and outgoing email")),
            (Direction.INCOMING, _("Incoming email")),
            (Direction.OUTGOING, _("Outgoing email")),
        ],
    )
    username = forms.CharField(label=_("User name"), max_length=250)
    password = forms.CharField(
        label=_("Password"), strip=False, max_length=1000, widget=new_password()
    )

    def store(self, mailbox: Mailbox, by: str) -> Mailbox:
        """Keep them encrypted. Raises `ValidationError`, by field."""
        values = self.cleaned_data
        direction = None if values["direction"] == BOTH else Direction(values["direction"])
        secret = Secret(values["password"])
        return set_mailbox_password(mailbox, direction, values["username"], secret, by=by)


class ChosenForm(forms.Form):
    """The ticked rows of a list, and what is to be done with them."""

    chosen = forms.ModelMultipleChoiceField(
        Mailbox.objects.all(), error_messages={"required": _("Tick at least one mailbox.")}
    )
