"""The mapped values of a profile that a person changes on the review, kept over what is mapped.

They outlive answers and new readings of the same draft, and are what staging writes.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from passerelle.mailboxes.models.choices import CredentialRetrieval
from passerelle.router.files.mapping import usable_host
from passerelle.router.files.merged import Obstacle
from passerelle.router.files.values import Direction
from passerelle.router.models import Migration, MigrationProfile
from passerelle.router.storing.drafts import locked_draft

CHANGEABLE = ("protocol", "location", "port", "security", "credential_retrieval", "username")
EXCHANGE = "exchange"


def ways_of(row: MigrationProfile) -> tuple[Direction, ...]:
    """The directions that the proposed profile has."""
    return tuple(way for way in Direction if f"{way.value}_protocol" in row.review["values"])


def mapped_values(row: MigrationProfile) -> dict[str, Any]:
    """The columns of the profile as they will be written, a person's changes in them."""
    return {**row.review["values"], **row.changes}


def change_profile(row: MigrationProfile, name: str, values: Mapping[str, Any]) -> None:
    """Keep another name and other values. Raises `ValidationError`, by field.

    Raises `MigrationNotOpen`.
    """
    mapped = row.review["values"]
    check_values(row, values)
    with transaction.atomic():
        locked_draft(row.migration_id)
        row.name = name.strip()[:100] or row.name
        row.changes = {key: value for key, value in values.items() if mapped.get(key) != value}
        if row.name != row.review["name"]:
            row.changes["name"] = row.name
        apply_changes(row)
        row.save(update_fields=["name", "changes", "review"])
        Migration.objects.filter(pk=row.migration_id).update(review_stale=True)


def apply_changes(row: MigrationProfile) -> None:
    """Make the row's obstacles and passwords those of the changed values."""
    if not row.changes:
        return
    row.name = row.changes.get("name", row.name)
    values = mapped_values(row)
    review = row.review
    review["obstacles"] = [
        [way.value, obstacle.value]
        for way in ways_of(row)
        for obstacle in _obstacles(values, way.value, review)
    ]
    review["passwords"] = [
        [way.value, values.get(f"{way.value}_username", "")]
        for way in ways_of(row)
        if values[f"{way.value}_credential_retrieval"] == CredentialRetrieval.PROFILE
    ]


def _obstacles(values: Mapping[str, Any], way: str, review: Mapping[str, Any]) -> list[Obstacle]:
    if values[f"{way}_protocol"] == EXCHANGE:
        return [Obstacle.EXCHANGE]
    found = []
    location = values[f"{way}_location"]
    if not location:
        found.append(Obstacle.HOST_MISSING)
    elif not usable_host(location):
        found.append(Obstacle.HOST_UNUSABLE)
    if values[f"{way}_credential_retrieval"] == CredentialRetrieval.WINDOWS_INTEGRATED:
        found.append(Obstacle.WINDOWS_ACCOUNT)
    elif [way, Obstacle.WINDOWS_SIGN_IN.value] in review["mapped_obstacles"]:
        found.append(Obstacle.WINDOWS_SIGN_IN)
    return found


def check_values(row: MigrationProfile, values: Mapping[str, Any]) -> None:
    """Raises `ValidationError`, by field, for values that the profile could never run with."""
    errors: dict[str, list[str]] = {}
    for way in ways_of(row):
        location, protocol = (
            values.get(f"{way.value}_location"),
            values.get(f"{way.value}_protocol"),
        )
        if location and protocol != EXCHANGE and not usable_host(str(location)):
            errors[f"{way.value}_location"] = [
                gettext("Enter the name of the server alone, as in mail.example.com.")
            ]
    anonymous = CredentialRetrieval.ANONYMOUS
    if values.get("incoming_credential_retrieval") == anonymous:
        errors["incoming_credential_retrieval"] = [
            gettext("Mail is never read without signing in.")
        ]
    if errors:
        raise ValidationError(errors)
