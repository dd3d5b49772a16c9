"""A person's word on where an email belongs: to which record, to which email, or to nothing.

It is said of one email, or of it and what follows, which then takes the way of the first as far as
it stood like it. It is kept whole, so that it can be undone, and is one entry of the audit.
What was said is remembered: a later answer takes over what the answered email regards, and those
to emails before the corrected one regard what was said of the rest.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from passerelle.crm.emails.regarding import (
    Keys,
    Regarded,
    keys_of,
    put_regarding,
    regarded_by_answers,
    regarding,
)
from passerelle.crm.models import Email, LinkChange, LinkStep, SignInAccount
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.mail.emails import (
    CorrelationDoubt,
    CorrelationMethod,
    CorrelationState,
)
from passerelle.crm.services.audit_notes import USERNAME_CHARS, Subject, note
from passerelle.crm.services.inserting import insert_rows
from passerelle.crm.threads.chains import conversation_keys, is_below, keys_below
from passerelle.crm.threads.standing import STANDING, Held, hold, mark, write
from passerelle.faults.mail.tracking import LinkChanged, LinkMakesCircle, ProposalGone


@transaction.atomic
def regard(
    email: Email, record: Regarded | None, by: SignInAccount, *, seen: str, onward: bool = False
) -> LinkChange | None:
    """Have the email regard this record, or nothing; onward, all that follows it as well.

    `seen` is the `mark` of what the person looked at. None is given back when nothing changes.
    Raises `LinkChanged`.
    """
    held = hold({email.pk, *(conversation_keys(email) if onward else ())}, by)
    first = _first(held, email, seen)
    before, wanted = regarding(first.email), keys_of(record)
    put_regarding(first.email, wanted)
    if onward:
        for one in held.values():
            _go_along(one, first, before, wanted)
    return _keep(email, write(held.values()), by)


@transaction.atomic
def join(
    email: Email, answered: Email | None, by: SignInAccount, *, seen: str, onward: bool = False
) -> LinkChange | None:
    """Have the email answer another, and regard what answers to that do; or answer nothing.

    Onward, the answers to the email regard the same, where they regarded what it did. Raises
    `LinkChanged`, `LinkMakesCircle`.
    """
    held = hold({email.pk, *(keys_below([email.pk]) if onward else ())}, by)
    first = _first(held, email, seen)
    before = regarding(first.email)
    _put_link(first.email, answered)
    first.email.correlation_method = CorrelationMethod.NONE
    if answered is not None:
        wanted = regarded_by_answers(answered)
        for one in held.values():
            if one is first or regarding(one.email) == before:
                put_regarding(one.email, wanted)
                one.choice = None
    return _keep(email, write(held.values()), by)


@transaction.atomic
def accept_proposal(email: Email, by: SignInAccount) -> LinkChange | None:
    """Join the email to what is proposed; it regards what that does, unless it regards something.

    Raises `ProposalGone`, `LinkMakesCircle`.
    """
    held = _proposed(email, by)
    answered = held.email.proposed_activity
    if answered is None:  # what was proposed is no more
        raise ProposalGone
    _put_link(held.email, answered)
    if not any(regarding(held.email)):
        put_regarding(held.email, regarded_by_answers(answered))
    return _keep(email, write([held]), by)


@transaction.atomic
def refuse_proposal(email: Email, by: SignInAccount) -> LinkChange | None:
    """Say that the email answers nothing. Raises `ProposalGone`."""
    held = _proposed(email, by)
    _put_link(held.email, None)
    held.email.correlation_method = CorrelationMethod.NONE
    return _keep(email, write([held]), by)


def _go_along(one: Held, first: Held, before: Keys, wanted: Keys) -> None:
    """What an email of the conversation makes of a word on `first` and all that follows it."""
    if one is not first and not _follows(one.email, first.email):
        one.choice = wanted  # it stays, and what answers it is later
    elif one is first or regarding(one.email) == before:
        put_regarding(one.email, wanted)
        one.choice = None


def _first(held: dict[UUID, Held], email: Email, seen: str) -> Held:
    """The email that the word is about, if it still stands as the person saw it."""
    found = held.get(email.pk)
    if found is None or mark(found.email) != seen:
        raise LinkChanged
    return found


def _proposed(email: Email, by: SignInAccount) -> Held:
    found = hold([email.pk], by).get(email.pk)
    if found is None or found.email.correlation_state != CorrelationState.PROPOSED:
        raise ProposalGone
    return found


def _put_link(email: Email, answered: Email | None) -> None:
    if answered is not None and is_below(answered.pk, email.pk):
        raise LinkMakesCircle
    email.correlated_activity = answered
    email.correlation_state = CorrelationState.BY_PERSON
    email.correlation_doubt = CorrelationDoubt.NONE
    email.proposed_activity = None


def _follows(one: Email, other: Email) -> bool:
    """In the order in which a conversation is shown."""
    return _moment(one) > _moment(other)


def _moment(email: Email) -> tuple[datetime, datetime, UUID]:
    return email.sent_on or email.created_on, email.created_on, email.pk


def _keep(email: Email, changed: Iterable[Held], by: SignInAccount) -> LinkChange | None:
    """What an undo needs, and the entry of the audit."""
    steps = {one.email.pk: (one.before, one.values()) for one in changed}
    if not steps:
        return None
    change = LinkChange(
        email_id=email.pk, username=by.username[:USERNAME_CHARS], done_on=timezone.now()
    )
    change.save(force_insert=True)
    insert_rows(
        [
            LinkStep(change_id=change.pk, email_id=key, before=before, after=after)
            for key, (before, after) in steps.items()
        ]
    )
    before, after = steps.get(email.pk, ({}, {}))
    told = {
        name: [before[name], after[name]]
        for name in STANDING
        if before.get(name) != after.get(name)
    }
    note(
        AuditAction.LINK_CHANGED,
        Subject("email", email.pk),
        by.username,
        told | ({"emails": len(steps)} if len(steps) > 1 else {}),
    )
    return change
