"""The wizard: three named boxes, the answers to what is asked, Yes or No a profile."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.alerts.services import render_raised
from passerelle.router.services import AskedQuestion, Box, ProfileReview, Refusal, RouterFile

FOLDER = "Program Files\\Microsoft CRM Email\\Service"


class FilesForm(forms.Form):
    """The three files of one router, in the order in which the original page names them."""

    agent = forms.FileField(label=Box.AGENT.value, allow_empty_file=True)
    state = forms.FileField(label=Box.STATE.value, allow_empty_file=True)
    key = forms.FileField(
        label=Box.KEY.value,
        allow_empty_file=True,
        help_text=_("This file is hidden: let the Explorer show hidden items."),
    )
    stopped = forms.BooleanField(label=_("The router's service was stopped before I copied them."))

    def router_files(self) -> Mapping[Box, RouterFile]:
        """What was uploaded, not yet read."""
        return {
            box: RouterFile(name=upload.name or "", content=upload.file)
            for box in Box
            if (upload := self.cleaned_data[_name_of(box)]) is not None
        }

    def refuse(self, refusal: Refusal) -> None:
        """Say beside each box what is wrong with its file."""
        for box, fault in refusal.faults.items():
            told = render_raised(fault)
            self.add_error(_name_of(box), f"{told.cause} {told.remedy}")


def _name_of(box: Box) -> str:
    return box.name.lower()


class AnswersForm(forms.Form):
    """A choice for each value of the files that nobody knows."""

    def __init__(self, questions: Sequence[AskedQuestion], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._keys = {f"q{number}": one.key for number, one in enumerate(questions)}
        for number, one in enumerate(questions):
            self.fields[f"q{number}"] = forms.ChoiceField(
                label=f"{one.text} {one.value}",
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
