"""The choice of what is created for unknown senders, as users, queues and oneself have it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models.people import CreateAutomatically


def creating_field() -> forms.TypedChoiceField:
    """A field of its own for each form."""
    return forms.TypedChoiceField(
        label=_("Create for unknown senders"),
        choices=CreateAutomatically.choices,
        coerce=lambda value: CreateAutomatically(int(value)),
        initial=CreateAutomatically.AS_ORGANIZATION,
        required=False,
        empty_value=CreateAutomatically.AS_ORGANIZATION,  # type: ignore[arg-type]
        help_text=_("Of tracked email only, and only where the organization leaves the choice."),
    )
