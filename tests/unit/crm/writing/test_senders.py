"""In whose name one may write: both permissions, asked again when an email is handed in."""

import pytest

from passerelle.crm.models import SignInAccount, SystemUser
from passerelle.crm.models.people import Role, State
from passerelle.crm.services import (
    Written,
    create_draft,
    create_queue,
    create_sign_in,
    create_user,
    may_write_as,
    require_sender,
    set_members,
    update_queue,
    writers_of,
)
from passerelle.faults.mail.cycles import SenderNotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def boss() -> SystemUser:
    return create_user("Boss", "boss@example.com")


def account(user: SystemUser | None, *, may_send_as: bool = False) -> SignInAccount:
    made = create_sign_in("someone", Role.USER, systemuser=user)
    made.may_send_as = may_send_as
    made.save()
    return made


@pytest.mark.parametrize(
    ("right", "consent", "may"),
    [
        pytest.param(True, True, True, id="with-both-permissions"),
        pytest.param(True, False, False, id="not-without-the-others-consent"),
        pytest.param(False, True, False, id="not-without-the-right"),
        pytest.param(False, False, False, id="not-with-neither"),
    ],
)
def test_in_the_name_of_another_user(
    anna: SystemUser, boss: SystemUser, *, right: bool, consent: bool, may: bool
) -> None:
    boss.allows_on_behalf = consent
    boss.save()
    writing = account(anna, may_send_as=right)
    assert may_write_as(writing, boss) == may
    assert (boss in writers_of(writing)) == may


def test_a_consent_that_was_taken_back_is_noticed(anna: SystemUser, boss: SystemUser) -> None:
    boss.allows_on_behalf = True
    boss.save()
    writing = account(anna, may_send_as=True)
    draft = create_draft(Written("", "", ""), sender=boss, owner=anna)
    require_sender(writing, draft)
    assert (draft.sender, draft.agent) == ("boss@example.com", anna)
    SystemUser.objects.filter(pk=boss.pk).update(allows_on_behalf=False)
    with pytest.raises(SenderNotAllowed):
        require_sender(writing, draft)


def test_a_queue_is_for_members_owners_and_those_with_the_right(
    anna: SystemUser, boss: SystemUser
) -> None:
    member, owned = create_queue("A", "a@example.com"), create_queue("B", "b@example.com")
    other = create_queue("C", "c@example.com")
    set_members(member, [anna])
    type(owned).objects.filter(pk=owned.pk).update(owner=anna)
    writing = account(anna)
    assert writers_of(writing) == [anna, member, owned]
    writing.may_send_as = True
    assert writers_of(writing) == [anna, member, owned, other]
    update_queue(member, state=State.INACTIVE)
    assert not may_write_as(writing, member)
    assert create_draft(Written("", "", ""), sender=owned, owner=anna).agent is None


def test_nobody_writes_without_a_user_or_as_a_disabled_one(anna: SystemUser) -> None:
    assert writers_of(account(None)) == []
    anna.is_disabled = True
    assert not may_write_as(SignInAccount(systemuser=anna), anna)
