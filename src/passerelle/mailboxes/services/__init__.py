"""What others may ask of settings, profiles, mailboxes, credentials, and test and enable."""

from passerelle.mailboxes.profiles.authorities import authorities_in
from passerelle.mailboxes.profiles.preview import Typed, names_preview, typed_in
from passerelle.mailboxes.profiles.requests import latest_profile_test, request_profile_test
from passerelle.mailboxes.profiles.weaknesses import (
    all_weaknesses_of,
    authorities_ending,
    weaknesses_of,
)
from passerelle.mailboxes.relay.sending import Relay, open_relay, send_notice, send_test_notice
from passerelle.mailboxes.relay.storing import save_relay, system_relay
from passerelle.mailboxes.sending.limits import (
    SendingLimit,
    add_sending_rate,
    limit_as_exchange_online,
    limits_of_domains,
    limits_of_profile,
    remove_sending_rate,
    sending_rates,
)
from passerelle.mailboxes.services.approval import approve, awaiting_approval, reject
from passerelle.mailboxes.services.asking_again import MayStill
from passerelle.mailboxes.services.connections import (
    DEFAULT_PORTS,
    Connection,
    connection_of,
    credentials_rest_until,
    incoming_of,
    outgoing_of,
    source_of,
)
from passerelle.mailboxes.services.hindrances import (
    cannot_belong,
    credential_of,
    is_enabled,
    is_server_side,
)
from passerelle.mailboxes.services.many import add_mailboxes, change_mailboxes
from passerelle.mailboxes.services.opening import Opener, open_sender, open_source
from passerelle.mailboxes.services.processing import (
    RELATED,
    asked,
    host_limits,
    may_process,
    schedule,
)
from passerelle.mailboxes.services.profiles import (
    create_profile,
    is_default,
    set_default_profile,
    set_profile_password,
    update_profile,
)
from passerelle.mailboxes.services.records import (
    apply_default_settings,
    create_forward_mailbox,
    create_queue_with_mailbox,
    create_user_with_mailbox,
    follow_address,
    new_forward_mailbox,
    set_mailbox_password,
    some_forward_mailbox,
    switch_off,
    update_mailbox,
)
from passerelle.mailboxes.services.sent_folder import open_sent_folder, owes_copies
from passerelle.mailboxes.services.settings import (
    file_rules,
    received_file_rules,
    save_settings,
    switch_processing,
    system_settings,
)
from passerelle.mailboxes.services.standing import is_copy, this_place
from passerelle.mailboxes.services.starts import fixed_start, start_of
from passerelle.mailboxes.services.switching import SwitchPreview, switch_preview
from passerelle.mailboxes.signing_in.credentials import (
    new_credential,
    password_counts,
    reencrypt_all,
    reveal,
    set_password,
    unreadable_passwords,
)
from passerelle.mailboxes.testing.certificates import certificates_seen
from passerelle.mailboxes.testing.labels import step_label
from passerelle.mailboxes.testing.requests import issued_test_ids, latest_run, request_test
from passerelle.mailboxes.tracking.limits import tell_record_limit
from passerelle.mailboxes.tracking.matching import (
    held_rules,
    held_unless_off,
    matching_by,
    matching_rules,
    matching_unless_off,
)
from passerelle.mailboxes.tracking.never import (
    Whose,
    add_never_rule,
    never_lists,
    never_rules,
    organization_never_list,
    remove_never_rule,
)
from passerelle.mailboxes.tracking.own_options import (
    forced_option,
    own_options,
    require_own_option,
)
from passerelle.mailboxes.tracking.storing import save_tracking_rules, tracking_rules
from passerelle.mailboxes.tracking.tokens import token_format

__all__ = [
    "DEFAULT_PORTS",
    "RELATED",
    "Connection",
    "MayStill",
    "Opener",
    "Relay",
    "SendingLimit",
    "SwitchPreview",
    "Typed",
    "Whose",
    "add_mailboxes",
    "add_never_rule",
    "add_sending_rate",
    "all_weaknesses_of",
    "apply_default_settings",
    "approve",
    "asked",
    "authorities_ending",
    "authorities_in",
    "awaiting_approval",
    "cannot_belong",
    "certificates_seen",
    "change_mailboxes",
    "connection_of",
    "create_forward_mailbox",
    "create_profile",
    "create_queue_with_mailbox",
    "create_user_with_mailbox",
    "credential_of",
    "credentials_rest_until",
    "file_rules",
    "fixed_start",
    "follow_address",
    "forced_option",
    "held_rules",
    "held_unless_off",
    "host_limits",
    "incoming_of",
    "is_copy",
    "is_default",
    "is_enabled",
    "is_server_side",
    "issued_test_ids",
    "latest_profile_test",
    "latest_run",
    "limit_as_exchange_online",
    "limits_of_domains",
    "limits_of_profile",
    "matching_by",
    "matching_rules",
    "matching_unless_off",
    "may_process",
    "names_preview",
    "never_lists",
    "never_rules",
    "new_credential",
    "new_forward_mailbox",
    "open_relay",
    "open_sender",
    "open_sent_folder",
    "open_source",
    "organization_never_list",
    "outgoing_of",
    "owes_copies",
    "own_options",
    "password_counts",
    "received_file_rules",
    "reencrypt_all",
    "reject",
    "remove_never_rule",
    "remove_sending_rate",
    "request_profile_test",
    "request_test",
    "require_own_option",
    "reveal",
    "save_relay",
    "save_settings",
    "save_tracking_rules",
    "schedule",
    "send_notice",
    "send_test_notice",
    "sending_rates",
    "set_default_profile",
    "set_mailbox_password",
    "set_password",
    "set_profile_password",
    "some_forward_mailbox",
    "source_of",
    "start_of",
    "step_label",
    "switch_off",
    "switch_preview",
    "switch_processing",
    "system_relay",
    "system_settings",
    "tell_record_limit",
    "this_place",
    "token_format",
    "tracking_rules",
    "typed_in",
    "unreadable_passwords",
    "update_mailbox",
    "update_profile",
    "weaknesses_of",
]
