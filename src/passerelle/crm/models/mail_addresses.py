"""A column for an email address, also with other letters than ASCII before its @ (RFC 6531).

Django's own takes those behind the @ alone; so do browsers in a box of the type for addresses.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, validate_email
from django.db import models

from passerelle.messages import parse_address

if TYPE_CHECKING:
    Column = models.EmailField[str, str]
else:
    Column = models.EmailField


def validate_address(text: str) -> None:
    """Refuse what is no single address without a name. Raises `ValidationError`."""
    local, _at, domain = text.rpartition("@")
    if local.isascii():
        validate_email(text)
        return
    found = parse_address(text)
    if found is None or found.name or found.address.rpartition("@")[0] != local:
        raise ValidationError(EmailValidator.message, code="invalid", params={"value": text})
    validate_email(f"a@{domain}")


class AddressBox(forms.EmailField):
    """Such an address, as a person writes it."""

    widget = forms.TextInput(attrs={"inputmode": "email", "autocapitalize": "none"})
    default_validators = [validate_address]


class AddressField(Column):
    """To the database, and to migrations, the same as Django's."""

    default_validators = [validate_address]

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": AddressBox, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs
