"""The choices of a merge: of each field in which two records differ, whose value stays."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import pgettext_lazy

from passerelle.crm.merging import Difference

OURS, THEIRS = "master", "other"


class MergeForm(forms.Form):
    """Which other record, as it was shown, and a choice a field."""

    other = forms.UUIDField(widget=forms.HiddenInput)
    mark = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, model: type[Model], differences: Sequence[Difference], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._names = [one.name for one in differences]
        for one in differences:
            column = model._meta.get_field(one.name)
            label = getattr(column, "verbose_name", one.name)
            nothing = pgettext_lazy("no profile", "None")
            self.fields[one.name] = forms.ChoiceField(
                label=label,
                choices=[(OURS, one.ours or nothing), (THEIRS, one.theirs)],
                initial=THEIRS if one.fills else OURS,
                widget=forms.RadioSelect,
            )

    @property
    def choices(self) -> list[forms.BoundField]:
        """The fields in which the records differ."""
        return [self[name] for name in self._names]

    @property
    def taken(self) -> frozenset[str]:
        """The fields whose value is to be the other's."""
        return frozenset(name for name in self._names if self.cleaned_data[name] == THEIRS)
