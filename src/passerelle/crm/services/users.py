"""Users: made, changed, disabled. Their mailbox is made above, by `mailboxes`."""

from uuid import UUID

from django.db import transaction

from passerelle.crm.models import SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.people import CreateAutomatically, FilteringMethod
from passerelle.crm.services.addresses import (
    AddressChange,
    keep_addresses,
    refuse_alias,
    tell_followers,
)
from passerelle.crm.services.audit_notes import Subject, note_changes, plain_values
from passerelle.crm.services.organization import next_tracking_number
from passerelle.guids import new_guid

AUDITED = (
    "fullname",
    "internal_email_address",
    "incoming_email_filtering_method",
    "create_automatically",
    "is_disabled",
)


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
    with transaction.atomic():
        user.tracking_number = next_tracking_number()
        user.full_clean()
        refuse_alias(user.internal_email_address, "internal_email_address")
        user.save(force_insert=True)
        keep_addresses(user)
    return user


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
    with transaction.atomic():
        stored = SystemUser.objects.select_for_update().get(pk=user.pk)
        before, values = _followed(stored), plain_values(stored, AUDITED)
        if fullname is not None:
            stored.fullname = fullname.strip()
        if address is not None:
            stored.internal_email_address = address.strip()
        if filtering is not None:
            stored.incoming_email_filtering_method = filtering
        if creates is not None:
            stored.create_automatically = creates
        if disabled is not None:
            stored.is_disabled = disabled
        stored.full_clean()
        if address is not None:
            refuse_alias(stored.internal_email_address, "internal_email_address")
        stored.save()
        keep_addresses(stored)
        if before != (after := _followed(stored)):
            tell_followers(after)
        if by is not None:
            subject = Subject("systemuser", stored.pk)
            note_changes(AuditAction.PEOPLE_CHANGED, subject, by, values, stored)
    return stored


def _followed(user: SystemUser) -> AddressChange:
    return AddressChange(
        "systemuser",
        user.pk,
        user.fullname,
        user.internal_email_address,
        active=not user.is_disabled,
    )
