"""What others may ask of the records: people, customers, addresses, sign-in accounts.

Every write that changes an address keeps the address table in the same transaction. Nothing here
knows mailboxes: whoever must follow an address registers with `follow_addresses`.
"""

from passerelle.crm.services.accounts import (
    create_sign_in,
    ensure_administrator,
    link_systemuser,
    remove_sign_in,
    set_display,
    set_sign_in_password,
    update_sign_in,
)
from passerelle.crm.services.addresses import AddressChange, follow_addresses
from passerelle.crm.services.audit import (
    may_read_now,
    read_source_with_reason,
    read_with_reason,
)
from passerelle.crm.services.audit_notes import Subject, changes, note, plain_values
from passerelle.crm.services.customers import (
    create_account,
    create_contact,
    create_lead,
    update_account,
    update_contact,
    update_lead,
)
from passerelle.crm.services.drafts import (
    Written,
    address_of,
    create_draft,
    discard_draft,
    references_of,
    reply_draft,
    update_draft,
)
from passerelle.crm.services.inserting import insert_rows
from passerelle.crm.services.links import redeem, sign_in_link
from passerelle.crm.services.lookups import answer, records_of
from passerelle.crm.services.organization import organization, rename_organization
from passerelle.crm.services.queues import create_queue, set_members, set_queue_owner, update_queue
from passerelle.crm.services.raw import (
    Octets,
    Packed,
    pack,
    raw_bytes,
    save_pack,
    store_pack,
)
from passerelle.crm.services.reading import EmailPage, Seek, attachment_bytes, email_page
from passerelle.crm.services.users import create_user, update_user
from passerelle.crm.services.visibility import may_read_body, see_also, visible_emails

__all__ = [
    "AddressChange",
    "EmailPage",
    "Octets",
    "Packed",
    "Seek",
    "Subject",
    "Written",
    "address_of",
    "answer",
    "attachment_bytes",
    "changes",
    "create_account",
    "create_contact",
    "create_draft",
    "create_lead",
    "create_queue",
    "create_sign_in",
    "create_user",
    "discard_draft",
    "email_page",
    "ensure_administrator",
    "follow_addresses",
    "insert_rows",
    "link_systemuser",
    "may_read_body",
    "may_read_now",
    "note",
    "organization",
    "pack",
    "plain_values",
    "raw_bytes",
    "read_source_with_reason",
    "read_with_reason",
    "records_of",
    "redeem",
    "references_of",
    "remove_sign_in",
    "rename_organization",
    "reply_draft",
    "save_pack",
    "see_also",
    "set_display",
    "set_members",
    "set_queue_owner",
    "set_sign_in_password",
    "sign_in_link",
    "store_pack",
    "update_account",
    "update_contact",
    "update_draft",
    "update_lead",
    "update_queue",
    "update_sign_in",
    "update_user",
    "visible_emails",
]
