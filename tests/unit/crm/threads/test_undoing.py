"""Taking back a word on where emails belong."""

import pytest
from tests.unit.crm.threads.test_relinking import about, fresh, proposed, said, stored
from tests.unit.web.conftest import World, stored_email

from passerelle.crm.models import AuditEntry, Contact, Email, LinkChange
from passerelle.crm.models.mail.emails import CorrelationState
from passerelle.crm.services import (
    Undone,
    accept_proposal,
    join,
    mark,
    newest_change,
    regard,
    undo_change,
)
from passerelle.crm.threads.standing import standing_of
from passerelle.faults.mail.tracking import ChangeUndone

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def newest(email: Email) -> LinkChange:
    change = newest_change(email)
    assert change is not None
    return change


def test_all_emails_stand_as_before_and_the_memory_is_gone(world: World) -> None:
    first = said(world, 0)
    second = said(world, 1, first)
    third = said(world, 2, second)
    before = [standing_of(fresh(one)) for one in (first, second, third)]
    regard(second, world.contact, world.ann, seen=mark(second), onward=True)
    assert undo_change(newest(third), world.ann) == Undone(3, 0)
    assert [standing_of(fresh(one)) for one in (first, second, third)] == before
    assert stored(first) == (world.account.pk, False)
    entry = AuditEntry.objects.order_by("done_on").last()
    assert entry is not None
    assert (entry.action, entry.detail) == ("link.changed", {"undone": True, "emails": 3})
    assert newest_change(first) is None


def test_an_older_memory_comes_back(world: World) -> None:
    first = said(world, 0)
    second = said(world, 1, first)
    for record in (world.contact, world.lead):
        regard(second, record, world.ann, seen=mark(fresh(second)), onward=True)
    assert stored(first) == (world.lead.pk, True)
    undo_change(newest(second), world.ann)
    assert stored(first) == (world.contact.pk, True)


def test_a_proposal_stands_again(world: World) -> None:
    email = proposed(world)
    accept_proposal(email, world.ann)
    undo_change(newest(email), world.ann)
    now = fresh(email)
    assert (now.correlated_activity, now.proposed_activity) == (None, world.received)
    assert now.correlation_state == CorrelationState.PROPOSED


def test_what_was_changed_since_stays(world: World) -> None:
    first = said(world, 0)
    second = said(world, 1, first)
    regard(first, world.contact, world.ann, seen=mark(first), onward=True)
    change = newest(first)
    regard(second, world.lead, world.ann, seen=mark(fresh(second)))
    assert undo_change(change, world.ann) == Undone(1, 1)
    assert about(first, second) == [world.account, world.lead]


def test_once(world: World) -> None:
    email = said(world, 0)
    change = regard(email, world.contact, world.ann, seen=mark(email))
    assert change is not None
    undo_change(change, world.ann)
    with pytest.raises(ChangeUndone):
        undo_change(change, world.administrator)
    assert about(email) == [world.account]


def test_a_user_undoes_only_what_is_theirs(world: World) -> None:
    first = said(world, 0)
    of_bob = stored_email(
        world.bob_user, correlated_activity=first, regarding_account=world.account
    )
    regard(first, world.contact, world.administrator, seen=mark(first), onward=True)
    assert undo_change(newest(first), world.ann) == Undone(1, 1)
    assert about(first, of_bob) == [world.account, world.contact]


def test_a_record_that_is_gone_is_not_regarded_again(world: World) -> None:
    email = said(world, 0, regarding_account=None, regarding_contact=world.contact)
    regard(email, world.account, world.ann, seen=mark(email))
    Contact.objects.filter(pk=world.contact.pk).delete()
    assert undo_change(newest(email), world.ann) == Undone(1, 0)
    assert about(email) == [None]


def test_no_circle_comes_back(world: World) -> None:
    first = said(world, 0)
    second = said(world, 1, first)
    join(second, None, world.ann, seen=mark(second))
    change = newest(second)
    join(first, second, world.ann, seen=mark(first))
    assert undo_change(change, world.ann) == Undone(0, 1)
    assert fresh(second).correlated_activity is None
