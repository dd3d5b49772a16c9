"""An alias, as a person writes it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models.aliases import ADDRESS_CHARS
from passerelle.crm.models.mail_addresses import AddressBox


class AliasForm(forms.Form):
    """Its address alone."""

    address = AddressBox(
        label=_("Email address"),
        max_length=ADDRESS_CHARS,
        help_text=_("An address whose email reaches the same mailbox."),
    )
