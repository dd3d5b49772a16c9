"""Composing, answering, and the reason for reading other people's mail."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import Participation, Priority
from passerelle.crm.services import Upload, Writer, Written, address_of
from passerelle.messages import clean, text_as_seen

ADDRESSES_CHARS = 50_000
TEXT_CHARS = 1_000_000
HTML_CHARS = 2_000_000
IMAGES = "image/png,image/jpeg,image/gif,image/webp"
MOMENT = "%Y-%m-%dT%H:%M"


def is_still_formatted(html: str, text: str, *, formatted: bool) -> bool:
    """Whether the formatted text counts: the editor wrote it, or nobody changed its plain text."""
    if formatted or not html:
        return bool(html)
    return clean(text).strip("\n") == text_as_seen(html).strip("\n")


def uploads_of(files: "Iterable[UploadedFile[bytes]]") -> list[Upload]:
    """What a browser sent, as the files of an email."""
    return [Upload(one.name or "", one.read()) for one in files]


class Files(forms.FileInput):
    """Several files in one box."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """The files that were chosen, as a list."""

    widget = Files(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        chosen = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in chosen if one]


class LetterForm(forms.Form):
    """An email. Addresses stand as in a mail program, between commas.

    The editor, where scripts run, writes `html` and says so by `formatted`. Without it the text
    area is what a person saw: `html` goes back as it came, and counts as long as its text does.
    """

    to = forms.CharField(label=_("To"), max_length=ADDRESSES_CHARS, required=False)
    cc = forms.CharField(label=_("Cc"), max_length=ADDRESSES_CHARS, required=False)
    bcc = forms.CharField(label=_("Bcc"), max_length=ADDRESSES_CHARS, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=800, required=False)
    text = forms.CharField(
        label=_("Text"),
        max_length=TEXT_CHARS,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "letter", "rows": 16}),
    )
    html = forms.CharField(max_length=HTML_CHARS, required=False, widget=forms.HiddenInput)
    formatted = forms.BooleanField(required=False, widget=forms.HiddenInput)
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=Priority.choices,
        coerce=lambda value: Priority(int(value)),
        required=False,
        initial=Priority.NORMAL,
    )
    send_after = forms.DateTimeField(
        label=_("Send later"),
        required=False,
        input_formats=[MOMENT],
        widget=forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"}),
    )
    delivery_receipt = forms.BooleanField(
        label=_("Ask for a delivery receipt"),
        required=False,
        help_text=_("The recipients’ servers tell when they have it, where all on the way can."),
    )
    read_receipt = forms.BooleanField(
        label=_("Ask for a read receipt"),
        required=False,
        help_text=_("Each recipient decides whether to tell that it was opened."),
    )
    new_files = FilesField(label=_("Attach files"), required=False, allow_empty_file=True)
    new_images = FilesField(
        label=_("Images for the text"),
        required=False,
        widget=Files(attrs={"multiple": True, "accept": IMAGES}),
        help_text=_("PNG, JPEG, GIF or WebP. They stand at the end, above a quotation."),
    )
    conflict = False  # the draft was changed in another window
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone_name()
        self.fields["send_after"].help_text = _("Time zone: %(zone)s. Empty: now.") % {"zone": zone}

    def written(self) -> Written:
        """What was typed, for the service."""
        values = self.cleaned_data
        later = values["send_after"]
        return Written(
            to=values["to"],
            cc=values["cc"],
            bcc=values["bcc"],
            subject=values["subject"],
            text=values["text"],
            html=values["html"] if self._is_formatted() else "",
            priority=Priority.NORMAL if values["priority"] == "" else values["priority"],
            send_after=later if later and later > timezone.now() else None,
            delivery_receipt=values["delivery_receipt"],
            read_receipt=values["read_receipt"],
        )

    def uploads(self, field: str) -> list[Upload]:
        """The files that were chosen in a box."""
        return uploads_of(self.cleaned_data[field])

    def _is_formatted(self) -> bool:
        values = self.cleaned_data
        return is_still_formatted(values["html"], values["text"], formatted=values["formatted"])


class NewLetterForm(LetterForm):
    """A new email: also from whom. Its key stands in the form, so that sent twice it is one."""

    field_order = ("sender", "to", "cc", "bcc", "subject", "text")
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


def letter_of(email: Email) -> dict[str, Any]:
    """A draft as the form shows it."""
    typed: dict[int, list[str]] = {role: [] for role in Participation}
    for party in email.parties.order_by("position"):
        typed[party.participation].append(party.address_used)
    return {
        "to": ", ".join(typed[Participation.TO]),
        "cc": ", ".join(typed[Participation.CC]),
        "bcc": ", ".join(typed[Participation.BCC]),
        "subject": email.subject,
        "text": email.description,
        "html": email.html,
        "priority": email.priority,
        "send_after": email.send_after,
        "delivery_receipt": email.delivery_receipt_requested,
        "read_receipt": email.read_receipt_requested,
        "revision": email.revision,
    }


class ReasonForm(forms.Form):
    """Why an administrator reads an email of other people."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
