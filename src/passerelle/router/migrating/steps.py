"""The steps of a person: begin, answer, choose, start, abandon. Each is one transaction.

Reading and merging happen before a transaction begins. One migration runs at a time.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.engine.services import ask
from passerelle.faults.router import MigrationNotOpen, MigrationRuns, NothingChosen
from passerelle.router.files.names import load_names, parse_names, read_table
from passerelle.router.files.reading import Refusal, read_sets
from passerelle.router.files.values import Box, RouterFile, RouterSet
from passerelle.router.migrating.proposals import (
    asked_again,
    asked_in,
    findings_of,
    merge_with,
    merged_of,
    save_proposals,
)
from passerelle.router.migrating.work import KIND
from passerelle.router.models import (
    Migration,
    MigrationProfile,
    MigrationState,
    UnderstoodSet,
)
from passerelle.router.reviewing.brought import drop_brought
from passerelle.router.storing.collecting import collector_paused
from passerelle.router.storing.drafts import DRAFTS_KEPT, drop_salvaged, locked_draft
from passerelle.router.storing.packing import pack

log = structlog.get_logger(__name__)


@collector_paused()
def begin(
    routers: Sequence[Mapping[Box, RouterFile]], names: Path | bytes | None, by: str
) -> Migration | tuple[Refusal, ...]:
    """Read the three files of each router and propose their profiles. The files are not kept.

    Where a set is refused nothing is kept, and there is a `Refusal` for each router, without a
    fault for a good one. `names` is a name table in place of the shipped one. Raises
    `MigrationRuns`, and a `RouterFault` for a table that is wrong.
    """
    refuse_while_running()
    table = read_table(names) if isinstance(names, Path) else names
    read = read_sets(routers, load_names(None) if table is None else parse_names(table))
    sets = [one for one in read if isinstance(one, RouterSet)]
    if len(sets) < len(read):
        refusals = tuple(one if isinstance(one, Refusal) else Refusal({}) for one in read)
        codes = sorted({fault.code for one in refusals for fault in one.faults.values()})
        log.info("migration.refused", by=by, codes=codes)
        return refusals
    return drafted(sets, table, {}, by)


def drafted(
    sets: Sequence[RouterSet], names: bytes | None, answers: Mapping[str, str], by: str
) -> Migration:
    """Keep the proposals for these sets as a draft; `answers` are given from the start."""
    content = pack(sets)
    merged = merge_with(sets, names, answers)
    migration = Migration(
        created_by=by,
        answers=dict(answers),
        findings={**findings_of(sets), **asked_in(merged)},
    )
    with transaction.atomic():
        stale = Migration.objects.filter(
            state=MigrationState.DRAFT, created_on__lt=timezone.now() - DRAFTS_KEPT
        )
        drop_salvaged(by)
        drop_brought(stale.values_list("pk", flat=True))
        stale.delete()
        migration.save(force_insert=True)
        UnderstoodSet.objects.create(migration=migration, content=content, names=names)
        save_proposals(migration, merged)
    log.info("migration.begun", migration=str(migration.pk), by=by, profiles=len(merged.profiles))
    return migration


@collector_paused()
def answer(migration: Migration, answers: Mapping[str, str]) -> Migration:
    """Merge anew with these answers added (an empty one takes an answer back).

    Raises `MigrationNotOpen`.
    """
    given = {**migration.answers, **answers}
    migration.answers = {key: value for key, value in given.items() if value}
    merged = merged_of(migration)
    with transaction.atomic():
        stored = locked_draft(migration.pk)
        stored.answers = migration.answers
        stored.findings = asked_again(stored, merged)
        stored.review_stale = True
        stored.save()
        save_proposals(stored, merged)
    log.info("migration.answered", migration=str(stored.pk), count=len(answers))
    return stored


def choose(
    migration: Migration,
    chosen: Mapping[str, bool],
    confirmed: Mapping[str, bool] | None = None,
) -> None:
    """Say Yes or No to profiles, and confirm what may be overwritten for them, by key.

    A profile that cannot be migrated stays at No. Raises `MigrationNotOpen`.
    """
    confirmed = confirmed or {}
    with transaction.atomic():
        stored = locked_draft(migration.pk)
        rows = list(stored.profiles.filter(key__in=[*chosen, *confirmed]))
        for row in rows:
            row.chosen = chosen.get(row.key, row.chosen) and row.review["migrates"]
            row.confirmed = confirmed.get(row.key, row.confirmed)
        MigrationProfile.objects.bulk_update(rows, ["chosen", "confirmed"], batch_size=200)
        Migration.objects.filter(pk=stored.pk).update(review_stale=True)


def start(migration: Migration, by: str) -> Migration:
    """Have the engine stage and activate what is chosen.

    Raises `MigrationNotOpen`, `MigrationRuns` or `NothingChosen`.
    """
    try:
        with transaction.atomic():
            stored = locked_draft(migration.pk)
            counts = stored.profiles.filter(chosen=True).values_list("users", "queues", "forwards")
            stored.total = sum(sum(kinds) for kinds in counts)
            if not stored.total:
                raise NothingChosen
            refuse_while_running()
            stored.state = MigrationState.RUNNING
            stored.started_on, stored.started_by = timezone.now(), by
            stored.save()
            ask(KIND, stored.pk)
            subject, detail = crm.Subject("routermigration", stored.pk), {"count": stored.total}
            crm.note(AuditAction.MIGRATION_STARTED, subject, by, detail)
    except IntegrityError as error:  # two started at the same moment; the constraint held
        raise MigrationRuns from error
    log.info("migration.started", migration=str(stored.pk), by=by, recipients=stored.total)
    return stored


def abandon(migration: Migration, by: str) -> None:
    """Throw a draft away, or stop a running one before its activation; nothing was changed then.

    Raises `MigrationNotOpen` when it is too late.
    """
    with transaction.atomic():
        stored = Migration.objects.select_for_update().filter(pk=migration.pk).first()
        if stored is None or stored.state not in {MigrationState.DRAFT, MigrationState.RUNNING}:
            raise MigrationNotOpen
        if stored.state == MigrationState.DRAFT:
            drop_brought([stored.pk])
            stored.delete()
        else:
            stored.state = MigrationState.ABANDONED
            stored.finished_on = timezone.now()
            stored.save(update_fields=["state", "finished_on"])
            ask(KIND, stored.pk)  # removes what was staged
    log.info("migration.abandoned", migration=str(migration.pk), by=by)


def refuse_while_running() -> None:
    """Raise `MigrationRuns` where one is at work."""
    busy = (MigrationState.RUNNING, MigrationState.UNDOING)
    if Migration.objects.filter(state__in=busy).exists():
        raise MigrationRuns
