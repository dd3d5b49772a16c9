"""What still stands as a migration left it, so that undoing it takes nobody's work away.

A mailbox does as long as it holds the values that were staged for it, its credentials are those
that the migration made or found, and nobody ever enabled it: a mailbox that is not enabled is
never processed. What it held before must still be there to go back to.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce

from passerelle.mailboxes.models import Credential, EmailServerProfile
from passerelle.mailboxes.models.profile import State
from passerelle.router.models import TAKEN_OVER, MigrationRecipient, RecipientAction

_BEFORE = (  # column of the mailbox, column of the staged row
    ("mailbox__profile_id", "before_profile_id"),
    ("mailbox__incoming_method", "before_incoming"),
    ("mailbox__outgoing_method", "before_outgoing"),
    ("mailbox__process_email_received_after", "before_start"),
    ("mailbox__allow_credentials", "before_allow"),
    ("mailbox__incoming_credential_id", "before_incoming_credential_id"),
    ("mailbox__outgoing_credential_id", "before_outgoing_credential_id"),
)
_FINAL = (
    ("mailbox__profile_id", "target_id"),
    ("mailbox__incoming_method", "incoming_method"),
    ("mailbox__outgoing_method", "outgoing_method"),
    ("mailbox__process_email_received_after", "process_after"),
    ("mailbox__allow_credentials", "allow_credentials"),
    ("mailbox__incoming_credential_id", "final_incoming"),
    ("mailbox__outgoing_credential_id", "final_outgoing"),
)
ENABLED = (
    Q(mailbox__enabled_on__isnull=False)
    | Q(mailbox__enabled_for_incoming=True)
    | Q(mailbox__enabled_for_outgoing=True)
)
_NO_CHANGE = frozenset({"created_on", "modified_on"})


def linked_rows(rows: QuerySet[MigrationRecipient]) -> QuerySet[MigrationRecipient]:
    """The recipients that the migration took over, with the credentials that it left them."""
    return rows.filter(action__in=TAKEN_OVER, mailbox__isnull=False).annotate(
        **{
            f"final_{way}": Case(
                When(
                    replaces=True,
                    then=Coalesce(f"{way}_credential_id", f"before_{way}_credential_id"),
                ),
                default=Coalesce(f"before_{way}_credential_id", f"{way}_credential_id"),
            )
            for way in ("incoming", "outgoing")
        }
    )


def holds_final_values() -> Q:
    """Of `linked_rows`: the mailbox is as it was activated, whoever made it so."""
    return _equal(_FINAL)


def holds_values_before() -> Q:
    """The mailbox is as the migration found it."""
    return _equal(_BEFORE)


def can_go_back() -> Q:
    """Of `linked_rows`: nobody enabled it, entered a password, or removed what was before."""
    changed = Credential.objects.filter(
        Q(pk=OuterRef("incoming_credential_id")) | Q(pk=OuterRef("outgoing_credential_id"))
    ).exclude(version=OuterRef("credential_version"))
    condition = holds_final_values() & ~ENABLED & Q(~Exists(changed))
    as_made = Q(mailbox__name=F("name"), mailbox__email_address=F("address"))
    condition &= ~Q(action=RecipientAction.CREATE) | as_made & Q(mailbox__statecode=State.ACTIVE)
    condition &= Q(credential_version__gt=0)  # 0: staged before there was an undoing
    there: tuple[tuple[str, QuerySet[Any]], ...] = (
        ("before_profile_id", EmailServerProfile.objects.all()),
        ("before_incoming_credential_id", Credential.objects.all()),
        ("before_outgoing_credential_id", Credential.objects.all()),
    )
    for column, records in there:
        found = Q(Exists(records.filter(pk=OuterRef(column))))
        condition &= Q(**{f"{column}__isnull": True}) | found
    return condition


def _equal(pairs: Iterable[tuple[str, str]]) -> Q:
    condition = Q()
    for column, staged in pairs:
        both_empty = Q(**{f"{column}__isnull": True, f"{staged}__isnull": True})
        condition &= Q(**{column: F(staged)}) | both_empty
    return condition


def snapshot(profile: EmailServerProfile) -> dict[str, Any]:
    """All columns of a profile as plain values; equal while nobody changed it."""
    return {
        field.attname: _plain(getattr(profile, field.attname))
        for field in EmailServerProfile._meta.concrete_fields
        if field.name not in _NO_CHANGE
    }


def put_back(profile: EmailServerProfile, values: Mapping[str, Any]) -> None:
    """Set what `snapshot` took; a credential that is gone is none."""
    for field in EmailServerProfile._meta.concrete_fields:
        if field.attname in values and not field.primary_key:
            value = values[field.attname]
            is_key = field.is_relation and value is not None
            setattr(profile, field.attname, UUID(value) if is_key else field.to_python(value))
    there = set(_credentials([profile]))
    for way in ("incoming", "outgoing"):
        if getattr(profile, f"{way}_credential_id") not in there:
            setattr(profile, f"{way}_credential_id", None)


def versions_of(profiles: Iterable[EmailServerProfile]) -> dict[str, int]:
    """The version of each credential that the profiles sign in with, by its GUID."""
    return {str(key): version for key, version in _credentials(profiles).items()}


def _credentials(profiles: Iterable[EmailServerProfile]) -> dict[UUID, int]:
    keys = {
        key
        for profile in profiles
        for key in (profile.incoming_credential_id, profile.outgoing_credential_id)
        if key is not None
    }
    if not keys:
        return {}
    return dict(Credential.objects.filter(pk__in=keys).values_list("pk", "version"))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
