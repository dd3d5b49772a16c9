"""Passwords from a table: address, user name, password, in either language, row by row.

The table is streamed and never kept; each password is encrypted before anything is stored. What is
wrong with a row is told by its number alone, as a cell in the wrong column could be a password.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, TypeVar

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from passerelle.faults import Secret, noop
from passerelle.faults.router import PasswordColumnsMissing
from passerelle.mailboxes.models import Credential
from passerelle.mailboxes.services import new_credential
from passerelle.router.files.format import Who
from passerelle.router.migrating.deciding import (
    chosen_profiles,
    decide_profiles,
    planned_chunks,
    plans_of,
)
from passerelle.router.migrating.proposals import merged_of
from passerelle.router.models import BroughtCredential, Migration
from passerelle.router.reviewing.brought import PROFILE, profile_source
from passerelle.router.storing.collecting import collector_paused
from passerelle.router.storing.drafts import locked_draft
from passerelle.tables import Row, Table, Torn, match_headings, open_filled_in

log = structlog.get_logger(__name__)

NAMES: Mapping[str, tuple[str, ...]] = {
    "address": (
        "address", "email", "e-mail", "email address", "mailbox",
        "adresse", "courriel", "adresse e-mail", "adresse de messagerie", "boîte aux lettres",
    ),
    "username": (
        "user name", "username", "user", "login", "account",
        "nom d’utilisateur", "utilisateur", "identifiant", "compte",
    ),
    "password": ("password", "mot de passe", "mdp"),
}  # fmt: skip
BATCH = 1_000
MOST_ROWS = 200_000
LISTED = 200

UNKNOWN = noop("No mailbox or profile of this migration that asks for credentials is meant.")
EMPTY = noop("There is no password.")
UNUSABLE = noop("The user name or the password is too long, or holds control characters.")
TORN = noop("The row could not be read.")
USERNAME_MISSING = noop("There is no user name, neither here nor in the router's files.")

T = TypeVar("T")
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Brought:
    """What was taken from a table; `refused` are rows by number, at most 200, and why."""

    taken: int
    refused: tuple[tuple[int, str], ...]
    refused_count: int


@dataclass(slots=True)
class _Asking:
    """Who asks for credentials: by address or account, with the user name of the files."""

    by_text: dict[str, tuple[Key, ...]]
    usernames: dict[Key, str]

    def add(self, key: Key, username: str, texts: tuple[str, ...]) -> None:
        self.usernames[key] = username
        for text in dict.fromkeys(text.strip().casefold() for text in texts if text.strip()):
            there = self.by_text.get(text, ())
            self.by_text[text] = (*there, key)


@collector_paused()
def bring_credentials(migration: Migration, stream: BinaryIO) -> Brought:
    """Keep the credentials of the table for the draft; rows brought again replace earlier ones.

    The stream must be seekable. Raises `PasswordColumnsMissing`, `MigrationNotOpen` and the faults
    of tables.
    """
    table = open_filled_in(stream)
    columns = _columns(table)
    asking = _asking(migration)
    taken, count = 0, 0
    refused: list[tuple[int, str]] = []
    rows = islice(table.rows, MOST_ROWS)
    while batch := list(islice(rows, BATCH)):
        made: dict[Key, Credential] = {}
        for row in batch:
            why = _take(row, columns, asking, made)
            if why:
                count += 1
                refused.append((row.number, why))
        _store(migration, made)
        taken += len(made)
        del refused[LISTED:]
    log.info(
        "migration.credentials-brought", migration=str(migration.pk), taken=taken, refused=count
    )
    return Brought(taken, tuple((number, gettext(why)) for number, why in refused), count)


def bring_profile_credential(
    migration: Migration, key: str, way: str, username: str, password: Secret
) -> None:
    """Keep the credentials that a profile will hold for one direction. Raises `ValidationError`."""
    made = new_credential(username, password)
    _store(migration, {(PROFILE, profile_source(key, way)): made})


def _columns(table: Table) -> dict[str, int]:
    found = {one.field: one.column for one in match_headings(table.headings, NAMES) if one.field}
    if "password" not in found or not {"address", "username"} & found.keys():
        raise PasswordColumnsMissing
    return found


def _asking(migration: Migration) -> _Asking:
    """Everybody of the chosen profiles for whom credentials are to be made."""
    asking = _Asking({}, {})
    merged = merged_of(migration)
    rows = list(migration.profiles.all())
    chosen = chosen_profiles(merged, rows)
    for row, _ in chosen:
        for way, username in row.review["passwords"]:
            asking.add((PROFILE, profile_source(row.key, way)), username, (username, row.name))
    for chunk in planned_chunks(chosen, plans_of(chosen, decide_profiles(chosen))):
        for one in chunk:
            recipient, plan = one.recipient, one.plan
            if plan.asks:
                who = Who(recipient.kind, recipient.guid)
                username = plan.incoming_username or plan.outgoing_username
                texts = (recipient.address, plan.incoming_username, plan.outgoing_username)
                asking.add((who.kind.value, str(who.guid)), username, texts)
    return asking


def _take(
    row: Row | Torn, columns: Mapping[str, int], asking: _Asking, made: dict[Key, Credential]
) -> str:
    """Add the row's credential; else why not."""
    if isinstance(row, Torn):
        return TORN
    cells = {name: row.cells[column] for name, column in columns.items()}
    password = cells["password"]
    if not password:
        return EMPTY
    address, username = cells.get("address", ""), cells.get("username", "").strip()
    keys = asking.by_text.get(address.strip().casefold()) or asking.by_text.get(
        username.casefold(), ()
    )
    if not keys:
        return UNKNOWN
    for key in keys:
        name = username or asking.usernames[key]
        if not name:
            return USERNAME_MISSING
        try:
            made[key] = new_credential(name, Secret(password))
        except ValidationError:
            return UNUSABLE
    return ""


def _store(migration: Migration, made: Mapping[Key, Credential]) -> None:
    if not made:
        return
    with transaction.atomic():
        stored = locked_draft(migration.pk)
        earlier = BroughtCredential.objects.filter(
            migration=stored, source__in=[source for _, source in made]
        )
        replaced = list(earlier.values_list("credential_id", flat=True))
        Credential.objects.bulk_create(made.values(), batch_size=500)
        earlier.delete()
        Credential.objects.filter(pk__in=replaced).delete()
        BroughtCredential.objects.bulk_create(
            [
                BroughtCredential(migration=stored, kind=kind, source=source, credential=credential)
                for (kind, source), credential in made.items()
            ],
            batch_size=500,
        )
        Migration.objects.filter(pk=stored.pk).update(review_stale=True)
    migration.review_stale = True  # whoever holds it looks at the list next
