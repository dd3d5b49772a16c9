"""The steps as they are declared: complete, in order, and true to what they do."""

import pytest
from hypothesis import given
from tests.unit.tracking.any_mail import incomings, mailboxes, organizations, some_answers

from passerelle.tracking import (
    STEPS,
    Answers,
    Incoming,
    ReadingMailbox,
    Reason,
    Step,
    TrackingSettings,
    Where,
    decide,
)
from passerelle.tracking.pipeline import Examination, steps

each_step = pytest.mark.parametrize("step", [pytest.param(one, id=one.name) for one in STEPS])


def test_every_reason_is_settled_by_a_step() -> None:
    assert frozenset().union(*(step.settles for step in STEPS)) == frozenset(Reason)


def test_names_are_unique() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)


@each_step
def test_a_step_is_taken_by_the_rules_or_says_where(step: Step) -> None:
    assert (step.take is not None) == (step.where is Where.RULES)


@each_step
def test_a_step_has_the_name_of_what_it_does(step: Step) -> None:
    if step.where is Where.RULES:
        assert step.take is getattr(steps, step.name.replace("-", "_"))


def test_the_cycle_comes_before_and_after_the_rules() -> None:
    order = [Where.BEFORE, Where.RULES, Where.AFTER]
    assert [step.where for step in STEPS] == sorted((step.where for step in STEPS), key=order.index)


@given(incomings(), some_answers, organizations, mailboxes)
def test_a_step_settles_with_its_own_reasons_alone_and_the_first_ends_the_way(
    incoming: Incoming, known: Answers, organization: TrackingSettings, box: ReadingMailbox
) -> None:
    case = Examination(incoming, known, organization, box)
    for step in STEPS:
        if step.take is None:
            continue
        decision = step.take(case)
        if decision is not None:
            assert decision.reason in step.settles
            assert (decision,) == decide([incoming], known, organization, box)
            return
    pytest.fail("no step settled it")
