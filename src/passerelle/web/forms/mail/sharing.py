"""How much of an email others see: of the organization, of a user or queue, of oneself."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import Organization, SystemUser
from passerelle.crm.models.people import SharedLevel
from passerelle.crm.sharing import allowed_level
from passerelle.web.forms.records import RecordForm

_Choices = list[tuple[str | int, str | Promise]]


def read_level(value: Any) -> SharedLevel:
    """The level that a form names. Raises `ValueError`."""
    return SharedLevel(int(value))


def level_field(label: Any, help_text: Any) -> forms.TypedChoiceField:
    """The level of a user or queue; None: as the organization."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        coerce=read_level,
        empty_value=None,
        choices=[("", _("As the organization")), *SharedLevel.choices],
    )


class LevelForm(forms.Form):
    """The level of one user or queue, on its page."""

    level = level_field(_("Set for this record"), "")


def own_levels(user: SystemUser) -> _Choices:
    """What a user may choose for their own email: what holds without it, and what is stricter."""
    allowed = allowed_level(user)
    usual: _Choices = [
        ("", format_lazy(_("As the administrator says: {level}"), level=allowed.label))
    ]
    own = user.own_shared_level
    offered = (level for level in SharedLevel if level < allowed or level == own)
    return [*usual, *((level.value, level.label) for level in offered)]


class SharingForm(RecordForm[Organization]):
    """What others see where nothing else is said."""

    shared_level = forms.TypedChoiceField(
        label=_("Others see"),
        choices=SharedLevel.choices,
        coerce=read_level,
        help_text=_("Of email with a customer, where a user or queue has no level of its own."),
    )

    class Meta:
        model = Organization
        fields = ("shared_level",)
