"""Answers that came before what they answer: joined when that comes, as its record is written.

What a cycle has just recorded is asked both ways, for answers that waited for it and for what it
answers itself, as another cycle may have recorded that since it was decided. An answer waits for
what its In-Reply-To names, and for the newest of its References. What is doubtful is proposed, as
it would have been in the other order. A fixed number of queries, whatever the batch.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from passerelle.crm.emails.regarding import (
    Keys,
    put_regarding,
    regarded_by_answers,
    regarding,
)
from passerelle.crm.models import ActivityMimeAttachment, AwaitedReference, Email
from passerelle.crm.models.mail.emails import (
    REGARDING,
    CorrelationDoubt,
    CorrelationMethod,
    CorrelationState,
)
from passerelle.crm.services.chunks import Wanted, chunks
from passerelle.crm.services.lookups import people_of
from passerelle.crm.services.prepared import Prepared
from passerelle.crm.threads.awaiting import message_hash
from passerelle.crm.threads.chains import (
    WAITING,
    keys_below,
    parents_above,
    waiting_answers,
)
from passerelle.crm.threads.standing import LINK, write_columns
from passerelle.messages import key_of
from passerelle.tracking import MESSAGE, Answer, TrackingSettings, doubt_of, has_another_subject

MOST_WAITING = 1_000  # answers that one batch joins


@dataclass(frozen=True, slots=True)
class _Pair:
    """An answer, and the email that it names."""

    answer: Email
    answered: Email


def join_waiting(
    arrived: Sequence[Email], named: Mapping[UUID, Sequence[str]], settings: TrackingSettings
) -> None:
    """Join the answers to these emails, and these to what they answer.

    `named`: what each of these refers to, the surest first; of the others nothing is.
    """
    if not settings.correlation:
        return
    by_id = {email.message_id: email for email in arrived if email.message_id}
    by_hash = {message_hash(message_id): email for message_id, email in by_id.items()}
    referring, answering = _waiting_for(_NEAREST_FIRST, by_hash), _waiting_for(_NAMING, by_id)
    surest_last = chain(_answered_by(named), referring, answering)
    found = {pair.answer.pk: pair for pair in surest_last}
    pairs = list(_without_circles(list(found.values())))
    if not pairs:
        return
    _put_links(pairs, settings)
    write_columns([pair.answer for pair in pairs], LINK)
    AwaitedReference.objects.filter(answer__in=[pair.answer.pk for pair in pairs]).delete()
    joined = [pair for pair in pairs if pair.answer.correlation_state == CorrelationState.SURE]
    _hand_down([pair for pair in joined if any(regarded_by_answers(pair.answered))])


def _held(waiting: QuerySet[Email]) -> QuerySet[Email]:
    """Those that were received, each with what may make it doubtful, until they are written."""
    parts = ActivityMimeAttachment.objects.filter(email=OuterRef("pk"), mimetype=MESSAGE)
    rows = waiting.filter(direction_code=False).annotate(carries_message=Exists(parts))
    return rows.defer("description", "html").select_for_update(of=("self",)).order_by("pk")


_NAMING: Prepared[str] = Prepared(
    lambda ids: (
        waiting_answers()
        .filter(in_reply_to__in=ids, direction_code=False)
        .order_by("pk")
        .values_list("pk", "in_reply_to")[:MOST_WAITING]
    )
)


_NEAREST_FIRST: Prepared[int] = Prepared(
    lambda hashes: (
        AwaitedReference.objects.filter(message_hash__in=hashes)
        .order_by("distance", "pk")
        .values_list("answer", "message_hash")[:MOST_WAITING]
    )
)


def _waiting_for(asked: Prepared[Wanted], arrived: Mapping[Wanted, Email]) -> Iterator[_Pair]:
    """The stored answers that are asked for by what names one of these, each with the first."""
    answered: dict[UUID, Email] = {}
    for chunk in chunks(arrived):
        for answer, named in asked.rows(chunk):
            answered.setdefault(answer, arrived[named])
    yield from _pairs(answered)


def _answered_by(named: Mapping[UUID, Sequence[str]]) -> Iterator[_Pair]:
    """What is stored by now of that which these name."""
    stored: dict[str, Email] = {}
    for chunk in chunks(set(chain.from_iterable(named.values()))):
        rows = Email.objects.filter(message_id__in=chunk).select_related("thread_choice")
        rows = rows.defer("description", "html")
        stored |= {one.message_id: one for one in rows.order_by("created_on", "activity_id")}
    first = ((key, next((one for one in ids if one in stored), "")) for key, ids in named.items())
    yield from _pairs({key: stored[message_id] for key, message_id in first if message_id})


def _pairs(answered: Mapping[UUID, Email]) -> Iterator[_Pair]:
    """Those of these answers that wait."""
    for keys in chunks(answered):
        for answer in _held(Email.objects.filter(WAITING, pk__in=keys)):
            yield _Pair(answer, answered[answer.pk])


def _without_circles(pairs: Sequence[_Pair]) -> Iterator[_Pair]:
    """Those that no email comes before itself by, also when all of them are joined."""
    answers = [one.answered.pk for one in pairs if one.answered.correlated_activity_id is not None]
    parents = parents_above(answers) if answers else {}
    if parents is None:  # too long to be sure of; a thread that waits is better than a circle
        return
    for pair in pairs:
        if not _leads_to(pair.answered.pk, pair.answer.pk, parents):
            parents[pair.answer.pk] = pair.answered.pk
            yield pair


def _leads_to(email: UUID, other: UUID, parents: Mapping[UUID, UUID | None]) -> bool:
    here: UUID | None = email
    for _ in range(len(parents) + 1):  # a circle that is stored already ends, too
        if here is None or here == other:
            break
        here = parents.get(here)
    return here is not None


def _put_links(pairs: Sequence[_Pair], settings: TrackingSettings) -> None:
    forms = settings.token_formats
    doubted = {
        pair.answered.pk
        for pair in pairs
        if has_another_subject(pair.answer.subject, pair.answered.subject, forms)
    }
    people = people_of(doubted)
    for answer, answered in ((pair.answer, pair.answered) for pair in pairs):
        known = people.get(answered.pk, frozenset())
        doubt = doubt_of(_asked(answer), answered.subject, known, forms)
        answer.correlation_method = CorrelationMethod.IN_REPLY_TO
        if doubt is None or settings.forwards_are_replies:
            answer.correlation_state = CorrelationState.SURE
            answer.correlation_doubt = CorrelationDoubt.NONE
            answer.correlated_activity, answer.proposed_activity = answered, None
        else:
            answer.correlation_state = CorrelationState.PROPOSED
            answer.correlation_doubt = int(doubt)
            answer.proposed_activity = answered


def _asked(answer: Any) -> Answer:
    """What makes an answer doubtful; the row is annotated."""
    return Answer(answer.subject, key_of(answer.sender), answer.carries_message)


def _hand_down(pairs: Sequence[_Pair]) -> None:
    """Have these answers, and those to them, regard what they would have in the other order.

    That is: where they regard nothing, and nobody said that they shall.
    """
    if not pairs:
        return
    given = {pair.answer.pk: regarded_by_answers(pair.answered) for pair in pairs}
    nothing = {f"{name}__isnull": True for name in REGARDING}
    below = Email.objects.filter(pk__in=keys_below(given), link_steps__isnull=True, **nothing)
    held = below.select_for_update(of=("self",)).order_by("pk")  # as every change holds them
    rows = {email.pk: email for email in held.defer("description", "html")}
    for email in rows.values():
        put_regarding(email, _inherited(email, rows, given))
    write_columns(list(rows.values()), REGARDING)


def _inherited(email: Email, rows: Mapping[UUID, Email], given: Mapping[UUID, Keys]) -> Keys:
    """What comes down to it, through emails that regard nothing themselves."""
    here: Email | None = email
    for _ in range(len(rows)):
        if here is None or here.pk in given:
            break
        above = here.correlated_activity_id
        here = rows.get(above) if above is not None else None
    return given[here.pk] if here is not None and here.pk in given else regarding(email)
