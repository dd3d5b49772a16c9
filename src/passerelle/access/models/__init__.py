"""How people sign in: the settings, the sessions, second factors, the provider of identities."""

from passerelle.access.models.invitations import Invitation
from passerelle.access.models.openid import GroupRole, Identity, OpenIdProvider
from passerelle.access.models.second_factor import RecoveryCode, SecondFactor
from passerelle.access.models.sessions import SignInSession
from passerelle.access.models.settings import SignInSettings

__all__ = [
    "GroupRole",
    "Identity",
    "Invitation",
    "OpenIdProvider",
    "RecoveryCode",
    "SecondFactor",
    "SignInSession",
    "SignInSettings",
]
