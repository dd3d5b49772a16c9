"""A person's word on where an email belongs: once, audited, remembered, never in a circle."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.unit.web.conftest import World, stored_email

from passerelle.crm.models import AuditEntry, Email, LinkChange, SignInAccount, ThreadChoice
from passerelle.crm.models.mail.emails import CorrelationDoubt, CorrelationMethod, CorrelationState
from passerelle.crm.services import (
    accept_proposal,
    answer,
    join,
    mark,
    refuse_proposal,
    regard,
    reply_draft,
)
from passerelle.faults.mail.tracking import LinkChanged, LinkMakesCircle, ProposalGone
from passerelle.tracking import Questions

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def proposed(world: World, to: Email | None = None, **fields: object) -> Email:
    return stored_email(
        world.ann_user,
        proposed_activity=to or world.received,
        correlation_state=CorrelationState.PROPOSED,
        correlation_doubt=CorrelationDoubt.FORWARD,
        correlation_method=CorrelationMethod.IN_REPLY_TO,
        **fields,
    )


def audited() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="link.changed").order_by("done_on"))


def fresh(email: Email) -> Email:
    return Email.objects.get(pk=email.pk)


def said(world: World, minute: int, answers: Email | None = None, **fields: object) -> Email:
    """An email of a conversation that is about the account."""
    about = {"regarding_account": world.account} | fields
    when = timezone.now() - timedelta(hours=1) + timedelta(minutes=minute)
    return stored_email(world.ann_user, correlated_activity=answers, sent_on=when, **about)


def about(*emails: Email) -> list[object]:
    found = [fresh(one) for one in emails]
    return [one.regarding_account or one.regarding_contact or one.regarding_lead for one in found]


def test_accepted_it_is_joined_and_regards_what_the_other_does(world: World) -> None:
    Email.objects.filter(pk=world.received.pk).update(regarding_account=world.account)
    email = proposed(world)
    accept_proposal(email, world.ann)
    now = fresh(email)
    assert (now.correlated_activity, now.proposed_activity) == (world.received, None)
    assert (now.correlation_state, now.correlation_doubt) == (CorrelationState.BY_PERSON, 0)
    assert now.correlation_method == CorrelationMethod.IN_REPLY_TO
    assert now.regarding_account == world.account
    [entry] = audited()
    assert (entry.action, entry.subject_id, entry.username) == ("link.changed", email.pk, "ann")
    assert entry.detail["correlated_activity"] == [None, str(world.received.pk)]


def test_what_it_regards_already_stays(world: World) -> None:
    Email.objects.filter(pk=world.received.pk).update(regarding_account=world.account)
    email = proposed(world, regarding_lead=world.lead)
    accept_proposal(email, world.ann)
    assert about(email) == [world.lead]


def test_refused_it_answers_nothing_for_good(world: World) -> None:
    email = proposed(world)
    refuse_proposal(email, world.ann)
    now = fresh(email)
    assert (now.correlated_activity, now.proposed_activity) == (None, None)
    assert now.correlation_state == CorrelationState.BY_PERSON
    assert audited()[0].detail["proposed_activity"] == [str(world.received.pk), None]


def test_the_second_is_told_that_somebody_decided(world: World) -> None:
    email = proposed(world)
    refuse_proposal(email, world.ann)
    for decide in (accept_proposal, refuse_proposal):
        with pytest.raises(ProposalGone):
            decide(email, world.administrator)
    assert len(audited()) == 1


def test_an_email_that_is_gone_is_not_joined_to(world: World) -> None:
    email = proposed(world, to=world.lost)
    Email.objects.filter(pk=world.lost.pk).delete()
    with pytest.raises(ProposalGone):
        accept_proposal(email, world.ann)


@pytest.mark.parametrize(
    "say",
    [
        pytest.param(lambda email, _, by: accept_proposal(email, by), id="accepted"),
        pytest.param(lambda email, to, by: join(email, to, by, seen=mark(email)), id="chosen"),
    ],
)
def test_no_circle(world: World, say: Callable[[Email, Email, SignInAccount], object]) -> None:
    email = proposed(world)
    between = stored_email(world.ann_user, correlated_activity=email)
    Email.objects.filter(pk=world.received.pk).update(correlated_activity=between)
    with pytest.raises(LinkMakesCircle):
        say(email, world.received, world.ann)
    assert fresh(email).correlation_state == CorrelationState.PROPOSED


def test_one_email_regards_another_record_and_nothing_else_does(world: World) -> None:
    first = said(world, 0)
    second = said(world, 1, first)
    third = said(world, 2, second)
    regard(second, world.contact, world.ann, seen=mark(second))
    assert about(first, second, third) == [world.account, world.contact, world.account]
    assert not ThreadChoice.objects.exists()


def test_from_here_on_the_conversation_regards_it_and_what_was_filed_otherwise_stays(
    world: World,
) -> None:
    first = said(world, 0)
    second = said(world, 1, first)
    aside = said(world, 2, first)
    by_hand = said(world, 3, second, regarding_account=None, regarding_lead=world.lead)
    regard(second, world.contact, world.ann, seen=mark(second), onward=True)
    expected = [world.account, world.contact, world.contact, world.lead]
    assert about(first, second, aside, by_hand) == expected
    [entry] = audited()
    assert entry.detail["emails"] == 3


def stored(email: Email) -> object:
    """What an answer to it would regard, as tracking is told."""
    asked = Questions(frozenset(), frozenset({email.message_id}), frozenset(), frozenset())
    found = answer(asked).emails[email.message_id][0]
    return found.regarding and found.regarding.id, found.is_chosen


def test_it_is_remembered_for_later_answers_to_what_came_before(world: World) -> None:
    first = said(world, 0)
    second = said(world, 1, first)
    assert stored(first) == (world.account.pk, False)
    regard(second, world.contact, world.ann, seen=mark(second), onward=True)
    assert stored(first) == (world.contact.pk, True)
    assert stored(second) == (world.contact.pk, False)
    assert reply_draft(first, world.ann).regarding_contact == world.contact


def test_that_nothing_is_regarded_is_remembered_too(world: World) -> None:
    first = said(world, 0)
    second = said(world, 1, first)
    regard(second, None, world.ann, seen=mark(second), onward=True)
    assert about(first, second) == [world.account, None]
    assert stored(first) == (None, True)


def test_joined_to_another_email_it_regards_what_answers_to_that_do(world: World) -> None:
    other = said(world, 0, regarding_account=None, regarding_contact=world.contact)
    first = said(world, 1)
    second = said(world, 2, first)
    join(first, other, world.ann, seen=mark(first))
    assert fresh(first).correlated_activity == other
    assert fresh(first).correlation_state == CorrelationState.BY_PERSON
    assert about(first, second) == [world.contact, world.account]
    join(first, None, world.ann, seen=mark(fresh(first)))
    assert (fresh(first).correlated_activity, about(first)) == (None, [world.contact])


def test_joined_from_here_on_its_answers_go_along(world: World) -> None:
    other = said(world, 0, regarding_account=None, regarding_contact=world.contact)
    before = said(world, 1)
    first = said(world, 2, before)
    second = said(world, 3, first)
    join(first, other, world.ann, seen=mark(first), onward=True)
    assert about(before, first, second) == [world.account, world.contact, world.contact]
    assert fresh(second).correlated_activity == first


def test_who_looked_at_something_else_is_told(world: World) -> None:
    email = said(world, 0)
    seen = mark(email)
    regard(email, world.contact, world.administrator, seen=seen)
    with pytest.raises(LinkChanged):
        regard(email, world.lead, world.ann, seen=seen)
    with pytest.raises(LinkChanged):
        join(email, None, world.ann, seen="")
    assert about(email) == [world.contact]


def test_a_user_files_only_what_is_theirs(world: World) -> None:
    first = said(world, 0)
    hers = stored_email(world.bob_user, correlated_activity=first, regarding_account=world.account)
    regard(first, world.contact, world.ann, seen=mark(first), onward=True)
    assert about(first, hers) == [world.contact, world.account]
    with pytest.raises(LinkChanged):
        regard(hers, world.contact, world.ann, seen=mark(hers))


def test_what_changes_nothing_leaves_no_trace(world: World) -> None:
    email = said(world, 0)
    assert regard(email, world.account, world.ann, seen=mark(email)) is None
    assert not LinkChange.objects.exists()
    assert audited() == []


def test_a_conversation_costs_as_much_as_one_email(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = last = said(world, 0)
    for minute in range(1, 30):
        last = said(world, minute, last)
    with django_assert_max_num_queries(14):
        regard(first, world.contact, world.ann, seen=mark(first), onward=True)
    assert about(last) == [world.contact]
