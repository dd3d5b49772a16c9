"""The merge of a stored set, kept as rows that pages show and people choose from.

Rows hold a proposal without its recipients; those are merged again from the packed set where
they are needed, so that nothing is stored twice and an answer is followed everywhere.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from passerelle.router.files.format import RouterFormat
from passerelle.router.files.merged import MergedConnection, MergedProfile, RecipientKind
from passerelle.router.files.merging import Merge, merge
from passerelle.router.files.names import load_names, parse_names
from passerelle.router.files.values import RouterSet
from passerelle.router.migrating.directory import directory
from passerelle.router.migrating.packing import unpack
from passerelle.router.models import Migration, MigrationProfile, UnderstoodSet

SAMPLE = 5  # recipients named beside a profile
LISTED = 200  # of anything that is listed on a page


def merged_of(migration: Migration) -> Merge:
    """The merge of the stored set with the answers given so far."""
    stored = UnderstoodSet.objects.get(migration=migration)
    names = bytes(stored.names) if stored.names is not None else None
    return merge_with(unpack(bytes(stored.content)), names, migration.answers)


def merge_with(files: RouterSet, names: bytes | None, answers: Mapping[str, str]) -> Merge:
    """The proposals for a set, with everybody whom the CRM knows."""
    table = load_names(None) if names is None else parse_names(names)
    return merge(files, RouterFormat(table, answers), directory())


def findings_of(files: RouterSet) -> dict[str, Any]:
    """What the reading noticed, to be kept with the migration."""
    return {
        "unrecognised": [[one.box.name, one.name, one.count] for one in files.unrecognised],
        "unconfirmed": list(files.unconfirmed),
        "warnings": [[warning.notice.value, warning.count] for warning in files.warnings],
    }


def asked_in(merged: Merge) -> dict[str, Any]:
    """What the merge asks and leaves over, to be kept with the migration."""
    return {
        "questions": [[one.kind.value, one.value, one.count] for one in merged.questions],
        "unassigned": [one.username for one in merged.unassigned[:LISTED]],
        "unassigned_count": len(merged.unassigned),
        "repeated": len(merged.conflicts),
    }


def save_proposals(migration: Migration, merged: Merge) -> None:
    """Put the rows of this merge in place of what was proposed before; choices stay by key."""
    before = {row.key: row for row in migration.profiles.all()}
    migration.profiles.all().delete()
    rows = [
        _row(migration, position, profile, before.get(profile.key))
        for position, profile in enumerate(merged.profiles)
    ]
    MigrationProfile.objects.bulk_create(rows, batch_size=500)


def _row(
    migration: Migration, position: int, profile: MergedProfile, before: MigrationProfile | None
) -> MigrationProfile:
    queues = sum(one.kind is RecipientKind.QUEUE for one in profile.recipients)
    return MigrationProfile(
        migration=migration,
        position=position,
        key=profile.key,
        name=profile.name,
        outcome=profile.outcome.value,
        review=_review(profile),
        users=len(profile.recipients) - queues,
        queues=queues,
        sample=[one.address or str(one.guid) for one in profile.recipients[:SAMPLE]],
        chosen=profile.migrates and (before is None or before.chosen or not _could(before)),
        confirmed=before is not None and before.confirmed,
    )


def _could(row: MigrationProfile) -> bool:
    """Whether Yes could be chosen for it, so that No was a choice."""
    return bool(row.review["migrates"])


def _review(profile: MergedProfile) -> dict[str, Any]:
    sides = (profile.incoming, profile.outgoing)
    connections = [connection for connection in sides if connection is not None]
    return {
        "migrates": profile.migrates,
        "labels": _labels(profile),
        "fields": [[one.field, one.before, one.after] for one in profile.fields],
        "notices": [notice.value for notice in profile.notices],
        "obstacles": list(_obstacles(connections)),
        "passwords": [[c.direction.value, c.username] for c in connections if c.needs_password],
    }


def _labels(profile: MergedProfile) -> dict[str, str]:
    """The router's own profiles, by direction."""
    return {
        source.side.direction.value if source.side.direction else "": source.label
        for source in profile.sources
    }


def _obstacles(connections: list[MergedConnection]) -> Iterator[list[str]]:
    for connection in connections:
        for obstacle in connection.obstacles:
            yield [connection.direction.value, obstacle.value]
