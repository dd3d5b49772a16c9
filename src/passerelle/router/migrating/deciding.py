"""Decides, against the records as they are now, what becomes of the proposed profiles.

Used twice with the same rules: for the review page, which writes nothing, and when a migration
begins to stage.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils import timezone

from passerelle.guids import new_guid
from passerelle.router.files.format import Who
from passerelle.router.files.merged import MergedProfile, MergedRecipient, RecipientKind
from passerelle.router.files.merging import Merge
from passerelle.router.migrating import lookups
from passerelle.router.migrating.planning import (
    MailboxNow,
    Moment,
    ProfileDecision,
    ProfilePlan,
    RecipientPlan,
    decide_profile,
    own_account,
    plan_recipient,
    values_of,
)
from passerelle.router.models import MigrationProfile

CHUNK = 2_000  # recipients: one commit, one step of the progress


@dataclass(frozen=True, slots=True)
class Planned:
    """One recipient with its plan."""

    profile: MergedProfile
    recipient: MergedRecipient
    plan: RecipientPlan


def chosen_profiles(
    merged: Merge, rows: Iterable[MigrationProfile]
) -> list[tuple[MigrationProfile, MergedProfile]]:
    """The proposals to migrate with their rows, in the order of the page."""
    by_key = {profile.key: profile for profile in merged.profiles}
    found = ((row, by_key.get(row.key)) for row in rows if row.chosen)
    return [(row, profile) for row, profile in found if profile is not None and profile.migrates]


def decide_profiles(
    chosen: Iterable[tuple[MigrationProfile, MergedProfile]],
) -> dict[str, ProfileDecision]:
    """What becomes of each chosen proposal, by key."""
    pairs = list(chosen)
    existing = lookups.existing_profiles()
    by_id = {one.profile_id: one for one in existing}
    by_name = {one.name.casefold(): one for one in existing}
    earlier = lookups.earlier_targets([row.key for row, _ in pairs])
    return {
        row.key: decide_profile(
            final_values(row, profile),
            by_id.get(earlier[row.key]) if row.key in earlier else None,
            by_name.get(row.name.casefold()),
            confirmed=row.confirmed,
        )
        for row, profile in pairs
    }


def final_values(row: MigrationProfile, profile: MergedProfile) -> dict[str, Any]:
    """The columns of the profile, those that a person mapped otherwise in them."""
    return {**values_of(profile), **{k: v for k, v in row.changes.items() if k != "name"}}


def plans_of(
    chosen: Iterable[tuple[MigrationProfile, MergedProfile]],
    decisions: Mapping[str, ProfileDecision],
) -> dict[str, ProfilePlan]:
    """The decided profiles as their recipients need them, by key; new ones have their GUID."""
    return {
        row.key: ProfilePlan(
            decisions[row.key].target_id or new_guid(),
            row.confirmed,
            own_account(final_values(row, profile)),
        )
        for row, profile in chosen
    }


def planned_chunks(
    chosen: Iterable[tuple[MigrationProfile, MergedProfile]],
    plans: Mapping[str, ProfilePlan],
    done: frozenset[Who] = frozenset(),
) -> Iterator[list[Planned]]:
    """The recipients of the chosen profiles, planned chunk by chunk; `done` are passed over."""
    recipients = (
        (profile, recipient)
        for _, profile in chosen
        for recipient in profile.recipients
        if Who(recipient.kind, recipient.guid) not in done
    )
    mailboxes = lookups.mailboxes_now()
    moment = Moment(timezone.now(), lookups.earlier_starts())
    while chunk := list(islice(recipients, CHUNK)):
        yield _planned(chunk, plans, mailboxes, moment)


def _planned(
    chunk: list[tuple[MergedProfile, MergedRecipient]],
    plans: Mapping[str, ProfilePlan],
    mailboxes: Mapping[Who, MailboxNow],
    moment: Moment,
) -> list[Planned]:
    people = [Who(recipient.kind, recipient.guid) for _, recipient in chunk]
    known = _known(people, chunk, mailboxes)
    return [
        Planned(
            profile,
            recipient,
            plan_recipient(
                recipient,
                plans[profile.key],
                mailboxes.get(who),
                known=who in known,
                moment=moment,
            ),
        )
        for who, (profile, recipient) in zip(people, chunk, strict=True)
    ]


def _known(
    people: list[Who],
    chunk: list[tuple[MergedProfile, MergedRecipient]],
    mailboxes: Mapping[Who, MailboxNow],
) -> set[Who]:
    """Those without a mailbox who exist; of forward mailboxes those whose address is taken."""
    missing = {
        who: one for who, (_, one) in zip(people, chunk, strict=True) if who not in mailboxes
    }
    forward = {who: one for who, one in missing.items() if who.kind is RecipientKind.FORWARD}
    taken = lookups.addresses_taken([one.address for one in forward.values()])
    known = lookups.known_people([who for who in missing if who not in forward])
    return known | {who for who, one in forward.items() if one.address.casefold() in taken}
