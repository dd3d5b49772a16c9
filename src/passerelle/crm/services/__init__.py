"""What others may ask of the records: people, customers, addresses, sign-in accounts.

Every write that changes an address keeps the address table in the same transaction. Nothing here
knows mailboxes: whoever must follow an address registers with `follow_addresses`.
"""

from passerelle.crm.aliases import MOST as MOST_ALIASES
from passerelle.crm.aliases import (
    Holder,
    add_alias,
    add_aliases,
    aliases_of,
    approve_alias,
    ask_alias,
    remove_alias,
    waiting_aliases,
)
from passerelle.crm.emails.audit import (
    may_read_now,
    may_read_source,
    read_source_with_reason,
    read_with_reason,
)
from passerelle.crm.emails.letters import (
    drags_along,
    folded_text,
    headers_of,
    html_letter,
    sender_checks,
)
from passerelle.crm.emails.raw import (
    Octets,
    Packed,
    compressor,
    many_raw_bytes,
    pack,
    raw_bytes,
    save_pack,
    store_pack,
)
from passerelle.crm.emails.reading import attachment_bytes
from passerelle.crm.emails.regarding import Regarded, keys_of, regard_where_nothing
from passerelle.crm.emails.untracking import (
    WAS_READ,
    forget_untracked,
    may_untrack,
    remove_email,
    was_read,
    why_not_untracked,
)
from passerelle.crm.principals.queues import (
    create_queue,
    set_members,
    set_queue_owner,
    update_queue,
)
from passerelle.crm.principals.users import create_user, update_user
from passerelle.crm.resolving import (
    Naming,
    has_unnamed_email,
    name_party,
    name_people,
    name_record_everywhere,
    undo_naming,
    unnamed_party,
)
from passerelle.crm.services.addresses import (
    AddressChange,
    address_key,
    follow_addresses,
    refuse_alias,
)
from passerelle.crm.services.audit_notes import (
    Subject,
    change_only_row,
    changes,
    note,
    note_changes,
    plain_values,
)
from passerelle.crm.services.chunks import chunks
from passerelle.crm.services.customers import (
    FULLNAME_CHARS,
    create_account,
    create_contact,
    create_lead,
    update_customer,
)
from passerelle.crm.services.dating import date_parties, date_undated_parties
from passerelle.crm.services.dead_addresses import (
    clear_dead_addresses,
    dead_addresses_of,
    note_dead_addresses,
)
from passerelle.crm.services.inserting import (
    insert_rows,
    load_rows,
    new_row,
    update_of_row,
    update_row,
    update_rows,
)
from passerelle.crm.services.lookups import answer, people_of
from passerelle.crm.services.many import add_customers, add_people, change_customers, limit_of
from passerelle.crm.services.meaning import meant_by, records_of, withhold_addresses
from passerelle.crm.services.organization import organization, rename_organization
from passerelle.crm.services.prepared import Prepared
from passerelle.crm.services.renewing import address_differences, renew_all_addresses
from passerelle.crm.services.visibility import may_read_body, visible_among, visible_emails
from passerelle.crm.sign_in.accounts import (
    create_sign_in,
    ensure_administrator,
    link_systemuser,
    remove_sign_in,
    set_display,
    set_sign_in_password,
    update_sign_in,
)
from passerelle.crm.sign_in.links import (
    Purpose,
    open_links,
    provider_link,
    redeem,
    revoke_links,
    revoke_links_of_users,
    sign_in_link,
    use_link,
)
from passerelle.crm.sign_in.passwords import NotOurNames
from passerelle.crm.threads.arriving import join_waiting
from passerelle.crm.threads.awaiting import Awaited, awaited_by, keep_awaited
from passerelle.crm.threads.chains import roots_of
from passerelle.crm.threads.conversation import Conversation, Said, conversation_of
from passerelle.crm.threads.ordering import Timed, oldest_first
from passerelle.crm.threads.relinking import accept_proposal, join, refuse_proposal, regard
from passerelle.crm.threads.similar import (
    Kept,
    begin_hashing,
    hash_some,
    hashing,
    keep_hashes,
    kept_of,
    load_kept,
    similar_to,
)
from passerelle.crm.threads.standing import mark
from passerelle.crm.threads.undoing import Undone, newest_change, undo_change
from passerelle.crm.writing.answers import (
    forward_draft,
    references_of,
    reply_all_draft,
    reply_draft,
)
from passerelle.crm.writing.attachments import (
    FileRules,
    Upload,
    attach,
    attached_files,
    blocked_extension,
    detach,
    files_composed,
)
from passerelle.crm.writing.contents import files_that_go, is_unused
from passerelle.crm.writing.drafts import (
    EDITABLE,
    create_draft,
    discard_draft,
    update_draft,
)
from passerelle.crm.writing.images import add_images, insert_images
from passerelle.crm.writing.letters import Writer, Written, address_of
from passerelle.crm.writing.senders import (
    answering_writer,
    may_write_as,
    require_sender,
    writers_of,
)
from passerelle.crm.writing.withholding import withheld_files
from passerelle.crm.writing.wording_images import (
    WORDING_IMAGE_BYTES,
    WORDING_IMAGES,
    Worded,
    keep_wording_images,
    unsaved_images,
    visible_images,
)
from passerelle.crm.writing.wordings import (
    Words,
    allow_on_behalf,
    give_right_to_send_as,
    insert_wording,
    may_change_wording,
    preview,
    remove_wording,
    save_wording,
    set_default_signature,
    signature_html,
    visible_signatures,
    visible_templates,
)

