"""Composing, answering, and the reason for reading other people's mail."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import Email
from passerelle.crm.models.emails import Participation
from passerelle.crm.services import Written, address_of
from passerelle.web.writing import Writer

ADDRESSES_CHARS = 50_000
TEXT_CHARS = 1_000_000


class LetterForm(forms.Form):
    """An email as plain text. Addresses stand as in a mail program, between commas."""

    to = forms.CharField(label=_("To"), max_length=ADDRESSES_CHARS)
    cc = forms.CharField(label=_("Cc"), max_length=ADDRESSES_CHARS, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=800, required=False)
    text = forms.CharField(
        label=_("Text"),
        max_length=TEXT_CHARS,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "letter", "rows": 16}),
    )

    def written(self) -> Written:
        """What was typed, for the service."""
        values = self.cleaned_data
        return Written(
            to=values["to"], cc=values["cc"], subject=values["subject"], text=values["text"]
        )


class NewLetterForm(LetterForm):
    """A new email: also from whom. Its key stands in the form, so that sent twice it is one."""

    field_order = ("sender", "to", "cc", "subject", "text")
    guid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, writers: Sequence[Writer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._writers = {str(writer.pk): writer for writer in writers}
        self.fields["sender"] = forms.ChoiceField(
            label=_("From"),
            choices=[(key, f"{one} <{address_of(one)}>") for key, one in self._writers.items()],
        )
        self.order_fields(self.field_order)

    def sender(self) -> Writer:
        """The user or queue that was chosen."""
        return self._writers[self.cleaned_data["sender"]]


def letter_of(email: Email) -> dict[str, str]:
    """A draft as the form shows it."""
    typed = {
        role: ", ".join(party.address_used for party in email.parties.filter(participation=role))
        for role in (Participation.TO, Participation.CC)
    }
    return {
        "to": typed[Participation.TO],
        "cc": typed[Participation.CC],
        "subject": email.subject,
        "text": email.description,
    }


class ReasonForm(forms.Form):
    """Why an administrator reads an email of other people."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
