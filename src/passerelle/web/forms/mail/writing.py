"""Signatures and templates, a user's own options, and the choice of one for a draft."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import EmailSignature, EmailTemplate
from passerelle.crm.services import Upload, Worded, Words
from passerelle.messages import clean, text_as_seen, text_to_html, with_images, written_text
from passerelle.web.forms.mail.emails import (
    HTML_CHARS,
    IMAGES,
    TEXT_CHARS,
    Files,
    FilesField,
    is_still_formatted,
    uploads_of,
)

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


class WordingForm(forms.Form):
    """A signature or a template: a title, and its text in each language."""

    title = forms.CharField(label=_("Title"), max_length=200)
    shared = forms.BooleanField(label=_("For everybody"), required=False)

    def __init__(self, *args: Any, with_subject: bool, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._with_subject = with_subject
        if not may_share:
            del self.fields["shared"]
        for language in LANGUAGES:
            if with_subject:
                self.fields[f"{language}_subject"] = forms.CharField(
                    label=_("Subject"),
                    max_length=800,
                    required=False,
                    widget=forms.TextInput(attrs={"lang": language}),
                )
            self.fields[f"{language}_text"] = forms.CharField(
                label=_("Text"),
                max_length=TEXT_CHARS,
                required=False,
                strip=False,
                widget=forms.Textarea(attrs={"class": "letter", "rows": 8, "lang": language}),
            )
            self.fields[f"{language}_html"] = forms.CharField(
                max_length=HTML_CHARS, required=False, widget=forms.HiddenInput
            )
            self.fields[f"{language}_formatted"] = forms.BooleanField(
                required=False, widget=forms.HiddenInput
            )
            self.fields[f"{language}_images"] = FilesField(
                label=_("Images for the text"),
                required=False,
                widget=Files(attrs={"multiple": True, "accept": IMAGES}),
                help_text=_("PNG, JPEG, GIF or WebP. They stand at the end of the text."),
            )

    def uploads(self) -> Mapping[str, list[Upload]]:
        """The images that were chosen without an editor, by language."""
        chosen = {one: uploads_of(self.cleaned_data[f"{one}_images"]) for one in LANGUAGES}
        return {language: uploads for language, uploads in chosen.items() if uploads}

    def with_images(self, language: str, images: Iterable[tuple[str, str]]) -> dict[str, str]:
        """The boxes of a language with images, Content-ID and name, below what was typed."""
        html = with_images(self._words(language).html, images)
        return {
            f"{language}_html": html,
            f"{language}_text": text_as_seen(html),
            f"{language}_formatted": "on",
        }

    def words(self) -> Mapping[str, Words]:
        """What was typed, by language."""
        return {language: self._words(language) for language in LANGUAGES}

    def sections(self) -> Iterable[tuple[str, str, dict[str, Any]]]:
        """Each language with its boxes."""
        for code, name in settings.LANGUAGES:
            boxes = {
                box: self[f"{code}_{box}"]
                for box in ("subject", "text", "html", "formatted", "images")
                if f"{code}_{box}" in self.fields
            }
            yield code, name, boxes

    def _words(self, language: str) -> Words:
        values = self.cleaned_data
        html, text = values[f"{language}_html"], values[f"{language}_text"]
        formatted = values[f"{language}_formatted"]
        if not is_still_formatted(html, text, formatted=formatted):
            html = text_to_html(clean(text)) if text.strip() else ""
        return Words(html, values.get(f"{language}_subject", ""))


def typed_of(record: Worded) -> dict[str, Any]:
    """A signature or template as its form shows it."""
    typed: dict[str, Any] = {"title": record.title, "shared": record.owner_id is None}
    for one in record.wordings.all():
        typed[f"{one.language}_subject"] = one.subject
        typed[f"{one.language}_html"] = one.html
        typed[f"{one.language}_text"] = written_text(one.html)
    return typed


class DefaultSignatureForm(forms.Form):
    """Which signature stands below what a user or a queue writes."""

    signature = forms.ModelChoiceField(
        label=_("Signature"),
        queryset=EmailSignature.objects.none(),
        required=False,
        empty_label=_("None"),
    )

    def __init__(self, signatures: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["signature"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = signatures


class OwnOptionsForm(DefaultSignatureForm):
    """A user's own: the signature, and whether others may send in their name."""

    allows_on_behalf = forms.BooleanField(
        label=_("Others may send email on my behalf"),
        required=False,
        help_text=_("Only those to whom an administrator gave the right, too."),
    )


def offered_wordings(
    signatures: Iterable[EmailSignature], templates: Iterable[EmailTemplate]
) -> list[tuple[Any, list[tuple[str, str]]]]:
    """What may be put into a draft, grouped, one entry a language."""
    groups = ((_("Templates"), "template", templates), (_("Signatures"), "signature", signatures))
    names = dict(settings.LANGUAGES)
    return [
        (label, [
            (f"{kind}:{record.pk}:{one.language}", f"{record} ({names[one.language]})")
            for record in records
            for one in record.wordings.all()
        ])
        for label, kind, records in groups
    ]  # fmt: skip
