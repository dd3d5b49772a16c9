"""What the wizard's pages and the command show, as values with texts in the reader's language.

Reads only. Long lists are cut at 200; `recipients_of` pages through all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from passerelle.alerts.services import render_fault
from passerelle.router.files.format import Question, QuestionKind
from passerelle.router.files.merged import FieldValue, Obstacle, Outcome, ProfileNotice
from passerelle.router.files.texts import (
    NOTICES,
    OBSTACLES,
    OUTCOMES,
    PROFILE_NOTICES,
    QUESTIONS,
)
from passerelle.router.files.values import Box, Direction, Notice, Unrecognised
from passerelle.router.migrating.collecting import collector_paused
from passerelle.router.migrating.deciding import chosen_profiles, decide_profiles
from passerelle.router.migrating.planning import ProfileDecision
from passerelle.router.migrating.proposals import merged_of
from passerelle.router.migrating.texts import CHANGED_SINCE, CHOICES, NAME_TAKEN
from passerelle.router.models import (
    Migration,
    MigrationProfile,
    MigrationRecipient,
    MigrationState,
    ProfileAction,
)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A value that nobody knows, with the answer given so far ("" for none)."""

    key: str
    text: str
    value: str
    count: int
    choices: tuple[tuple[str, str], ...]  # value, label
    answer: str


@dataclass(frozen=True, slots=True)
class Counted:
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What the reading noticed beside the profiles."""

    questions: tuple[AskedQuestion, ...]
    unrecognised: tuple[Unrecognised, ...]
    unconfirmed: tuple[str, ...]  # element names used on trust
    warnings: tuple[Counted, ...]
    unassigned: tuple[str, ...]  # accounts of providers that name nobody
    unassigned_count: int
    repeated: int  # recipients that several providers of one direction serve


@dataclass(frozen=True, slots=True)
class ProfileReview:
    """One pair of the router's profiles on the page *Select Email Server Profiles to Migrate*."""

    key: str
    name: str
    outcome: Outcome
    outcome_text: str
    migrates: bool  # whether Yes can be chosen
    chosen: bool
    confirmed: bool
    conflict_text: str  # "": nothing stands in the way
    incoming_label: str
    outgoing_label: str
    users: int
    queues: int
    sample: tuple[str, ...]
    fields: tuple[FieldValue, ...]
    notices: tuple[str, ...]
    obstacles: tuple[tuple[Direction, str], ...]  # why a direction cannot run yet
    passwords: tuple[tuple[Direction, str], ...]  # asked in the profile, with the user name


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a migration is."""

    state: MigrationState
    staged: int
    total: int
    percent: int
    failure: str  # of the last try, "" when nothing is wrong


@dataclass(frozen=True, slots=True)
class Recipient:
    """One staged recipient; `key` is where the next page begins."""

    key: int
    name: str
    kind: str
    action_text: str


def findings(migration: Migration) -> Findings:
    """The first page's answer to what was read."""
    found = migration.findings
    return Findings(
        questions=tuple(_question(migration, *row) for row in found["questions"]),
        unrecognised=tuple(Unrecognised(Box[b], name, n) for b, name, n in found["unrecognised"]),
        unconfirmed=tuple(found["unconfirmed"]),
        warnings=tuple(Counted(gettext(NOTICES[Notice(v)]), n) for v, n in found["warnings"]),
        unassigned=tuple(found["unassigned"]),
        unassigned_count=found["unassigned_count"],
        repeated=found["repeated"],
    )


@collector_paused()
def profiles_of(migration: Migration) -> tuple[ProfileReview, ...]:
    """All pairs, those that become no profile too; looks at the records as they are now."""
    rows = list(migration.profiles.all())
    decisions: dict[str, ProfileDecision] = {}
    if migration.state == MigrationState.DRAFT:
        decisions = decide_profiles(chosen_profiles(merged_of(migration), rows))
    return tuple(_review(row, decisions.get(row.key)) for row in rows)


def progress(migration: Migration) -> Progress:
    """As stored now."""
    now = Migration.objects.get(pk=migration.pk)
    done = now.state == MigrationState.DONE
    share = now.staged * 99 // now.total if now.total else 0
    return Progress(
        state=MigrationState(now.state),
        staged=now.staged,
        total=now.total,
        percent=100 if done else min(share, 99),
        failure=render_fault(now.last_code, now.last_facts).cause
        if now.last_code and not done
        else "",
    )


def recipients_of(
    migration: Migration, actions: tuple[str, ...], *, after: int = 0, limit: int = 100
) -> tuple[Recipient, ...]:
    """Staged recipients with one of these actions, in pages."""
    rows = MigrationRecipient.objects.filter(
        migration=migration, action__in=actions, pk__gt=after
    ).select_related("mailbox")
    return tuple(_recipient(row) for row in rows.order_by("pk")[:limit])


def current() -> Migration | None:
    """The running migration, else the newest draft."""
    running = Migration.objects.filter(state=MigrationState.RUNNING).first()
    return running or Migration.objects.filter(state=MigrationState.DRAFT).first()


def migrations() -> list[Migration]:
    """All that were started, the newest first."""
    return list(Migration.objects.exclude(state=MigrationState.DRAFT))


def migration_of(guid: UUID) -> Migration | None:
    return Migration.objects.filter(pk=guid).first()


def _question(migration: Migration, kind: str, value: str, count: int) -> AskedQuestion:
    question = Question(QuestionKind(kind), value, count)
    return AskedQuestion(
        key=question.key,
        text=gettext(QUESTIONS[question.kind]),
        value=value,
        count=count,
        choices=tuple((choice, gettext(CHOICES[choice])) for choice in question.choices),
        answer=migration.answers.get(question.key, ""),
    )


def _review(row: MigrationProfile, decision: ProfileDecision | None) -> ProfileReview:
    review, outcome = row.review, Outcome(row.outcome)
    return ProfileReview(
        key=row.key,
        name=row.name,
        outcome=outcome,
        outcome_text=gettext(OUTCOMES[outcome]),
        migrates=review["migrates"],
        chosen=row.chosen,
        confirmed=row.confirmed,
        conflict_text=_conflict(decision),
        incoming_label=review["labels"].get(Direction.INCOMING.value, ""),
        outgoing_label=review["labels"].get(Direction.OUTGOING.value, ""),
        users=row.users,
        queues=row.queues,
        sample=tuple(row.sample),
        fields=tuple(FieldValue(*one) for one in review["fields"]),
        notices=tuple(gettext(PROFILE_NOTICES[ProfileNotice(n)]) for n in review["notices"]),
        obstacles=tuple(obstacles_of(row)),
        passwords=tuple((Direction(way), name) for way, name in review["passwords"]),
    )


def obstacles_of(row: MigrationProfile) -> Iterator[tuple[Direction, str]]:
    """Why a direction of the profile cannot run as it is migrated."""
    for way, obstacle in row.review["obstacles"]:
        yield Direction(way), gettext(OBSTACLES[Obstacle(obstacle)])


def _conflict(decision: ProfileDecision | None) -> str:
    if decision is None or not decision.beside:
        return ""
    kept = decision.action == ProfileAction.KEEP
    return gettext(CHANGED_SINCE if kept else NAME_TAKEN).format(name=decision.beside)


def _recipient(row: MigrationRecipient) -> Recipient:
    name = row.mailbox.name if row.mailbox else row.address or str(row.guid)
    return Recipient(row.pk, name, row.kind, row.get_action_display())
