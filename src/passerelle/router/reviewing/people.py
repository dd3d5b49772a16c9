"""The users, queues and accounts of a draft by name, as rows that pages seek through.

Made anew, in one go, when what they depend on changed; a person's settling of single ones changes
its own rows only. Nothing here is final: staging plans everybody against the records as they are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from passerelle.router.files.format import Directory, Who
from passerelle.router.files.merged import RecipientKind
from passerelle.router.files.merging import Merge
from passerelle.router.migrating.deciding import (
    Planned,
    chosen_profiles,
    decide_profiles,
    planned_chunks,
    plans_of,
)
from passerelle.router.migrating.directory import directory
from passerelle.router.migrating.proposals import (
    ACCOUNT,
    left_accounts,
    matched_accounts,
    merged_of,
    settled_of,
)
from passerelle.router.models import (
    Migration,
    MigrationProfile,
    ReviewRow,
    ReviewState,
)
from passerelle.router.reviewing.brought import brought_people
from passerelle.router.reviewing.settling import by_local_part, suggestion
from passerelle.router.storing.collecting import collector_paused
from passerelle.router.storing.inserting import insert_values

UNMATCHED = (ReviewState.UNKNOWN, ReviewState.NO_MAILBOX, ReviewState.ACCOUNT)
LINKED = (ReviewState.LINK, ReviewState.SAME, ReviewState.MATCHED, ReviewState.CREATE)
NAME_CHARS, TEXT_CHARS = 200, 320
_COLUMNS = (
    "migration", "kind", "source", "name", "address", "profile", "state",
    "suggested_kind", "suggested_guid", "start", "incoming_username", "outgoing_username", "asks",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows are made with."""

    migration: Migration
    rows: dict[str, MigrationProfile]
    people: Directory
    by_local: dict[str, Who | None]
    named: frozenset[Who]  # by the files themselves
    originals: dict[Who, Who]  # whom the files name in place of one who is matched by hand
    matched: frozenset[Who]
    brought: frozenset[Who]

    def suggested(self, text: str, named: frozenset[Who]) -> tuple[str, object]:
        who = suggestion(text, self.people.by_address, self.by_local, named)
        return (who.kind.value, who.guid) if who else ("", None)


def people_of(migration: Migration) -> QuerySet[ReviewRow]:
    """Everybody of a draft, by name; made first where it has changed."""
    if migration.review_stale:
        _make(migration)
    return ReviewRow.objects.filter(migration=migration).select_related("profile")


def narrowed(rows: QuerySet[ReviewRow], show: str, terms: Iterable[str]) -> QuerySet[ReviewRow]:
    """Those that a filter and the words of a search leave."""
    match show:
        case "unmatched":
            rows = rows.filter(state__in=UNMATCHED)
        case "linked":
            rows = rows.filter(state__in=LINKED)
        case "asking":
            rows = rows.filter(asks=True)
        case "staying":
            rows = rows.exclude(state__in=(*UNMATCHED, *LINKED))
        case _:
            pass
    for term in terms:
        rows = rows.filter(Q(name__icontains=term) | Q(address__icontains=term))
    return rows


@collector_paused()
def _make(migration: Migration) -> None:
    merged = merged_of(migration)
    rows = list(migration.profiles.all())
    people = directory()
    named = {Who(one.kind, one.guid) for p in merged.profiles for one in p.recipients}
    originals = {one.match: who for who, one in settled_of(migration).items() if one.match}
    known = _Known(
        migration,
        {row.key: row for row in rows},
        people,
        by_local_part(people.by_address),
        frozenset(named | set(merged.asked)),
        originals,
        frozenset({*originals, *matched_accounts(migration).values()}),
        frozenset(brought_people(migration)),
    )
    values = [*_planned(merged, known), *_left(merged, known), *_accounts(merged, known)]
    with transaction.atomic():
        # Two pages that make it at the same moment would both find nothing to delete.
        Migration.objects.select_for_update().get(pk=migration.pk)
        ReviewRow.objects.filter(migration=migration).delete()
        insert_values(ReviewRow, _COLUMNS, values)
        Migration.objects.filter(pk=migration.pk).update(review_stale=False)
    migration.review_stale = False


def _planned(merged: Merge, known: _Known) -> Iterator[tuple[object, ...]]:
    """The recipients of the chosen profiles with what would become of each."""
    chosen = chosen_profiles(merged, known.rows.values())
    plans = plans_of(chosen, decide_profiles(chosen))
    for chunk in planned_chunks(chosen, plans):
        for one in chunk:
            yield _row_of(one, known)


def _row_of(one: Planned, known: _Known) -> tuple[object, ...]:
    recipient, mailbox = one.recipient, one.plan.mailbox
    state = ReviewState(one.plan.action.value)
    who = Who(recipient.kind, recipient.guid)
    if who in known.matched and state in LINKED and state != ReviewState.CREATE:
        state = ReviewState.MATCHED
    unknown = state == ReviewState.UNKNOWN
    suggested = known.suggested(recipient.address, known.named) if unknown else ("", None)
    if suggested[0] == RecipientKind.FORWARD.value:
        suggested = ("", None)  # it is nobody's own
    who = known.originals.get(who, who)
    return (
        known.migration.pk,
        who.kind.value,
        str(who.guid),
        (mailbox.name if mailbox else recipient.address or str(recipient.guid))[:NAME_CHARS],
        recipient.address[:TEXT_CHARS],
        known.rows[one.profile.key].pk,
        state.value,
        *suggested,
        recipient.threshold,
        recipient.incoming_username[:TEXT_CHARS],
        recipient.outgoing_username[:TEXT_CHARS],
        bool(one.plan.asks) and Who(recipient.kind, recipient.guid) not in known.brought,
    )


def _left(merged: Merge, known: _Known) -> Iterator[tuple[object, ...]]:
    """Those of profiles with No or that cannot migrate, who wait for an answer, or were left."""
    chosen = {row.key for row, _ in chosen_profiles(merged, known.rows.values())}
    for profile in merged.profiles:
        if profile.key not in chosen:
            for one in profile.recipients:
                who = Who(one.kind, one.guid)
                key = known.rows[profile.key].pk
                yield _bare(known, who, one.address, ReviewState.NOT_CHOSEN, key)
    for who in merged.asked:
        yield _bare(known, who, known.people.addresses.get(who.guid, ""), ReviewState.ASKED, None)
    for who, settled in settled_of(known.migration).items():
        if settled.leave:
            address = known.people.addresses.get(who.guid, "")
            yield _bare(known, who, address, ReviewState.LEFT, None)


def _bare(
    known: _Known, who: Who, address: str, state: ReviewState, profile: object
) -> tuple[object, ...]:
    name = (address or str(who.guid))[:NAME_CHARS]
    head = (known.migration.pk, who.kind.value, str(who.guid), name, address[:TEXT_CHARS])
    return (*head, profile, state.value, "", None, None, "", "", False)


def _accounts(merged: Merge, known: _Known) -> Iterator[tuple[object, ...]]:
    """Accounts of providers that name nobody, each once."""
    accounts = dict.fromkeys(one.username.casefold() for one in merged.unassigned)
    left = left_accounts(known.migration)
    for account in accounts:
        text = account[:TEXT_CHARS]
        head = (known.migration.pk, ACCOUNT, text, text[:NAME_CHARS], text)
        state = ReviewState.LEFT if text in left else ReviewState.ACCOUNT
        yield (
            *head,
            None,
            state.value,
            *known.suggested(account, frozenset()),
            None,
            text,
            "",
            False,
        )
