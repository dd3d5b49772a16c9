"""To which stored email a message belongs, by which method, and whether that is sure.

The methods in their order: In-Reply-To and References, the tracking token, Thread-Index, smart
matching; the newest match of each. What speaks against a match does not undo it: it is kept as a
doubt, and the match is proposed to a person. Nothing is looked up here.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from passerelle.tracking.asking import answered_ids, conversation, tokens_of
from passerelle.tracking.belonging.doubting import answer_of, doubt_of, has_another_subject
from passerelle.tracking.belonging.similar import Sought, similar_email, sought_by
from passerelle.tracking.belonging.thread_index import answered_email
from passerelle.tracking.values import (
    Answers,
    Correlation,
    CorrelationMethod,
    Doubt,
    Incoming,
    ReadingMailbox,
    TrackingSettings,
)


def correlate(
    incoming: Incoming, answers: Answers, settings: TrackingSettings, box: ReadingMailbox
) -> Correlation | None:
    """The email that the message belongs to, with what makes that doubtful."""
    found = _found(incoming, answers, settings)
    if found is None:
        email = similar_email(incoming, answers, settings, box)
        if email is None:
            return None
        return Correlation(email, CorrelationMethod.SMART_MATCHING, Doubt.SIMILAR)
    people = answers.people.get(found.email.activityid, frozenset())
    doubt = doubt_of(answer_of(incoming), found.email.subject, people, settings.token_formats)
    return found if doubt is None else replace(found, doubt=doubt)


def people_asked(
    batch: Sequence[Incoming], answers: Answers, settings: TrackingSettings
) -> frozenset[UUID]:
    """The emails whose people `correlate` may look at: few, as most answers keep their subject."""
    found = (
        (incoming, _found(incoming, answers, settings))
        for incoming in batch
        if not incoming.test_id
    )
    return frozenset(
        one.email.activityid
        for incoming, one in found
        if one is not None
        and has_another_subject(incoming.subject, one.email.subject, settings.token_formats)
    )


def similar_asked(
    batch: Sequence[Incoming], answers: Answers, settings: TrackingSettings
) -> frozenset[Sought]:
    """What smart matching looks for, where nothing else found what a message answers."""
    return frozenset(
        sought
        for incoming in batch
        if (sought := sought_by(incoming, answers, settings)) is not None
        and _found(incoming, answers, settings) is None
    )


def _found(incoming: Incoming, answers: Answers, settings: TrackingSettings) -> Correlation | None:
    for one in answered_ids(incoming, settings):
        if emails := answers.emails.get(one):
            return Correlation(emails[0], CorrelationMethod.IN_REPLY_TO)
    for token in tokens_of(incoming, settings):
        if (email := answers.tokens.get(token)) is not None:
            return Correlation(email, CorrelationMethod.TRACKING_TOKEN)
    return _by_thread_index(incoming, answers, settings)


def _by_thread_index(
    incoming: Incoming, answers: Answers, settings: TrackingSettings
) -> Correlation | None:
    found = conversation(incoming, settings)
    if found is None:
        return None
    stored = answers.conversations.get(found, ())
    email = answered_email(incoming.header_facts.thread_index, stored)
    return Correlation(email, CorrelationMethod.CONVERSATION_INDEX) if email is not None else None
