"""How people sign in: the settings, the sessions, second factors."""

from passerelle.access.models.second_factor import RecoveryCode, SecondFactor
from passerelle.access.models.sessions import SignInSession
from passerelle.access.models.settings import SignInSettings

__all__ = ["RecoveryCode", "SecondFactor", "SignInSession", "SignInSettings"]
