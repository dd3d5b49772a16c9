"""The merge of the stored sets, kept as rows that pages show and people choose from.

Rows hold a proposal without its recipients; those are merged again from the packed set where
they are needed, so that nothing is stored twice and an answer is followed everywhere.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from passerelle.router.files.format import (
    Directory,
    Question,
    QuestionKind,
    RouterFormat,
    Who,
)
from passerelle.router.files.merged import (
    MergedConnection,
    MergedProfile,
    Outcome,
    RecipientKind,
    Side,
)
from passerelle.router.files.merging import Merge, merge
from passerelle.router.files.names import load_names, parse_names
from passerelle.router.files.values import RouterSet
from passerelle.router.migrating.directory import directory
from passerelle.router.migrating.planning import values_of
from passerelle.router.models import Migration, MigrationChoice, MigrationProfile, UnderstoodSet
from passerelle.router.reviewing.mapped import apply_changes
from passerelle.router.reviewing.settling import Settled, settle
from passerelle.router.storing.packing import unpack

SAMPLE = 5  # recipients named beside a profile
LISTED = 200  # of anything that is listed on a page
ACCOUNT = "account"  # the kind of a choice about an account of nobody


def merged_of(migration: Migration) -> Merge:
    """The merge of the stored sets with the answers given and what was settled so far."""
    stored = UnderstoodSet.objects.get(migration=migration)
    names = bytes(stored.names) if stored.names is not None else None
    accounts = matched_accounts(migration)
    merged = merge_with(unpack(bytes(stored.content)), names, migration.answers, accounts)
    return settle(merged, settled_of(migration))


def merge_with(
    sets: Sequence[RouterSet],
    names: bytes | None,
    answers: Mapping[str, str],
    accounts: Mapping[str, Who] | None = None,
) -> Merge:
    """The proposals for the sets, with everybody whom the CRM knows; `accounts` are folded."""
    table = load_names(None) if names is None else parse_names(names)
    people = directory()
    if accounts:
        people = _with_accounts(people, accounts)
    return merge(sets, RouterFormat(table, answers), people)


def _with_accounts(people: Directory, accounts: Mapping[str, Who]) -> Directory:
    """An account's match comes before its address; a forward mailbox to be made comes after."""
    to_make = {
        account: who
        for account, who in accounts.items()
        if who.kind is RecipientKind.FORWARD and who.guid not in people.addresses
    }
    matched = {account: who for account, who in accounts.items() if account not in to_make}
    return Directory(
        {**to_make, **people.by_address, **matched},
        {**people.addresses, **{who.guid: account for account, who in to_make.items()}},
    )


def settled_of(migration: Migration) -> dict[Who, Settled]:
    """What a person settled, by the user, queue or forward mailbox that the files name."""
    return {
        Who(RecipientKind(one.kind), UUID(one.source)): Settled(
            leave=one.leave,
            match=_target(one),
            start=one.start,
            incoming_username=one.incoming_username,
            outgoing_username=one.outgoing_username,
        )
        for one in MigrationChoice.objects.filter(migration=migration).exclude(kind=ACCOUNT)
    }


def matched_accounts(migration: Migration) -> dict[str, Who]:
    """Whose the accounts are that nobody in the records has, by the folded account."""
    rows = MigrationChoice.objects.filter(migration=migration, kind=ACCOUNT)
    return {one.source: who for one in rows if (who := _target(one)) is not None}


def left_accounts(migration: Migration) -> frozenset[str]:
    """The accounts that a person left."""
    rows = MigrationChoice.objects.filter(migration=migration, kind=ACCOUNT, leave=True)
    return frozenset(rows.values_list("source", flat=True))


def _target(one: MigrationChoice) -> Who | None:
    if one.target_guid is None:
        return None
    return Who(RecipientKind(one.target_kind), one.target_guid)


