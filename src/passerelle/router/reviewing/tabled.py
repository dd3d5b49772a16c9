"""Takes a table of decisions on a draft, or refuses it whole: by row, before anything is changed.

Everything is looked up for all rows together, with the same few queries however many they are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from passerelle.faults import noop
from passerelle.router.files.format import Who
from passerelle.router.migrating.directory import everybody
from passerelle.router.migrating.proposals import ACCOUNT
from passerelle.router.models import Migration, MigrationChoice, ReviewRow
from passerelle.router.reviewing.decisions import NAME, Decision, read_decisions
from passerelle.router.reviewing.forwarding import possible_forward
from passerelle.router.reviewing.judging import (
    Change,
    Key,
    Known,
    RefusedError,
    Verdicts,
    check_profiles,
    judge,
    key_of,
    reason_of,
)
from passerelle.router.reviewing.mapped import change_profile, mapped_values
from passerelle.router.reviewing.matching import names_of, settle_rows
from passerelle.router.reviewing.people import people_of
from passerelle.router.storing.collecting import collector_paused
from passerelle.router.storing.drafts import locked_draft
from passerelle.tables import DAMAGES, Torn, UnreadableError

log = structlog.get_logger(__name__)

BATCH = 500
CHUNK = 2_000
MOST_DECISIONS = 400_000  # one for each recipient that four routers can have
LISTED = 200

TOO_MANY = noop("A table decides 400,000 things at most. Split it.")


@dataclass(frozen=True, slots=True)
class Decided:
    """What a table changed; or, where any row is refused, which and why, and nothing changed.

    `refused` are rows by number, at most 200.
    """

    changes: tuple[Change, ...]
    refused: tuple[tuple[int, str], ...]
    refused_count: int


@collector_paused()
def decide(migration: Migration, stream: BinaryIO) -> Decided:
    """Settle what the table decides. The stream must be seekable.

    Raises `DecisionColumnsMissing`, `MigrationNotOpen` and the faults of tables.
    """
    decisions, refused = _read(stream)
    known = _known(migration, decisions)
    verdicts = Verdicts()
    changes: list[Change] = []
    for decision in decisions:
        try:
            changes.append(judge(decision, known, verdicts))
        except (RefusedError, UnreadableError, ValidationError) as error:
            refused.append((decision.number, reason_of(error)))
    refused += check_profiles(known, verdicts)
    log.info(
        "migration.decided", migration=str(migration.pk), taken=len(changes), refused=len(refused)
    )
    if refused:
        return Decided((), tuple(sorted(refused)[:LISTED]), len(refused))
    _apply(migration, known, verdicts)
    return Decided(tuple(changes), (), 0)


def _read(stream: BinaryIO) -> tuple[list[Decision], list[tuple[int, str]]]:
    decisions: list[Decision] = []
    refused: list[tuple[int, str]] = []
    for one in read_decisions(stream):
        if isinstance(one, Torn):
            refused.append((one.number, gettext(DAMAGES[one.damage])))
        elif len(decisions) == MOST_DECISIONS:
            return [], [(one.number, gettext(TOO_MANY))]
        else:
            decisions.append(one)
    return decisions, refused


def _known(migration: Migration, decisions: Iterable[Decision]) -> Known:
    wanted = set(_keys(decisions))
    rows: dict[Key, ReviewRow] = {}
    named: set[UUID] = set()
    for row in people_of(migration).iterator(chunk_size=CHUNK):
        key = (row.kind, row.source)
        if row.kind != ACCOUNT:
            named.add(UUID(row.source))
        if key in wanted:
            rows[key] = row
    by_guid: dict[UUID, Who] = {}
    by_address: dict[str, Who | None] = {}
    for who, address in everybody():
        by_guid[who.guid] = who
        if folded := address.casefold():
            by_address[folded] = None if folded in by_address else who
    settled = _settled(migration)
    accounts = [row for row in rows.values() if row.kind == ACCOUNT]
    return Known(
        rows,
        frozenset(named),
        settled,
        {guid: key for key, guid in settled.items() if guid is not None and key[0] != ACCOUNT},
        {row.key: row for row in migration.profiles.all()},
        by_guid,
        by_address,
        frozenset(row.source for row in possible_forward(accounts)),
    )


def _keys(decisions: Iterable[Decision]) -> Iterable[Key]:
    for decision in decisions:
        try:
            yield key_of(decision)
        except (RefusedError, UnreadableError):
            continue  # judged, and told, with the others


def _settled(migration: Migration) -> dict[Key, UUID | None]:
    """Whom somebody was matched with before; None for those who were left."""
    choices = MigrationChoice.objects.filter(migration=migration)
    chosen = choices.filter(Q(leave=True) | Q(target_guid__isnull=False))
    rows = chosen.values_list("kind", "source", "target_guid")
    return {(kind, source): guid for kind, source, guid in rows}


def _apply(migration: Migration, known: Known, verdicts: Verdicts) -> None:
    """Killed in between, the same table can be given again."""
    for key, values in verdicts.profiles.items():
        row = known.profiles[key]
        given = {name: value for name, value in values.items() if name != NAME}
        change_profile(row, values.get(NAME, row.name), {**_columns(row), **given})
    _change(migration, verdicts.personal)
    matched = [known.rows[key] for key in verdicts.matches]
    names = names_of(verdicts.matches.values())
    targets = {known.rows[key].pk: who for key, who in verdicts.matches.items()}
    told = {
        row.pk: names.get(targets[row.pk].guid, row.source if row.kind == ACCOUNT else "")
        for row in matched
    }
    settle_rows(matched, targets, told)
    settle_rows([known.rows[key] for key in verdicts.leaving], {}, {}, leave=True)
    Migration.objects.filter(pk=migration.pk).update(review_stale=True)
    migration.refresh_from_db()


def _columns(row: Any) -> dict[str, Any]:
    return {name: value for name, value in mapped_values(row).items() if name != NAME}


def _change(migration: Migration, personal: Mapping[Key, Mapping[str, Any]]) -> None:
    """Starts and user names, in one statement for all that have the same fields."""
    alike: dict[Collection[str], list[MigrationChoice]] = defaultdict(list)
    for (kind, source), values in personal.items():
        choice = MigrationChoice(migration=migration, kind=kind, source=source, **values)
        alike[frozenset(values)].append(choice)
    with transaction.atomic():
        locked_draft(migration.pk)
        for fields, choices in alike.items():
            MigrationChoice.objects.bulk_create(
                choices,
                batch_size=BATCH,
                update_conflicts=True,
                unique_fields=["migration", "kind", "source"],
                update_fields=sorted(fields),
            )
