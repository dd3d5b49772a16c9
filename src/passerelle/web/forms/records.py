"""A form of one model, whose type says which: Django's own cannot be subscripted when it runs."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import BLANK_CHOICE_DASH
from django.utils.translation import pgettext_lazy

DASHES = BLANK_CHOICE_DASH[0][1]  # what Django shows where a field has no label of its own

if TYPE_CHECKING:
    from django.forms import ModelForm as RecordForm
else:

    class RecordForm(forms.ModelForm):
        """`RecordForm[Model]` is `ModelForm` to Django and `ModelForm[Model]` to the checker."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for field in self.fields.values():
                if isinstance(field, forms.ModelChoiceField) and field.empty_label == DASHES:
                    field.empty_label = pgettext_lazy("no profile", "None")

        def __class_getitem__(cls, model: Any) -> type["RecordForm"]:
            return cls


__all__ = ["RecordForm"]
