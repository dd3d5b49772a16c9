"""Decide on a batch of received messages: track, skip or complete, and why.

It folds message by message: what the first becomes is known to the second. It reads only the
answers and the batch; it looks nothing up, writes nothing and knows no clock.
"""

from collections.abc import Sequence

from passerelle.tracking.asking import Learnt
from passerelle.tracking.pipeline import TAKEN, Examination
from passerelle.tracking.values import (
    Answers,
    Decision,
    Incoming,
    ReadingMailbox,
    TrackingSettings,
)


def decide(
    batch: Sequence[Incoming], answers: Answers, settings: TrackingSettings, box: ReadingMailbox
) -> tuple[Decision, ...]:
    """One decision a message, in the order of the batch."""
    learnt = Learnt(answers, settings)
    decisions = []
    for incoming in batch:
        decision = _settled(Examination(incoming, learnt.answers, settings, box))
        learnt.add(incoming, decision)
        decisions.append(decision)
    return tuple(decisions)


def _settled(case: Examination) -> Decision:
    """The steps in their order; the first that settles the message ends its way."""
    for take in TAKEN:
        if (decision := take(case)) is not None:
            return decision
    raise AssertionError("the last step settles every message")
