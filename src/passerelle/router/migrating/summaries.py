"""*Migration Review Summary* before the start, and the summary that is kept afterwards.

The first plans everybody against the records as they are now and writes nothing; the second reads
the staged rows. Both have the same shape.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext

from passerelle.router.files.format import Who
from passerelle.router.files.values import Direction
from passerelle.router.migrating.deciding import (
    Planned,
    chosen_profiles,
    decide_profiles,
    planned_chunks,
    plans_of,
)
from passerelle.router.migrating.pages import obstacles_of
from passerelle.router.migrating.proposals import LISTED, merged_of
from passerelle.router.migrating.texts import (
    ADVICE,
    CHECKLIST,
    ENTER_PASSWORDS,
    NEXT_STEPS,
    PROFILE_ACTIONS,
    RECIPIENT_ACTIONS,
)
from passerelle.router.models import (
    CONFLICTS,
    TAKEN_OVER,
    UNMATCHED,
    Migration,
    MigrationProfile,
    MigrationRecipient,
    ProfileAction,
    RecipientAction,
)
from passerelle.router.reviewing.brought import (
    brought_people,
    brought_profiles,
    profile_source,
)
from passerelle.router.storing.collecting import collector_paused


@dataclass(frozen=True, slots=True)
class Counts:
    """Recipients by what becomes of them; `left_out` are those of profiles with No."""

    linked: int
    already_so: int
    unmatched: int
    conflicts: int
    left_out: int
    made: int  # forward mailboxes


@dataclass(frozen=True, slots=True)
class Listed:
    """A recipient that is not linked, and why."""

    name: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class PlannedProfile:
    """A chosen profile, what becomes of it, and of its recipients."""

    key: str
    name: str
    action: ProfileAction
    action_text: str
    confirmed: bool
    linked: int
    already_so: int
    unmatched: int
    conflicts: int
    made: int  # forward mailboxes


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole of a migration, planned or done."""

    profiles: tuple[PlannedProfile, ...]
    counts: Counts
    unmatched: tuple[Listed, ...]
    conflicts: tuple[Listed, ...]
    cannot_run: tuple[tuple[str, Direction, str], ...]  # profile, direction, why
    profile_passwords: tuple[tuple[str, Direction, str], ...]  # profile, direction, user name
    mailbox_passwords: int  # mailboxes whose own password is to be entered
    checklist: tuple[str, ...]
    advice: tuple[str, ...]
    next_steps: tuple[str, ...]


@collector_paused()
def summary(migration: Migration) -> Summary:
    """What a start would do now."""
    merged = merged_of(migration)
    rows = list(migration.profiles.all())
    chosen = chosen_profiles(merged, rows)
    decisions = decide_profiles(chosen)
    tally = _Tally(brought_people(migration))
    for chunk in planned_chunks(chosen, plans_of(chosen, decisions)):
        tally.add(chunk)
    actions = {key: decision.action for key, decision in decisions.items()}
    return _summary(rows, actions, tally.counts, tally)


def result(migration: Migration) -> Summary:
    """What was done, as kept; while it still runs, what is staged so far."""
    rows = list(migration.profiles.all())
    keys = {row.pk: row.key for row in rows}
    actions = {row.key: ProfileAction(row.action) for row in rows if row.action}
    staged = MigrationRecipient.objects.filter(migration=migration)
    grouped = staged.order_by().values_list("profile_id", "action").annotate(n=Count("pk"))
    counts = Counter({(keys[pk], RecipientAction(action)): n for pk, action, n in grouped})
    tally = _Tally()
    for actions_, into in ((UNMATCHED, tally.unmatched), (CONFLICTS, tally.conflicts)):
        found = staged.filter(action__in=actions_).select_related("mailbox").order_by("pk")
        into.extend(_listed_row(row) for row in found[:LISTED])
    tally.own_passwords = staged.filter(action__in=TAKEN_OVER, asks=True).count()
    return _summary(rows, actions, counts, tally)


_ByProfile = Counter[tuple[str, RecipientAction]]


