"""What a person sets of their own mailbox."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.access.services import save_own_options, save_own_password
from passerelle.crm.models import SignInAccount
from passerelle.crm.models.people import FilteringMethod
from passerelle.faults import Secret
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.services import forced_option, own_options, tracking_rules
from passerelle.web.forms.directory.creating import creating_field
from passerelle.web.forms.mail.sharing import own_levels, read_level
from passerelle.web.forms.mailboxes.mailbox import BOTH, CredentialForm


class MyOptionsForm(forms.Form):
    """The consent, which mail is tracked, and how much of it others see."""

    allow_credentials = forms.BooleanField(
        label=_("Allow Passerelle to use my credentials"),
        required=False,
        help_text=_("Without it no server is signed in to with them."),
    )
    filtering = forms.TypedChoiceField(
        label=_("Track"),
        coerce=lambda value: FilteringMethod(int(value)),
        help_text=_("Mail that is not tracked stays in the mailbox and becomes no record."),
    )
    shared = forms.TypedChoiceField(
        label=_("Others see"),
        required=False,
        coerce=read_level,
        empty_value=None,
        help_text=_(
            "What colleagues see of your email with a customer, on the customer’s page. Of an "
            "email of several people the strictest choice counts."
        ),
    )

    def __init__(self, data: Any = None, *, mailbox: Mailbox) -> None:
        user, rules = mailbox.systemuser, tracking_rules()
        assert user is not None  # one's own
        initial = {
            "allow_credentials": mailbox.allow_credentials,
            "filtering": user.incoming_email_filtering_method,
            "shared": "" if user.own_shared_level is None else user.own_shared_level,
        }
        super().__init__(data, initial=initial)
        shared = self.fields["shared"]
        assert isinstance(shared, forms.TypedChoiceField)
        shared.choices = own_levels(user)
        self.offered = own_options(rules, user)
        self.forced = forced_option(rules)
        self.counts = user.get_incoming_email_filtering_method_display()
        if self.offered:
            filtering = self.fields["filtering"]
            assert isinstance(filtering, forms.TypedChoiceField)
            filtering.choices = [(one.value, one.label) for one in self.offered]
        else:
            del self.fields["filtering"]
        if rules.create_by_choice:
            self.fields["creates"] = creating_field()
            self.initial["creates"] = user.create_automatically

    def store_for(self, account: SignInAccount) -> None:
        """Keep them. Raises `ValidationError`."""
        values = self.cleaned_data
        save_own_options(
            account,
            allow_credentials=values["allow_credentials"],
            filtering=values.get("filtering"),
            shared=values["shared"],
            creates=values.get("creates"),
        )


class MyCredentialForm(CredentialForm):
    """User name and password of one's own mailbox."""

    def store_for(self, account: SignInAccount) -> None:
        """Keep them encrypted. Raises `ValidationError`, by field."""
        values = self.cleaned_data
        direction = None if values["direction"] == BOTH else Direction(values["direction"])
        save_own_password(account, direction, values["username"], Secret(values["password"]))
