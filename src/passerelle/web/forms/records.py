"""A form of one model, whose type says which: Django's own cannot be subscripted when it runs."""

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from django.forms import ModelForm as RecordForm
else:

    class RecordForm(forms.ModelForm):
        """`RecordForm[Model]` is `ModelForm` to Django and `ModelForm[Model]` to the checker."""

        def __class_getitem__(cls, model: Any) -> type["RecordForm"]:
            return cls


__all__ = ["RecordForm"]
