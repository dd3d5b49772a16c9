"""What others may call: settings of signing in, sessions, second factors."""

from passerelle.access.models.sessions import SignedInBy
from passerelle.access.second_factor import (
    SettingUp,
    begin_second_factor,
    check_code,
    check_proof,
    codes_left,
    confirm_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    second_factor_of,
)
from passerelle.access.sessions import (
    current_session,
    end_sessions,
    open_session,
    owes_second_factor,
    sessions_of,
)
from passerelle.access.settings import (
    save_sign_in_settings,
    sign_in_settings,
    wants_second_factor,
)

__all__ = [
    "SettingUp",
    "SignedInBy",
    "begin_second_factor",
    "check_code",
    "check_proof",
    "codes_left",
    "confirm_second_factor",
    "current_session",
    "end_sessions",
    "open_session",
    "owes_second_factor",
    "remove_second_factor",
    "renew_recovery_codes",
    "save_sign_in_settings",
    "second_factor_of",
    "sessions_of",
    "sign_in_settings",
    "wants_second_factor",
]
