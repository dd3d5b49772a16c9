"""From a form to a service and back: what the service refuses stands beside the field."""

from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm

T = TypeVar("T")


def saved(form: BaseForm, save: Callable[[], T]) -> T | None:
    """What `save` made of a valid form; None when it refused, and the form then says why."""
    try:
        return save()
    except ValidationError as error:
        put_errors(form, error)
        return None


def accepted(form: BaseForm, save: Callable[[], object]) -> bool:
    """Whether `save` took what a valid form holds; when it refused the form says why."""
    try:
        save()
    except ValidationError as error:
        put_errors(form, error)
        return False
    return True


def put_errors(form: BaseForm, error: ValidationError) -> None:
    """Put each error beside its field, and those of fields that the form lacks above it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        known = name in form.fields and name != NON_FIELD_ERRORS
        form.add_error(name if known else None, errors)
