"""Who got a message sees its record, even when no header names them; strangers do not."""

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Email, Queue, SignInAccount, SystemUser
from passerelle.crm.models.people import Role
from passerelle.crm.readers import renew
from passerelle.crm.services import (
    create_sign_in,
    create_user,
    may_read_body,
    set_members,
    visible_emails,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TO_A_LIST = Letter(to="list@lists.example")


def account_of(user: SystemUser) -> SignInAccount:
    return create_sign_in(f"of-{user.pk}", Role.USER, systemuser=user)


def user_of(company: Company) -> SystemUser:
    user = company.anna.systemuser
    assert user is not None
    return user


def give_to_somebody_else() -> None:
    Email.objects.update(owner=create_user("Owner", "owner@example.com"))
    renew([email.pk for email in Email.objects.all()])


def sees(user: SystemUser) -> bool:
    """Listed and readable, or neither."""
    account, email = account_of(user), Email.objects.get()
    listed = visible_emails(account).filter(pk=email.pk).exists()
    assert may_read_body(account, email) == listed
    return listed


def test_a_message_by_a_list_is_seen_by_who_got_it_and_by_no_stranger(company: Company) -> None:
    company.inbox.deliver(bytes(TO_A_LIST))
    company.read()
    assert sees(user_of(company))
    assert not sees(create_user("Stranger", "stranger@example.com"))


def test_a_blind_copy_in_a_second_mailbox_is_seen_by_its_user(company: Company) -> None:
    """The record is another mailbox's; only a place says that it lies in this one, too."""
    company.orders_inbox.deliver(bytes(TO_A_LIST))
    company.read(company.orders)
    give_to_somebody_else()
    user = user_of(company)
    assert not visible_emails(account_of(user)).exists()
    company.inbox.deliver(bytes(TO_A_LIST))
    company.read()
    assert visible_emails(SignInAccount.objects.get(systemuser=user)).count() == 1


def test_who_accepted_it_sees_it_when_somebody_else_owns_it_now(company: Company) -> None:
    company.inbox.deliver(bytes(TO_A_LIST))
    company.read()
    email = Email.objects.get()
    email.places.all().delete()
    give_to_somebody_else()
    assert email.accepting_user == user_of(company)
    assert sees(user_of(company))


def test_a_member_of_the_queue_sees_what_lies_in_its_mailbox(company: Company) -> None:
    member = create_user("Member", "member@example.com")
    set_members(Queue.objects.get(), [member])
    company.orders_inbox.deliver(bytes(TO_A_LIST))
    company.read(company.orders)
    assert sees(member)
