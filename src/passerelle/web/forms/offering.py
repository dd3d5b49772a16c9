"""Choices that this version offers: what cannot run yet is shown only where it stands already."""

from collections.abc import Collection
from typing import Any

from django.forms import BaseForm, TypedChoiceField


def leave_out(form: BaseForm, name: str, absent: Collection[Any], *, but: Any) -> None:
    """Take choices out of a field, except the one that the record has now."""
    field = form.fields[name]
    assert isinstance(field, TypedChoiceField)
    choices: list[tuple[Any, Any]] = list(field.choices)  # type: ignore[arg-type]
    field.choices = [
        choice for choice in choices if choice[0] == but or choice[0] not in {*absent, ""}
    ]
