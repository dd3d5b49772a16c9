"""What a person settled of single recipients, put over what the files say. Pure.

A recipient may be matched with another user or queue, left as it is, or get another start or user
name. Nobody is matched with somebody whom the files name themselves, nor two with one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from passerelle.router.files.format import Who
from passerelle.router.files.merged import MergedProfile, MergedRecipient
from passerelle.router.files.merging import Merge


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled of one recipient; what is None or "" stays as the files say."""

    leave: bool = False
    match: Who | None = None
    start: datetime | None = None
    incoming_username: str = ""
    outgoing_username: str = ""


def settle(merged: Merge, settled: Mapping[Who, Settled]) -> Merge:
    """The proposals with what was settled in them."""
    if not settled:
        return merged
    named = {Who(one.kind, one.guid) for p in merged.profiles for one in p.recipients}
    taken = named | set(merged.asked)
    return replace(merged, profiles=tuple(_profile(one, settled, taken) for one in merged.profiles))


def _profile(
    profile: MergedProfile, settled: Mapping[Who, Settled], taken: set[Who]
) -> MergedProfile:
    recipients: list[MergedRecipient] = []
    for recipient in profile.recipients:
        one = settled.get(Who(recipient.kind, recipient.guid))
        if one is None:
            recipients.append(recipient)
        elif not one.leave:
            recipients.append(_recipient(recipient, one, taken))
    return replace(profile, recipients=tuple(recipients))


def _recipient(recipient: MergedRecipient, one: Settled, taken: set[Who]) -> MergedRecipient:
    who = one.match
    if who is None or who in taken:
        who = Who(recipient.kind, recipient.guid)
    else:
        taken.add(who)
    return replace(
        recipient,
        kind=who.kind,
        guid=who.guid,
        threshold=one.start or recipient.threshold,
        incoming_username=one.incoming_username or recipient.incoming_username,
        outgoing_username=one.outgoing_username or recipient.outgoing_username,
    )


def suggestion(
    text: str,
    by_address: Mapping[str, Who],
    by_local: Mapping[str, Who | None],
    named: Collection[Who],
) -> Who | None:
    """Whom an address or an account may mean: the same address, else the only one called so.

    `by_local` holds None for a local part that several have. A suggestion, never taken by itself.
    """
    folded = text.strip().casefold()
    local = folded.partition("@")[0].rpartition("\\")[2]
    found = by_address.get(folded) or (by_local.get(local) if local else None)
    return found if found is not None and found not in named else None


def by_local_part(by_address: Mapping[str, Who]) -> dict[str, Who | None]:
    """Everybody by the part before the @; None where several have the same."""
    found: dict[str, Who | None] = {}
    for address, who in by_address.items():
        local = address.partition("@")[0]
        found[local] = None if local in found else who
    return found
