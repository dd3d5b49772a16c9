"""How it stands with taking the ignored messages of a page by hand: what is offered, what is asked.

A fixed number of queries, and none where nothing was ignored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from passerelle.crm.models import Email, SignInAccount
from passerelle.sync.by_hand.asking import can_be_taken
from passerelle.sync.finding.sight import decider_of
from passerelle.sync.folders.finding import INBOX
from passerelle.sync.incoming.rows import ANSWERED
from passerelle.sync.models import Place, TakeRequest, TrackingFolder
from passerelle.sync.models.folders import FolderStanding


@dataclass(frozen=True, slots=True)
class Taking:
    """Of one ignored message: who asked for it, what came of that, and what may be done."""

    place: Place
    request: TakeRequest | None
    answers: UUID | None  # an email that it answers, tracked since it was ignored
    is_offered: bool


def takings_of(account: SignInAccount, places: Iterable[Place]) -> dict[UUID, Taking]:
    """By place, for those that this person may have tracked."""
    decider = decider_of(account)
    theirs = [one for one in places if can_be_taken(one) and decider.sees(one)]
    if not theirs:
        return {}
    requests = {one.pk: one for one in TakeRequest.objects.filter(pk__in=[p.pk for p in theirs])}
    answered, unread = _answered(theirs), _unread(theirs)
    return {
        place.pk: Taking(
            place,
            request := requests.get(place.pk),
            answered.get(place.facts.get(ANSWERED, "")),
            is_offered=place.pk not in unread and (request is None or not request.is_waiting),
        )
        for place in theirs
    }


def _unread(places: Iterable[Place]) -> set[UUID]:
    """Those in folders that are not read; no query where all lie in the inbox."""
    beside = [one for one in places if one.folder != INBOX]
    if not beside:
        return set()
    rows = TrackingFolder.objects.filter(
        standing=FolderStanding.READ,
        mailbox__in={one.mailbox_id for one in beside},
        folder__in={one.folder for one in beside},
    )
    watched = set(rows.values_list("mailbox", "folder"))
    return {one.pk for one in beside if (one.mailbox_id, one.folder) not in watched}


def _answered(places: Iterable[Place]) -> dict[str, UUID]:
    """The emails that these answer, by Message-ID; the newest of one."""
    named = {place.facts[ANSWERED] for place in places if place.facts.get(ANSWERED)}
    if not named:
        return {}
    emails = Email.objects.filter(message_id__in=named).order_by("created_on")
    return dict(emails.values_list("message_id", "pk"))
