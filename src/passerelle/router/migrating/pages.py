"""What the wizard's pages and the command show, as values with texts in the reader's language.

Reads only. Long lists are cut at 200; `recipients_of` pages through all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from passerelle.alerts.services import render_fault
from passerelle.router.files.format import LEAVE, Question, QuestionKind
from passerelle.router.files.merged import FieldValue, Obstacle, Outcome, ProfileNotice
from passerelle.router.files.texts import (
    NOTICES,
    OBSTACLES,
    OUTCOMES,
    PROFILE_NOTICES,
    QUESTIONS,
)
from passerelle.router.files.values import Box, Direction, Notice, Unrecognised
from passerelle.router.migrating.deciding import chosen_profiles, decide_profiles
from passerelle.router.migrating.planning import ProfileDecision
from passerelle.router.migrating.proposals import merged_of, question_of
from passerelle.router.migrating.texts import CHANGED_SINCE, CHOICES, NAME_TAKEN
from passerelle.router.models import (
    Migration,
    MigrationProfile,
    MigrationRecipient,
    MigrationState,
    ProfileAction,
    RecipientAction,
)
from passerelle.router.reviewing.labels import labelled, way_of
from passerelle.router.storing.collecting import collector_paused


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
    asked: int  # recipients who wait for an answer
    routers: int  # how many were read in one go


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
    forwards: int
    sample: tuple[str, ...]
    fields: Mapping[Direction, tuple[FieldValue, ...]]  # before and after, in words
    changed: bool  # a person mapped some values otherwise
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
        questions=tuple(_question(migration, question_of(row)) for row in found["questions"]),
        unrecognised=tuple(Unrecognised(Box[b], name, n) for b, name, n in found["unrecognised"]),
        unconfirmed=tuple(found["unconfirmed"]),
        warnings=tuple(_warnings(migration)),
        unassigned=tuple(found["unassigned"]),
        unassigned_count=found["unassigned_count"],
        repeated=found["repeated"],
        asked=found.get("asked", 0),
        routers=len(_numbers(migration)),
    )


@collector_paused()
def profiles_of(migration: Migration) -> tuple[ProfileReview, ...]:
    """All pairs, those that become no profile too; looks at the records as they are now."""
    rows = list(migration.profiles.all())
    decisions: dict[str, ProfileDecision] = {}
    if migration.state == MigrationState.DRAFT:
        decisions = decide_profiles(chosen_profiles(merged_of(migration), rows))
    numbers = _numbers(migration)
    return tuple(_review(row, decisions.get(row.key), numbers) for row in rows)


def progress(migration: Migration) -> Progress:
    """As stored now."""
    now = Migration.objects.get(pk=migration.pk)
    done = now.state in {MigrationState.DONE, MigrationState.UNDOING, MigrationState.UNDONE}
    share = now.staged * 99 // now.total if now.total else 0
    return Progress(
        state=MigrationState(now.state),
        staged=now.staged,
        total=now.total,
        percent=100 if done else min(share, 99),
        failure=render_fault(now.last_code, now.last_facts).cause
        if now.last_code and now.state not in {MigrationState.DONE, MigrationState.UNDONE}
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


def served(limit: int = 200) -> tuple[list[str], int]:
    """Users and queues that migrations moved, to be disabled in the router; and how many."""
    rows = MigrationRecipient.objects.filter(
        migration__state=MigrationState.DONE,
        action__in=(RecipientAction.LINK, RecipientAction.SAME),
    ).order_by()
    names = rows.values_list("name", flat=True).distinct()
    return list(names.order_by("name")[:limit]), names[:10_000].count()


def current() -> Migration | None:
    """The running migration, else the newest draft."""
    running = Migration.objects.filter(state=MigrationState.RUNNING).first()
    return running or Migration.objects.filter(state=MigrationState.DRAFT).first()


def migrations() -> list[Migration]:
    """All that were started, the newest first."""
    return list(Migration.objects.exclude(state=MigrationState.DRAFT))


def migration_of(guid: UUID) -> Migration | None:
    return Migration.objects.filter(pk=guid).first()


def _numbers(migration: Migration) -> dict[str, int]:
    """The number that each router had on the first page, by its tag."""
    return {tag: number for number, tag in enumerate(migration.findings.get("routers", [""]), 1)}


def _warnings(migration: Migration) -> Iterator[Counted]:
    several = len(_numbers(migration)) > 1
    for value, count, *router in migration.findings["warnings"]:
        text = gettext(NOTICES[Notice(value)])
        if several and router:
            told = gettext("Router {number}: {text}")
            text = told.format(number=router[0], text=text)
        yield Counted(text, count)


def _question(migration: Migration, question: Question) -> AskedQuestion:
    shown = question.shown or question.value
    if question.kind is QuestionKind.SERVES:
        shown = gettext(CHOICES[shown])
    return AskedQuestion(
        key=question.key,
        text=gettext(QUESTIONS[question.kind]),
        value=shown,
        count=question.count,
        choices=tuple(_choices(migration, question)),
        answer=migration.answers.get(question.key, ""),
    )


def _choices(migration: Migration, question: Question) -> Iterator[tuple[str, str]]:
    labels = dict(question.options)
    for choice in question.choices:
        if choice == LEAVE or question.kind is not QuestionKind.SERVES:
            yield choice, gettext(CHOICES[choice])
        else:
            label, _, tag = labels[choice].rpartition("@")
            yield choice, _in_routers(label, _numbers(migration), [tag])


def _in_routers(label: str, numbers: Mapping[str, int], tags: list[str]) -> str:
    """The label of a router's profile, and where it stands when there are several routers."""
    known = sorted(numbers[tag] for tag in tags if tag in numbers)
    if not label or len(numbers) < 2 or not known:  # noqa: PLR2004 - more than one
        return label
    text = gettext("{label} (router {numbers})")
    return text.format(label=label, numbers=", ".join(map(str, known)))


def _review(
    row: MigrationProfile, decision: ProfileDecision | None, numbers: Mapping[str, int]
) -> ProfileReview:
    review, outcome = row.review, Outcome(row.outcome)
    incoming, outgoing = (
        _in_routers(
            review["labels"].get(way.value, ""),
            numbers,
            review.get("routers", {}).get(way.value, []),
        )
        for way in Direction
    )
    return ProfileReview(
        key=row.key,
        name=row.name,
        outcome=outcome,
        outcome_text=gettext(OUTCOMES[outcome]),
        migrates=review["migrates"],
        chosen=row.chosen,
        confirmed=row.confirmed,
        conflict_text=_conflict(decision),
        incoming_label=incoming,
        outgoing_label=outgoing,
        users=row.users,
        queues=row.queues,
        forwards=row.forwards,
        sample=tuple(row.sample),
        fields=_fields(row),
        changed=bool(row.changes),
        notices=tuple(gettext(PROFILE_NOTICES[ProfileNotice(n)]) for n in review["notices"]),
        obstacles=tuple(obstacles_of(row)),
        passwords=tuple((Direction(way), name) for way, name in review["passwords"]),
    )


def _fields(row: MigrationProfile) -> dict[Direction, tuple[FieldValue, ...]]:
    """Before and after, in words, by direction."""
    found: dict[Direction, list[FieldValue]] = {}
    for one in (FieldValue(*values) for values in row.review["fields"]):
        way = way_of(one)
        found.setdefault(way, []).append(labelled(one, way, row.changes))
    return {way: tuple(values) for way, values in found.items()}


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
