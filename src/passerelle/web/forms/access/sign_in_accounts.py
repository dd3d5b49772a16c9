"""Sign-in accounts: a name, a role, and which user it is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import SignInAccount, SystemUser
from passerelle.crm.models.people import Role
from passerelle.web.forms.records import RecordForm


class UserByAddress(forms.CharField):
    """A user named by the email address, as no list of thousands can be chosen from."""

    def __init__(self) -> None:
        super().__init__(
            label=_("User"),
            required=False,
            max_length=100,
            help_text=_("The user's email address. Empty: the account is no user."),
            widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        )

    def clean(self, value: Any) -> SystemUser | None:
        text = super().clean(value)
        if not text:
            return None
        found = list(SystemUser.objects.filter(internal_email_address__iexact=text)[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("No user, or more than one, has this address."))
        return found[0]


class NewAccountForm(forms.Form):
    """A new account."""

    username = forms.CharField(label=_("User name"), max_length=150)
    role = forms.TypedChoiceField(
        label=_("Role"), choices=Role.choices, coerce=Role, initial=Role.USER
    )
    systemuser = UserByAddress()


class AccountChangeForm(RecordForm[SignInAccount]):
    """What may change of an account; its name stays."""

    role = forms.TypedChoiceField(label=_("Role"), choices=Role.choices, coerce=Role)
    systemuser = UserByAddress()

    class Meta:
        model = SignInAccount
        fields = ("role", "is_active", "may_read_all")
        help_texts = {
            "may_read_all": _(
                "Headers and subjects of everybody’s email, as an administrator sees them. A text "
                "is shown for an hour after a reason, which the audit keeps."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.instance.systemuser
        self.initial["systemuser"] = user.internal_email_address if user else ""