class _Tally:
    """Counts plans as they come, and keeps the first of those that are listed."""

    def __init__(self, brought: Collection[Who] = ()) -> None:
        self.brought = brought  # whose credentials are there
        self.counts: _ByProfile = Counter()
        self.unmatched: list[Listed] = []
        self.conflicts: list[Listed] = []
        self.own_passwords = 0

    def add(self, chunk: Iterable[Planned]) -> None:
        for one in chunk:
            plan = one.plan
            self.counts[one.profile.key, plan.action] += 1
            who = Who(one.recipient.kind, one.recipient.guid)
            self.own_passwords += bool(plan.asks) and who not in self.brought
            if plan.action in UNMATCHED and len(self.unmatched) < LISTED:
                self.unmatched.append(_listed(one))
            elif plan.action in CONFLICTS and len(self.conflicts) < LISTED:
                self.conflicts.append(_listed(one))


def _summary(
    rows: list[MigrationProfile],
    actions: Mapping[str, ProfileAction],
    counts: _ByProfile,
    tally: _Tally,
) -> Summary:
    chosen = [row for row in rows if row.key in actions]
    passwords = tuple(_profile_passwords(chosen))
    asked = [ENTER_PASSWORDS] if passwords or tally.own_passwords else []
    profiles = tuple(_profile(row, actions[row.key], counts) for row in chosen)
    return Summary(
        profiles=profiles,
        counts=Counts(
            linked=sum(one.linked for one in profiles),
            already_so=sum(one.already_so for one in profiles),
            unmatched=sum(one.unmatched for one in profiles),
            conflicts=sum(one.conflicts for one in profiles),
            left_out=sum(
                row.users + row.queues + row.forwards for row in rows if row.key not in actions
            ),
            made=sum(one.made for one in profiles),
        ),
        unmatched=tuple(tally.unmatched),
        conflicts=tuple(tally.conflicts),
        cannot_run=tuple((row.name, way, why) for row in chosen for way, why in obstacles_of(row)),
        profile_passwords=passwords,
        mailbox_passwords=tally.own_passwords,
        checklist=tuple(gettext(text) for text in CHECKLIST),
        advice=tuple(gettext(text) for text in ADVICE),
        next_steps=tuple(gettext(text) for text in (*asked, *NEXT_STEPS)),
    )


def _profile_passwords(rows: list[MigrationProfile]) -> Iterator[tuple[str, Direction, str]]:
    """Those that nobody brought."""
    brought = brought_profiles(rows[0].migration) if rows else {}
    for row in rows:
        for way, username in row.review["passwords"]:
            if profile_source(row.key, way) not in brought and not _was_brought(row, way):
                yield row.name, Direction(way), username


def _was_brought(row: MigrationProfile, way: str) -> bool:
    """Once it is done the credential itself tells."""
    return way in row.values.get("brought", [])


def _profile(row: MigrationProfile, action: ProfileAction, counts: _ByProfile) -> PlannedProfile:
    return PlannedProfile(
        key=row.key,
        name=row.name,
        action=action,
        action_text=gettext(PROFILE_ACTIONS[action]),
        confirmed=row.confirmed,
        linked=counts[row.key, RecipientAction.LINK],
        already_so=counts[row.key, RecipientAction.SAME],
        unmatched=sum(counts[row.key, action] for action in UNMATCHED),
        conflicts=sum(counts[row.key, action] for action in CONFLICTS),
        made=counts[row.key, RecipientAction.CREATE],
    )


def _listed(one: Planned) -> Listed:
    mailbox, recipient = one.plan.mailbox, one.recipient
    name = mailbox.name if mailbox else recipient.address or str(recipient.guid)
    return Listed(name, recipient.kind.value, gettext(RECIPIENT_ACTIONS[one.plan.action]))


def _listed_row(row: MigrationRecipient) -> Listed:
    name = row.mailbox.name if row.mailbox else row.address or str(row.guid)
    return Listed(name, row.kind, gettext(RECIPIENT_ACTIONS[RecipientAction(row.action)]))
