"""The wizard: three named boxes a router, the answers to what is asked, Yes or No a profile."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.alerts.services import told_in_line
from passerelle.faults.router import RouterFault
from passerelle.router.services import (
    ROUTERS,
    TABLE_BYTES,
    AskedQuestion,
    Box,
    ProfileReview,
    Refusal,
    RouterFile,
    parse_names,
)
from passerelle.web.forms.migrating.review import TableForm

FOLDER = "Program Files\\Microsoft CRM Email\\Service"


class FilesForm(forms.Form):
    """The three files of up to four routers, in the order in which the original page names them.

    The first router's are required; of another one all three or none.
    """

    stopped = forms.BooleanField(label=_("The routers were stopped before I copied their files."))

    names = forms.FileField(
        label=_("Table of element names"),
        required=False,
        help_text=_("Only where your routers write names that the shipped table does not know."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stopped"].required = "copy" not in self.data
        for router in range(1, ROUTERS + 1):
            for box in Box:
                self.fields[_name_of(box, router)] = forms.FileField(
                    label=box.value,
                    allow_empty_file=True,
                    required=router == 1,
                    help_text=_("This file is hidden: let the Explorer show hidden items.")
                    if box is Box.STATE
                    else "",
                )

    def routers(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The boxes of each router."""
        return [
            (router, [self[_name_of(box, router)] for box in Box])
            for router in range(1, ROUTERS + 1)
        ]

    def opened(self) -> bool:
        """Whether the boxes of more routers are to be seen at once, as something stands there."""
        return any(name[-1].isdigit() for name in (*self.errors, *self.files))

    def clean(self) -> dict[str, Any]:
        for router in range(2, ROUTERS + 1):
            names = [_name_of(box, router) for box in Box]
            given = [name for name in names if self.cleaned_data.get(name) is not None]
            for name in set(names) - set(given) if given else ():
                self.add_error(name, _("Give all three files of this router, or none."))
        return self.cleaned_data

    def clean_names(self) -> bytes | None:
        upload = self.cleaned_data["names"]
        if upload is None:
            return None
        table: bytes = upload.read(TABLE_BYTES + 1)
        try:
            parse_names(table)
        except RouterFault as fault:
            raise forms.ValidationError(told_in_line(fault)) from fault
        return table

    def router_files(self) -> list[Mapping[Box, RouterFile]]:
        """What was uploaded, not yet read, router by router."""
        found = (self._files_of(router) for router in range(1, ROUTERS + 1))
        return [files for files in found if files]

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Say beside each box what is wrong with its file."""
        given = [router for router in range(1, ROUTERS + 1) if self._files_of(router)]
        for router, refusal in zip(given, refusals, strict=True):
            for box, fault in refusal.faults.items():
                self.add_error(_name_of(box, router), told_in_line(fault))

    def _files_of(self, router: int) -> dict[Box, RouterFile]:
        return {
            box: RouterFile(name=upload.name or "", content=upload.file)
            for box in Box
            if (upload := self.cleaned_data.get(_name_of(box, router))) is not None
        }


def _name_of(box: Box, router: int) -> str:
    """The first router's boxes are called as they always were."""
    return box.name.lower() if router == 1 else f"{box.name.lower()}{router}"


class RecipientsForm(TableForm):
    """The table of profiles and recipients, and the word that the routers were stopped."""

    table = forms.FileField(
        label=_("CSV file"),
        help_text=_("Columns: kind, name, server_type, profile and others. 16 MB at most."),
    )
    stopped = forms.BooleanField(
        label=_("The routers were stopped before I wrote down until when they read.")
    )


class AnswersForm(forms.Form):
    """A choice for each value of the files that nobody knows."""

    def __init__(self, questions: Sequence[AskedQuestion], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._keys = {f"q{number}": one.key for number, one in enumerate(questions)}
        for number, one in enumerate(questions):
            self.fields[f"q{number}"] = forms.ChoiceField(
                label=f"{one.text} {one.value} ({one.count})",
                choices=[("", _("Not answered")), *one.choices],
                initial=one.answer,
                required=False,
            )

    def answers(self) -> dict[str, str]:
        """Question key → choice; an empty one takes an answer back."""
        return {key: self.cleaned_data[name] for name, key in self._keys.items()}


class ProfilesForm(forms.Form):
    """*Migrate Server Profile*: Yes or No, and what may be overwritten."""

    def __init__(self, profiles: Sequence[ProfileReview], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._profiles = profiles
        for one in profiles:
            if one.migrates:
                self.fields[f"migrate-{one.key}"] = forms.TypedChoiceField(
                    label=_("Migrate Server Profile"),
                    choices=[("yes", _("Yes")), ("no", _("No"))],
                    coerce=lambda value: value == "yes",
                    initial="yes" if one.chosen else "no",
                    widget=forms.RadioSelect,
                )
            if one.conflict_text:
                self.fields[f"confirm-{one.key}"] = forms.BooleanField(
                    label=_("The router's values replace it."),
                    required=False,
                    initial=one.confirmed,
                )

    def rows(self) -> list[tuple[ProfileReview, Any, Any]]:
        """Each profile with its fields, where it has them."""
        return [
            (
                one,
                self[f"migrate-{one.key}"] if f"migrate-{one.key}" in self.fields else None,
                self[f"confirm-{one.key}"] if f"confirm-{one.key}" in self.fields else None,
            )
            for one in self._profiles
        ]

    def chosen(self) -> dict[str, bool]:
        return self._given("migrate-")

    def confirmed(self) -> dict[str, bool]:
        return self._given("confirm-")

    def _given(self, prefix: str) -> dict[str, bool]:
        return {
            name.removeprefix(prefix): bool(value)
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix)
        }
