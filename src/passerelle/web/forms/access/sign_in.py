"""Signing in: labels for Django's forms, which hold the checks."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import SignInAccount


class SignInForm(AuthenticationForm):
    """User name and password."""

    error_messages = {
        "invalid_login": _("This user name and this password do not belong together."),
        "inactive": _("This account is not active."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.label = _("User name")
        # Django's form tells the browser and does not check; the throttle stores what was tried.
        longest = self.username_field.max_length
        assert longest is not None
        username.validators = [*username.validators, MaxLengthValidator(longest)]
        self.fields["password"].label = _("Password")


def password_form(account: SignInAccount, data: Any = None) -> "SetPasswordForm[SignInAccount]":
    """For a new password; whoever has one already says it first."""
    form = PasswordChangeForm if account.has_usable_password() else SetPasswordForm
    return form(account, data)