__all__ = [
    "EDITABLE",
    "FULLNAME_CHARS",
    "MOST_ALIASES",
    "WAS_READ",
    "WORDING_IMAGES",
    "WORDING_IMAGE_BYTES",
    "AddressChange",
    "Awaited",
    "Conversation",
    "FileRules",
    "Holder",
    "Kept",
    "Naming",
    "NotOurNames",
    "Octets",
    "Packed",
    "Prepared",
    "Purpose",
    "Regarded",
    "Said",
    "Subject",
    "Timed",
    "Undone",
    "Upload",
    "Worded",
    "Words",
    "Writer",
    "Written",
    "accept_proposal",
    "add_alias",
    "add_aliases",
    "add_customers",
    "add_images",
    "add_people",
    "address_differences",
    "address_key",
    "address_of",
    "aliases_of",
    "allow_on_behalf",
    "answer",
    "answering_writer",
    "approve_alias",
    "ask_alias",
    "attach",
    "attached_files",
    "attachment_bytes",
    "awaited_by",
    "begin_hashing",
    "blocked_extension",
    "change_customers",
    "change_only_row",
    "changes",
    "chunks",
    "clear_dead_addresses",
    "compressor",
    "conversation_of",
    "create_account",
    "create_contact",
    "create_draft",
    "create_lead",
    "create_queue",
    "create_sign_in",
    "create_user",
    "date_parties",
    "date_undated_parties",
    "dead_addresses_of",
    "detach",
    "discard_draft",
    "drags_along",
    "ensure_administrator",
    "files_composed",
    "files_that_go",
    "folded_text",
    "follow_addresses",
    "forget_untracked",
    "forward_draft",
    "give_right_to_send_as",
    "has_unnamed_email",
    "hash_some",
    "hashing",
    "headers_of",
    "html_letter",
    "insert_images",
    "insert_rows",
    "insert_wording",
    "is_unused",
    "join",
    "join_waiting",
    "keep_awaited",
    "keep_hashes",
    "keep_wording_images",
    "kept_of",
    "keys_of",
    "limit_of",
    "link_systemuser",
    "load_kept",
    "load_rows",
    "many_raw_bytes",
    "mark",
    "may_change_wording",
    "may_read_body",
    "may_read_now",
    "may_read_source",
    "may_untrack",
    "may_write_as",
    "meant_by",
    "name_party",
    "name_people",
    "name_record_everywhere",
    "new_row",
    "newest_change",
    "note",
    "note_changes",
    "note_dead_addresses",
    "oldest_first",
    "open_links",
    "organization",
    "pack",
    "people_of",
    "plain_values",
    "preview",
    "provider_link",
    "raw_bytes",
    "read_source_with_reason",
    "read_with_reason",
    "records_of",
    "redeem",
    "references_of",
    "refuse_alias",
    "refuse_proposal",
    "regard",
    "regard_where_nothing",
    "remove_alias",
    "remove_email",
    "remove_sign_in",
    "remove_wording",
    "rename_organization",
    "renew_all_addresses",
    "reply_all_draft",
    "reply_draft",
    "require_sender",
    "revoke_links",
    "revoke_links_of_users",
    "roots_of",
    "save_pack",
    "save_wording",
    "sender_checks",
    "set_default_signature",
    "set_display",
    "set_members",
    "set_queue_owner",
    "set_sign_in_password",
    "sign_in_link",
    "signature_html",
    "similar_to",
    "store_pack",
    "undo_change",
    "undo_naming",
    "unnamed_party",
    "unsaved_images",
    "update_customer",
    "update_draft",
    "update_of_row",
    "update_queue",
    "update_row",
    "update_rows",
    "update_sign_in",
    "update_user",
    "use_link",
    "visible_among",
    "visible_emails",
    "visible_images",
    "visible_signatures",
    "visible_templates",
    "waiting_aliases",
    "was_read",
    "why_not_untracked",
    "withheld_files",
    "withhold_addresses",
    "writers_of",
]
