"""The forms of an import: kind and file, which column is which, how the file is to be read."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from passerelle.importing import services as importing
from passerelle.importing.services import Choices, Import, Preview
from passerelle.tables import DELIMITERS, ENCODINGS, DateOrder, Layout

PAGE_MB = 60  # of a file that a page takes; the command takes more
PAGE_BYTES = PAGE_MB * 1024 * 1024

ENCODING_NAMES = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
}
DELIMITER_NAMES = {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab")}


class TableForm(forms.Form):
    """What the table holds, and the table."""

    kind = forms.ChoiceField(label=_("What the rows are"), choices=importing.kinds)
    file = forms.FileField(label=_("CSV file"), allow_empty_file=True)

    def clean_file(self) -> "UploadedFile[Any]":
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > PAGE_BYTES:
            raise forms.ValidationError(
                _("A file above %(limit)s MB is brought by the command: passerelle import."),
                params={"limit": PAGE_MB},
            )
        return upload


class LayoutForm(forms.Form):
    """How the text of the file is to be read, where it was not recognised."""

    encoding = forms.ChoiceField(
        label=_("Encoding"), choices=[(name, ENCODING_NAMES[name]) for name in ENCODINGS]
    )
    delimiter = forms.ChoiceField(
        label=_("Delimiter"),
        choices=[(mark, DELIMITER_NAMES[mark]) for mark in DELIMITERS],
    )

    def layout(self) -> Layout:
        """The choice of a valid form."""
        values = self.cleaned_data
        return Layout(values["encoding"], values["delimiter"])


class ColumnsForm(forms.Form):
    """A field, or none, for each heading; how dates are written, where the kind has any."""

    def __init__(self, found: Import, shown: Preview, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found = found
        self._shown = shown
        fields = [("", _("Leave out")), *importing.fields_of(found.kind)]
        for number, column in enumerate(shown.columns):
            self.fields[f"c{number}"] = forms.ChoiceField(
                label=column.heading or _("Without a heading"),
                choices=fields,
                initial=column.field,
                required=False,
            )
        if importing.has_dates(found.kind):
            self._add_dates(found)

    def _add_dates(self, found: Import) -> None:
        self.fields["date_order"] = forms.ChoiceField(
            label=_("Dates"),
            choices=[
                (DateOrder.DAY_FIRST.value, _("Day first: 25/11/2026")),
                (DateOrder.MONTH_FIRST.value, _("Month first: 11/25/2026")),
            ],
            initial=found.date_order,
        )
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone of the file"),
            choices=[(zone, zone) for zone in sorted(available_timezones())],
            initial=found.time_zone,
        )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        chosen = [values.get(name) for name in self._names()]
        for name in self._names():
            if values.get(name) and chosen.count(values[name]) > 1:
                self.add_error(name, _("Two columns are for this field; leave one out."))
        return values

    def rows(self) -> list[tuple[Any, Sequence[str]]]:
        """Each column's box with some of its cells."""
        columns = zip(self._names(), self._shown.columns, strict=True)
        return [(self[name], column.sample) for name, column in columns]

    def dates(self) -> list[Any]:
        """The boxes about dates, where there are any."""
        return [self[name] for name in ("date_order", "time_zone") if name in self.fields]

    def choices(self) -> Choices:
        """The choices of a valid form."""
        values = self.cleaned_data
        return Choices(
            columns=[values[name] for name in self._names()],
            date_order=DateOrder(values.get("date_order", self._found.date_order)),
            time_zone=values.get("time_zone", self._found.time_zone),
        )

    def _names(self) -> list[str]:
        return [f"c{number}" for number in range(len(self._shown.columns))]
