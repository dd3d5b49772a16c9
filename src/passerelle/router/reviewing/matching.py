"""A person settles recipients of a draft: match one or many, leave them, change their values."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from passerelle.crm.models import Queue, SystemUser
from passerelle.faults.router import MatchTaken, MigrationNotOpen, NobodyMatches, SeveralMatch
from passerelle.mailboxes.models import Mailbox
from passerelle.router.files.format import Who
from passerelle.router.files.merged import RecipientKind
from passerelle.router.migrating.proposals import (
    ACCOUNT,
    asked_again,
    merged_of,
    save_proposals,
)
from passerelle.router.models import (
    Migration,
    MigrationChoice,
    MigrationState,
    ReviewRow,
    ReviewState,
)
from passerelle.router.reviewing.people import UNMATCHED
from passerelle.router.storing.collecting import collector_paused
from passerelle.router.storing.drafts import locked_draft

log = structlog.get_logger(__name__)

BATCH = 500
FORWARDS = (ACCOUNT, RecipientKind.FORWARD.value)  # rows that may be a forward mailbox


def find_person(text: str, *, forward: bool = False) -> tuple[Who, str]:
    """The user or queue of an address or a full name, and its name; or a forward mailbox.

    Raises `NobodyMatches` and `SeveralMatch`.
    """
    text = text.strip()
    users = SystemUser.objects.filter(
        Q(internal_email_address__iexact=text) | Q(fullname__iexact=text)
    ).values_list("pk", "fullname")
    queues = Queue.objects.filter(Q(email_address__iexact=text) | Q(name__iexact=text))
    found = [(Who(RecipientKind.USER, key), name) for key, name in users[:2]] if text else []
    if text:
        found += [
            (Who(RecipientKind.QUEUE, key), name)
            for key, name in queues.values_list("pk", "name")[:2]
        ]
    if text and forward:
        named = Q(email_address__iexact=text) | Q(name__iexact=text)
        mailboxes = Mailbox.objects.filter(named, is_forward_mailbox=True)
        found += [
            (Who(RecipientKind.FORWARD, key), name)
            for key, name in mailboxes.values_list("pk", "name")[:2]
        ]
    if not found:
        raise NobodyMatches(text=text[:200])
    if len(found) > 1:
        raise SeveralMatch(text=text[:200])
    return found[0]


def match(row: ReviewRow, text: str) -> None:
    """Match one recipient or account with whoever has that address or name.

    Raises `NobodyMatches`, `SeveralMatch`, `MatchTaken` or `MigrationNotOpen`.
    """
    who, name = find_person(text, forward=row.kind in FORWARDS)
    if row.kind != ACCOUNT and _is_taken(row, who):
        raise MatchTaken(name=name)
    settle_rows([row], {row.pk: who}, {row.pk: name})


def _is_taken(row: ReviewRow, who: Who) -> bool:
    """Whether the files name that one themselves, or another recipient was matched with it."""
    named = ReviewRow.objects.filter(
        migration=row.migration_id, kind=who.kind.value, source=str(who.guid)
    )
    matched = MigrationChoice.objects.filter(migration=row.migration_id, target_guid=who.guid)
    others = matched.exclude(kind=ACCOUNT).exclude(kind=row.kind, source=row.source)
    return named.exclude(pk=row.pk).exists() or others.exists()


def match_suggested(rows: Sequence[ReviewRow]) -> int:
    """Match each of these with its suggestion; two with the same one get it once. How many."""
    targets: dict[int, Who] = {}
    used = set(
        MigrationChoice.objects.filter(
            migration__in={row.migration_id for row in rows}, target_guid__isnull=False
        ).values_list("target_guid", flat=True)
    )
    for row in rows:
        if row.suggested_guid is None or row.suggested_guid in used or row.state not in UNMATCHED:
            continue
        used.add(row.suggested_guid)
        targets[row.pk] = Who(RecipientKind(row.suggested_kind), row.suggested_guid)
    chosen = [row for row in rows if row.pk in targets]
    names = names_of(targets.values())
    settle_rows(chosen, targets, {pk: names.get(who.guid, "") for pk, who in targets.items()})
    return len(chosen)


def suggested_names(rows: Sequence[ReviewRow]) -> dict[UUID, str]:
    """The names of those whom these rows suggest."""
    return names_of(
        [
            Who(RecipientKind(row.suggested_kind), row.suggested_guid)
            for row in rows
            if row.suggested_guid is not None
        ]
    )


def leave(rows: Sequence[ReviewRow]) -> int:
    """Let these stay as they are. How many."""
    settle_rows(rows, {}, {}, leave=True)
    return len(rows)


def take_back(rows: Sequence[ReviewRow]) -> int:
    """Forget what was settled of these. How many."""
    with transaction.atomic():
        for migration in _open(rows):
            for one in _batches(rows):
                condition = Q()
                for row in one:
                    condition |= Q(kind=row.kind, source=row.source)
                    if row.kind != ACCOUNT:  # an account that was given to this one
                        condition |= Q(kind=ACCOUNT, target_guid=UUID(row.source))
                MigrationChoice.objects.filter(condition, migration=migration).delete()
            Migration.objects.filter(pk=migration.pk).update(review_stale=True)
    _merge_anew({row.migration_id for row in rows})
    return len(rows)


def change(row: ReviewRow, values: Mapping[str, Any]) -> None:
    """Give one recipient another start or other user names than the files say."""
    with transaction.atomic():
        (migration,) = _open([row])
        MigrationChoice.objects.update_or_create(
            migration=migration, kind=row.kind, source=row.source, defaults=dict(values)
        )
        ReviewRow.objects.filter(pk=row.pk).update(
            **{name: value for name, value in values.items() if value}
        )


def settle_rows(
    rows: Sequence[ReviewRow],
    targets: Mapping[int, Who],
    names: Mapping[int, str],
    *,
    leave: bool = False,
) -> None:
    """Keep whom each row is matched with, by its key, or that they are left."""
    if not rows:
        return
    state = ReviewState.LEFT if leave else ReviewState.MATCHED
    choices = [
        MigrationChoice(
            migration_id=row.migration_id,
            kind=row.kind,
            source=row.source,
            leave=leave,
            target_kind=targets[row.pk].kind.value if row.pk in targets else "",
            target_guid=targets[row.pk].guid if row.pk in targets else None,
        )
        for row in rows
    ]
    with transaction.atomic():
        _open(rows)
        MigrationChoice.objects.bulk_create(
            choices,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["migration", "kind", "source"],
            update_fields=["leave", "target_kind", "target_guid"],
        )
        if len(rows) > BATCH:  # quicker made anew
            Migration.objects.filter(pk=rows[0].migration_id).update(review_stale=True)
        else:
            for row in rows:
                row.state, row.matched_name = state.value, names.get(row.pk, "")
            ReviewRow.objects.bulk_update(rows, ["state", "matched_name"], batch_size=BATCH)
    if any(row.kind == ACCOUNT for row in rows):
        _merge_anew({row.migration_id for row in rows})
    log.info("migration.settled", count=len(rows), leave=leave)


@collector_paused()
def _merge_anew(migrations: Collection[Any]) -> None:
    """An account that is somebody's belongs to a pair, and may make one."""
    for migration in Migration.objects.filter(pk__in=migrations):
        merged = merged_of(migration)
        with transaction.atomic():
            stored = locked_draft(migration.pk)
            stored.findings = asked_again(stored, merged)
            stored.review_stale = True
            stored.save(update_fields=["findings", "review_stale"])
            save_proposals(stored, merged)


def _open(rows: Sequence[ReviewRow]) -> list[Migration]:
    keys = {row.migration_id for row in rows}
    found = list(Migration.objects.select_for_update().filter(pk__in=keys))
    if any(one.state != MigrationState.DRAFT for one in found) or len(found) != len(keys):
        raise MigrationNotOpen
    return found


def _batches(rows: Sequence[ReviewRow]) -> list[Sequence[ReviewRow]]:
    return [rows[start : start + 100] for start in range(0, len(rows), 100)]


def names_of(people: Collection[Who]) -> dict[UUID, str]:
    """The names of these, as far as they exist."""
    keys = [who.guid for who in people]
    found: dict[UUID, str] = {}
    for start in range(0, len(keys), BATCH):
        part = keys[start : start + BATCH]
        found |= dict(SystemUser.objects.filter(pk__in=part).values_list("pk", "fullname"))
        found |= dict(Queue.objects.filter(pk__in=part).values_list("pk", "name"))
        found |= dict(Mailbox.objects.filter(pk__in=part).values_list("pk", "name"))
    return found
