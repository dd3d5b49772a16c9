"""What a person changes on the review: mapped values of a profile, and of one user or queue."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from passerelle.alerts.services import told_in_line
from passerelle.faults import Fault, Secret
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.router.services import (
    Direction,
    Migration,
    MigrationProfile,
    ReviewRow,
    bring_profile_credential,
    change_profile,
    mapped_values,
    ways_of,
)
from passerelle.web.forms.mailboxes.profiles import new_password

MOST_BYTES = 16 * 1024 * 1024
COLUMNS = ("protocol", "location", "port", "security", "credential_retrieval")
LABELS: Mapping[Direction, Any] = {
    Direction.INCOMING: _("Incoming"),
    Direction.OUTGOING: _("Outgoing"),
}


class MappedProfileForm(forms.Form):
    """The values that a proposed profile would get, direction by direction."""

    name = forms.CharField(label=_("Name"), max_length=100)

    def __init__(self, row: MigrationProfile, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={**mapped_values(row), "name": row.name})
        self._row = row
        for way in ways_of(row):
            for column in COLUMNS:
                name = f"{way.value}_{column}"
                field = EmailServerProfile._meta.get_field(name).formfield()  # type: ignore[union-attr]
                assert field is not None
                field.required = column not in {"location", "port"}
                self.fields[name] = field
            self.fields[f"{way.value}_username"] = forms.CharField(
                label=_("User name"), max_length=250, required=False
            )

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields of each direction under its name."""
        return [
            (LABELS[way], [self[name] for name in self.fields if name.startswith(way.value)])
            for way in ways_of(self._row)
        ]

    def store(self) -> None:
        """Keep what differs from the mapping. Raises `ValidationError`, by field."""
        given = dict(self.cleaned_data)
        name = given.pop("name")
        values = {
            column: (value or 0) if column.endswith("_port") else _plain(value)
            for column, value in given.items()
        }
        change_profile(self._row, name, values)


class TableForm(forms.Form):
    """A table in a file, which is read and not kept."""

    table = forms.FileField(label=_("CSV file"))

    def clean_table(self) -> "UploadedFile[Any]":
        upload: UploadedFile[Any] = self.cleaned_data["table"]
        if (upload.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 16 MB."))
        return upload


class CredentialsForm(TableForm):
    """A table of passwords."""

    table = forms.FileField(
        label=_("CSV file"),
        help_text=_("Columns: address, user name, password, in English or French. 16 MB at most."),
    )


class DecisionsForm(TableForm):
    """The table of decisions, filled in."""

    table = forms.FileField(
        label=_("CSV file"),
        help_text=_("Columns: kind, identifier, field, value. 16 MB at most."),
    )


class ProfilePasswordsForm(forms.Form):
    """User name and password of each direction that a chosen profile signs in for itself."""

    def __init__(self, rows: Sequence[MigrationProfile], data: QueryDict | None = None) -> None:
        super().__init__(data)
        self._asked = [
            (row, way, username)
            for row in rows
            if row.chosen
            for way, username in row.review["passwords"]
        ]
        for number, (_row, _way, username) in enumerate(self._asked):
            self.fields[f"username{number}"] = forms.CharField(
                label=_("User name"), max_length=250, required=False, initial=username
            )
            self.fields[f"password{number}"] = forms.CharField(
                label=_("Password"),
                strip=False,
                max_length=1000,
                required=False,
                widget=new_password(),
            )

    def sections(self) -> list[tuple[str, Any, forms.BoundField, forms.BoundField]]:
        """Profile, direction and the two boxes."""
        return [
            (row.name, LABELS[Direction(way)], self[f"username{n}"], self[f"password{n}"])
            for n, (row, way, _username) in enumerate(self._asked)
        ]

    def store(self, migration: Migration) -> int:
        """Keep those that were given, encrypted; how many. Raises `ValidationError`."""
        given = 0
        for number, (row, way, _username) in enumerate(self._asked):
            if password := self.cleaned_data[f"password{number}"]:
                username = self.cleaned_data[f"username{number}"]
                bring_profile_credential(migration, row.key, way, username, Secret(password))
                given += 1
        return given


class PersonForm(forms.Form):
    """Whom a recipient is, from when it is read, and with which accounts."""

    match = forms.CharField(
        label=_("Match with the user or queue"),
        max_length=320,
        required=False,
        help_text=_("Its email address, or its whole name."),
    )
    start = forms.DateTimeField(
        label=_("Process email from"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("Empty: 24 hours before the mailbox is first enabled."),
    )
    incoming_username = forms.CharField(
        label=_("User name, incoming"), max_length=250, required=False
    )
    outgoing_username = forms.CharField(
        label=_("User name, outgoing"), max_length=250, required=False
    )

    def __init__(self, row: ReviewRow, data: QueryDict | None = None) -> None:
        names = ("start", "incoming_username", "outgoing_username")
        super().__init__(data, initial={name: getattr(row, name) for name in names})
        if row.kind == "account":
            for name in names:
                del self.fields[name]

    def refuse(self, fault: Fault) -> None:
        """Say why the match was not taken."""
        self.add_error("match", told_in_line(fault))

    def changed(self) -> dict[str, Any]:
        """The mapped values that were given otherwise."""
        return {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name != "match" and self.cleaned_data[name]
        }


def _plain(value: Any) -> Any:
    """Numbers of choices as they are compared and kept; texts stripped."""
    text = str(value).strip()
    return int(text) if text.isdigit() else text
