"""What others may call: settings of signing in, sessions, second factors, one's own mailbox."""

from passerelle.access.accounts import accounts, change_account, create_account
from passerelle.access.invitations.asking import (
    invitations,
    invite_many,
    send_again,
    withdraw,
)
from passerelle.access.invitations.choosing import (
    INVITABLE,
    Choice,
    Prospect,
    Whom,
    counted,
    users_at,
)
from passerelle.access.inviting import TOKEN, invite, revoke_invitations, ways_of_inviting
from passerelle.access.models.invitations import Invitation, Standing, Way
from passerelle.access.models.sessions import SignedInBy
from passerelle.access.openid.binding import account_invited
from passerelle.access.openid.flow import Begun, Proven, begin, finish, sign_out_address
from passerelle.access.openid.forgetting import forget_identity, identities_of
from passerelle.access.openid.matching import account_of
from passerelle.access.openid.metadata import Metadata, discover
from passerelle.access.openid.storing import (
    group_roles,
    may_sign_in_locally,
    openid_provider,
    provider_name,
    save_openid_provider,
)
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
    "INVITABLE",
    "TOKEN",
    "Begun",
    "Choice",
    "Invitation",
    "Metadata",
    "Prospect",
    "Proven",
    "SettingUp",
    "SignedInBy",
    "Standing",
    "Way",
    "Whom",
    "account_invited",
    "account_of",
    "accounts",
    "begin",
    "begin_second_factor",
    "change_account",
    "check_code",
    "check_proof",
    "codes_left",
    "confirm_second_factor",
    "counted",
    "create_account",
    "current_session",
    "discover",
    "end_sessions",
    "finish",
    "forget_identity",
    "group_roles",
    "identities_of",
    "invitations",
    "invite",
    "invite_many",
    "may_sign_in_locally",
    "open_session",
    "openid_provider",
    "owes_second_factor",
    "own_mailbox",
    "own_test",
    "provider_name",
    "remove_second_factor",
    "renew_recovery_codes",
    "request_own_test",
    "revoke_invitations",
    "save_openid_provider",
    "save_own_options",
    "save_own_password",
    "save_sign_in_settings",
    "second_factor_of",
    "send_again",
    "sessions_of",
    "sign_in_settings",
    "sign_out_address",
    "users_at",
    "wants_second_factor",
    "ways_of_inviting",
    "withdraw",
]
