"""The provider of identities: where it is, whom it lets in, and a secret that is only written."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passerelle.access.models import OpenIdProvider
from passerelle.access.services import group_roles, save_openid_provider
from passerelle.crm.models.people import Role
from passerelle.faults import Secret
from passerelle.web.forms.mailboxes.profiles import new_password
from passerelle.web.forms.records import RecordForm

ROLES = {"administrators": Role.ADMINISTRATOR, "operators": Role.OPERATOR, "users": Role.USER}
GROUPS_CHARS = 20_000


def groups_box(label: Any) -> forms.CharField:
    """One group a line."""
    box = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
    return forms.CharField(label=label, required=False, max_length=GROUPS_CHARS, widget=box)


class SingleSignOnForm(RecordForm[OpenIdProvider]):
    """OpenID Connect."""

    secret = forms.CharField(
        label=_("Client secret"),
        strip=False,
        max_length=1000,
        required=False,
        widget=new_password(),
        help_text=_("Empty: a public client."),
    )
    administrators = groups_box(_("Administrators"))
    operators = groups_box(_("Mailbox operators"))
    users = groups_box(_("Users"))

    class Meta:
        model = OpenIdProvider
        fields = (
            "enabled",
            "label",
            "issuer",
            "client_id",
            "scopes",
            "group_claim",
            "reading_group",
            "creates_accounts",
            "matches_email",
            "local_sign_in",
        )
        help_texts = {
            "issuer": _("As https://sso.example.com/realms/company, exactly as it says itself."),
            "label": _("What people call it."),
            "matches_email": _(
                "At the first sign-in; afterwards issuer and subject alone say who it is."
            ),
            "reading_group": _(
                "Its members see the headers of everybody’s email, and read a text after giving a "
                "reason. Decided at each sign-in, both ways; empty: given on the account alone."
            ),
            "local_sign_in": _("Administrators can always, for the day the provider is away."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = group_roles()
        for box, role in ROLES.items():
            named = [group for group, of_group in roles.items() if of_group == role]
            self.initial[box] = "\n".join(named)
        credential = self.instance.credential
        if credential and credential.is_password_set:
            self.fields["secret"].help_text = _("Set. Empty: it stays as it is.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        seen: set[str] = set()
        for box in ROLES:
            for group in _lines(values.get(box, "")):
                if group in seen:
                    self.add_error(box, _("This group has a role already: %s") % group)
                seen.add(group)
        return values

    def store(self, by: str) -> OpenIdProvider:
        """Keep it all. Raises `ValidationError`, by field."""
        values = dict(self.cleaned_data)
        groups = {group: role for box, role in ROLES.items() for group in _lines(values.pop(box))}
        typed = values.pop("secret")
        secret = Secret(typed) if typed else None
        return save_openid_provider(values, groups=groups, secret=secret, by=by)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
