"""Decide a kept case again, by the rules of today or by those that somebody considers.

The same steps as the first time, with the people and the correlation as they were found then.
"""

from dataclasses import replace
from uuid import UUID

from passerelle.messages import Automatic
from passerelle.tracking.pipeline import Examination, steps
from passerelle.tracking.reasons import Reason
from passerelle.tracking.values import (
    Answering,
    Answers,
    Asked,
    Case,
    Correlation,
    CorrelationMethod,
    Direction,
    Doubt,
    Incoming,
    ReadingMailbox,
    RecordRef,
    Reported,
    StoredEmail,
    Taker,
    TrackingSettings,
)
from passerelle.tracking.wanting.never_list import NOTHING_NEVER, NeverKind, NeverRule, never_list

_NOBODY = UUID(int=0)
_REPORTED = "<reported>"
_SENT = StoredEmail(_NOBODY, Direction.OUTGOING)
_MESSAGE = Incoming(
    activityid=_NOBODY,
    digest=b"",
    text_digest=b"",
    text="",
    parts=frozenset(),
    message_id="<replayed>",
    in_reply_to="",
    references=(),
    subject="",
    sender=None,
    to=(),
    cc=(),
    automatic=Automatic.AUTO_REPLIED,
)
# A list that keeps this message out; what the list of then said is no matter of other rules.
_KEEPS_OUT = never_list([NeverRule(NeverKind.AUTOMATIC, spares_answers=False)])
_DOUBTS = {Answering.PROPOSED: Doubt.FORWARD, Answering.SIMILAR: Doubt.SIMILAR}
_STEPS = (steps.bounce, steps.never_track, steps.internal, steps.recipients, steps.wishes)


def replay(case: Case, settings: TrackingSettings) -> Reason:
    """The reason with which these rules would settle the message."""
    examined = _examination(case, settings)
    for take in _STEPS:
        if (decision := take(examined)) is not None:
            return decision.reason
    raise AssertionError("the last step settles every message")


def _examination(case: Case, settings: TrackingSettings) -> Examination:
    takers = tuple(map(_taker, case.takers))
    reader = next((one for one in takers if one.record.id == case.reader), None)
    emails = {_MESSAGE.message_id: (_SENT,)} if case.sent_copy else {}
    message = _MESSAGE
    if case.reported is not Reported.NOTHING:
        emails[_REPORTED] = (_SENT,)
        confirms = case.reported is Reported.RECEIPT
        message = replace(_MESSAGE, reports=(_REPORTED,), confirms=confirms)
    never = {one.id: _KEEPS_OUT for one in case.takers if one.never}
    settings = replace(settings, never=_KEEPS_OUT if case.never else NOTHING_NEVER)
    answers = Answers(emails=emails, never=never)
    examined = Examination(message, answers, settings, ReadingMailbox("", reader))
    examined.takers = takers
    if case.sender is not None:
        examined.sender = RecordRef(case.sender, _NOBODY)
    if case.answering is not Answering.NONE:
        doubt = _DOUBTS.get(case.answering)
        examined.correlated = Correlation(_SENT, CorrelationMethod.IN_REPLY_TO, doubt)
    return examined


def _taker(asked: Asked) -> Taker:
    return Taker(RecordRef(asked.kind, asked.id), asked.filter, None)
