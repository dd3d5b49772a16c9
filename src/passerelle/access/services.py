"""What others may call: settings of signing in, sessions, second factors, one's own mailbox."""

from passerelle.access.accounts import accounts, change_account, create_account
from passerelle.access.models.sessions import SignedInBy
from passerelle.access.own_mailbox import (
    own_mailbox,
    own_test,
    request_own_test,
    save_own_options,
    save_own_password,
)
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
    "accounts",
    "begin_second_factor",
    "change_account",
    "check_code",
    "check_proof",
    "codes_left",
    "confirm_second_factor",
    "create_account",
    "current_session",
    "end_sessions",
    "open_session",
    "owes_second_factor",
    "own_mailbox",
    "own_test",
    "remove_second_factor",
    "renew_recovery_codes",
    "request_own_test",
    "save_own_options",
    "save_own_password",
    "save_sign_in_settings",
    "second_factor_of",
    "sessions_of",
    "sign_in_settings",
    "wants_second_factor",
]