def findings_of(sets: Sequence[RouterSet]) -> dict[str, Any]:
    """What the reading noticed, to be kept with the migration; warnings say of which router."""
    unknown: Counter[tuple[str, str]] = Counter()
    for one in (name for files in sets for name in files.unrecognised):
        unknown[one.box.name, one.name] += one.count
    return {
        "routers": [files.tag for files in sets],
        "unrecognised": [[*key, count] for key, count in unknown.most_common()],
        "unconfirmed": sorted({name for files in sets for name in files.unconfirmed}),
        "warnings": [
            [warning.notice.value, warning.count, number]
            for number, files in enumerate(sets, 1)
            for warning in files.warnings
        ],
    }


def asked_in(merged: Merge) -> dict[str, Any]:
    """What the merge asks and leaves over, to be kept with the migration."""
    return {
        "questions": [question_row(one) for one in merged.questions[:LISTED]],
        "asked": len(merged.asked),
        "unassigned": [one.username for one in merged.unassigned[:LISTED]],
        "unassigned_count": len(merged.unassigned),
        "repeated": len(merged.conflicts),
    }


def asked_again(migration: Migration, merged: Merge) -> dict[str, Any]:
    """The findings after a merge anew; answered questions are still shown, to be changed."""
    found = asked_in(merged)
    there = {question_of(row).key for row in found["questions"]}
    for row in migration.findings["questions"]:
        key = question_of(row).key
        if key in migration.answers and key not in there:
            found["questions"].append(row)
    return {**migration.findings, **found}


def question_row(one: Question) -> list[Any]:
    """As it is kept in `findings`; `question_of` is the way back."""
    return [one.kind.value, one.value, one.count, one.shown, [list(o) for o in one.options]]


def question_of(row: Sequence[Any]) -> Question:
    """Of a kept row; drafts of 0.1 have no options in it."""
    kind, value, count, shown, options = (*row, "", [])[:5]
    return Question(QuestionKind(kind), value, count, shown, tuple((a, b) for a, b in options))


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
    kinds = Counter(one.kind for one in profile.recipients)
    row = MigrationProfile(
        migration=migration,
        position=position,
        key=profile.key,
        name=profile.name,
        outcome=profile.outcome.value,
        review=_review(profile),
        users=kinds[RecipientKind.USER],
        queues=kinds[RecipientKind.QUEUE],
        forwards=kinds[RecipientKind.FORWARD],
        sample=[one.address or str(one.guid) for one in profile.recipients[:SAMPLE]],
        chosen=_chosen(profile, before),
        confirmed=before is not None and before.confirmed,
        changes=before.changes if before is not None else {},
    )
    apply_changes(row)
    return row


def _chosen(profile: MergedProfile, before: MigrationProfile | None) -> bool:
    """Yes, unless a person said No; what nobody uses is made only where a person says Yes."""
    if not profile.migrates:
        return False
    if before is not None and _could(before):
        return before.chosen
    return profile.outcome is not Outcome.NO_RECIPIENTS


def _could(row: MigrationProfile) -> bool:
    """Whether its answer was a choice: No is what a pair has by itself while nobody uses it."""
    nobody = row.outcome == Outcome.NO_RECIPIENTS.value
    return bool(row.review["migrates"]) and (row.chosen or not nobody)


def _review(profile: MergedProfile) -> dict[str, Any]:
    sides = (profile.incoming, profile.outgoing)
    connections = [connection for connection in sides if connection is not None]
    return {
        "migrates": profile.migrates,
        "labels": _labels(profile),
        "routers": {_way(source.side): list(source.routers) for source in profile.sources},
        "fields": [[one.field, one.before, one.after] for one in profile.fields],
        "notices": [notice.value for notice in profile.notices],
        "obstacles": list(_obstacles(connections)),
        "mapped_obstacles": list(_obstacles(connections)),  # before any change of a person
        "values": values_of(profile),
        "name": profile.name,
        "passwords": [[c.direction.value, c.username] for c in connections if c.needs_password],
    }


def _labels(profile: MergedProfile) -> dict[str, str]:
    """The router's own profiles, by direction."""
    return {_way(source.side): source.label for source in profile.sources}


def _way(side: Side) -> str:
    return side.direction.value if side.direction else ""


def _obstacles(connections: list[MergedConnection]) -> Iterator[list[str]]:
    for connection in connections:
        for obstacle in connection.obstacles:
            yield [connection.direction.value, obstacle.value]
