"""Users: made, changed, disabled. Their mailbox is made above, by `mailboxes`."""

from uuid import UUID

from passerelle.crm.models import SystemUser
from passerelle.crm.models.people import CreateAutomatically, FilteringMethod
from passerelle.crm.principals.storing import change_stored, store_new
from passerelle.guids import new_guid


def create_user(
    fullname: str,
    address: str = "",
    *,
    guid: UUID | None = None,
    filtering: FilteringMethod = FilteringMethod.REPLIES,
    creates: CreateAutomatically = CreateAutomatically.AS_ORGANIZATION,
    disabled: bool = False,
) -> SystemUser:
    """Make a user, with the GUID of another system or one of ours. Raises `ValidationError`."""
    user = SystemUser(
        systemuser_id=guid or new_guid(),
        fullname=fullname.strip(),
        internal_email_address=address.strip(),
        incoming_email_filtering_method=filtering,
        create_automatically=creates,
        is_disabled=disabled,
    )
    return store_new(user)


def update_user(
    user: SystemUser,
    *,
    fullname: str | None = None,
    address: str | None = None,
    filtering: FilteringMethod | None = None,
    creates: CreateAutomatically | None = None,
    disabled: bool | None = None,
    by: str | None = None,
) -> SystemUser:
    """Change what is given. Raises `ValidationError`, and then nothing is changed.

    `by` is who is audited for it; None where the caller audits what this is a part of.
    """
    given = {
        "fullname": fullname,
        "internal_email_address": address,
        "incoming_email_filtering_method": filtering,
        "create_automatically": creates,
        "is_disabled": disabled,
    }
    return change_stored(user, given, by=by)
