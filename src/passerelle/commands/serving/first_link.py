"""The one-time link by which the first administrator comes in, when nobody could otherwise."""

from django.urls import reverse

from passerelle.crm.models import SignInAccount
from passerelle.crm.models.people import Role
from passerelle.crm.services import ensure_administrator, sign_in_link


def first_link(address: str) -> str | None:
    """A link, or None when an administrator has a password to sign in with."""
    administrators = SignInAccount.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    if any(account.has_usable_password() for account in administrators):
        return None
    token = sign_in_link(ensure_administrator())
    return address + reverse("web:sign-in-link", args=[token])
