"""What others may ask of the records: people, customers, addresses, sign-in accounts.

Every write that changes an address keeps the address table in the same transaction. Nothing here
knows mailboxes: whoever must follow an address registers with `follow_addresses`.
"""

from passerelle.crm.services.accounts import (
    create_sign_in,
    ensure_administrator,
    link_systemuser,
    remove_sign_in,
    set_sign_in_password,
    update_sign_in,
)
from passerelle.crm.services.addresses import AddressChange, follow_addresses
from passerelle.crm.services.customers import (
    create_account,
    create_contact,
    create_lead,
    update_account,
    update_contact,
    update_lead,
)
from passerelle.crm.services.links import redeem, sign_in_link
from passerelle.crm.services.organization import organization, rename_organization
from passerelle.crm.services.queues import create_queue, set_members, set_queue_owner, update_queue
from passerelle.crm.services.users import create_user, update_user

__all__ = [
    "AddressChange",
    "create_account",
    "create_contact",
    "create_lead",
    "create_queue",
    "create_sign_in",
    "create_user",
    "ensure_administrator",
    "follow_addresses",
    "link_systemuser",
    "organization",
    "redeem",
    "remove_sign_in",
    "rename_organization",
    "set_members",
    "set_queue_owner",
    "set_sign_in_password",
    "sign_in_link",
    "update_account",
    "update_contact",
    "update_lead",
    "update_queue",
    "update_sign_in",
    "update_user",
]
