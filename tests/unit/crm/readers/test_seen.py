"""Asked of rows of emails: is it theirs."""

import pytest
from tests.unit.crm.readers.conftest import Store

from passerelle.crm.models import Email, Queue, SystemUser
from passerelle.crm.readers import grant, is_read_by, principals_of
from passerelle.crm.services import create_user, set_members

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_the_members_of_a_queue_read_its_emails_as_long_as_they_are_members(
    anna: SystemUser, orders: Queue, store: Store
) -> None:
    email = store(accepting_queue=orders)
    grant([email.pk])
    bob = create_user("Bob", "bob@example.com")
    for members, readers in (([anna], {anna}), ([bob], {bob}), ([], set())):
        set_members(orders, members)
        seen = {user for user in (anna, bob) if Email.objects.filter(is_read_by(user)).exists()}
        assert seen == readers


def test_a_user_reads_as_themselves_and_as_their_queues(anna: SystemUser, orders: Queue) -> None:
    assert principals_of(anna) == [anna.pk, orders.pk]
