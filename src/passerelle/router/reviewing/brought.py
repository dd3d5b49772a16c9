"""Credentials that were brought for a draft: looked up while it is staged, and cleared away."""

from collections.abc import Collection
from uuid import UUID

from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox
from passerelle.router.files.format import Who
from passerelle.router.files.merged import RecipientKind
from passerelle.router.models import BroughtCredential, Migration

PROFILE = "profile"


def brought_people(migration: Migration) -> dict[Who, UUID]:
    """The credential of each user and queue for whom one was brought."""
    rows = BroughtCredential.objects.filter(migration=migration).exclude(kind=PROFILE)
    return {
        Who(RecipientKind(kind), UUID(source)): key
        for kind, source, key in rows.values_list("kind", "source", "credential_id")
    }


def brought_profiles(migration: Migration) -> dict[str, UUID]:
    """The credential of each profile's direction (`profile_source`) for which one was brought."""
    rows = BroughtCredential.objects.filter(migration=migration, kind=PROFILE)
    return dict(rows.values_list("source", "credential_id"))


def profile_source(key: str, way: str) -> str:
    """Under which a profile's credential is kept."""
    return f"{key}:{way}"


def drop_brought(migrations: Collection[UUID]) -> None:
    """Remove what was brought for these, as far as nobody signs in with it."""
    rows = BroughtCredential.objects.filter(migration__in=list(migrations))
    keys = set(rows.values_list("credential_id", flat=True))
    used: set[UUID | None] = set()
    for model in (Mailbox, EmailServerProfile):
        for way in ("incoming_credential_id", "outgoing_credential_id"):
            holders = model._default_manager.order_by().filter(
                **{f"{way}__in": rows.values("credential_id")}
            )
            used.update(holders.values_list(way, flat=True))
    rows.delete()
    unused = list(keys - used)
    for start in range(0, len(unused), 500):
        Credential.objects.filter(pk__in=unused[start : start + 500]).delete()
