"""A person's word on a proposed link: joined or not, once, audited, never in a circle."""

import pytest
from tests.unit.web.conftest import World, stored_email

from passerelle.crm.models import AuditEntry, Email
from passerelle.crm.models.emails import CorrelationDoubt, CorrelationMethod, CorrelationState
from passerelle.crm.services import accept_proposal, refuse_proposal
from passerelle.faults.tracking import LinkMakesCircle, ProposalGone

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
    return list(AuditEntry.objects.filter(action="link.changed"))


def fresh(email: Email) -> Email:
    return Email.objects.get(pk=email.pk)


def test_accepted_it_is_joined_and_regards_what_the_other_does(world: World) -> None:
    Email.objects.filter(pk=world.received.pk).update(regarding_account=world.account)
    email = proposed(world)
    accept_proposal(email, "ann")
    now = fresh(email)
    assert (now.correlated_activity, now.proposed_activity) == (world.received, None)
    assert (now.correlation_state, now.correlation_doubt) == (CorrelationState.BY_PERSON, 0)
    assert now.regarding_account == world.account
    [entry] = audited()
    assert (entry.action, entry.subject_id, entry.username) == ("link.changed", email.pk, "ann")
    assert entry.detail["correlated_activity"] == [None, str(world.received.pk)]


def test_what_it_regards_already_stays(world: World) -> None:
    Email.objects.filter(pk=world.received.pk).update(regarding_account=world.account)
    email = proposed(world, regarding_lead=world.lead)
    accept_proposal(email, "ann")
    assert (fresh(email).regarding_account, fresh(email).regarding_lead) == (None, world.lead)


def test_refused_it_answers_nothing_for_good(world: World) -> None:
    email = proposed(world)
    refuse_proposal(email, "ann")
    now = fresh(email)
    assert (now.correlated_activity, now.proposed_activity) == (None, None)
    assert now.correlation_state == CorrelationState.BY_PERSON
    assert audited()[0].detail["proposed_activity"] == [str(world.received.pk), None]


def test_the_second_is_told_that_somebody_decided(world: World) -> None:
    email = proposed(world)
    refuse_proposal(email, "ann")
    for decide in (accept_proposal, refuse_proposal):
        with pytest.raises(ProposalGone):
            decide(email, "bob")
    assert len(audited()) == 1


def test_an_email_that_is_gone_is_not_joined_to(world: World) -> None:
    email = proposed(world, to=world.lost)
    Email.objects.filter(pk=world.lost.pk).delete()
    with pytest.raises(ProposalGone):
        accept_proposal(email, "ann")


def test_no_circle(world: World) -> None:
    email = proposed(world)
    between = stored_email(world.ann_user, correlated_activity=email)
    Email.objects.filter(pk=world.received.pk).update(correlated_activity=between)
    with pytest.raises(LinkMakesCircle):
        accept_proposal(email, "ann")
    assert fresh(email).correlation_state == CorrelationState.PROPOSED
