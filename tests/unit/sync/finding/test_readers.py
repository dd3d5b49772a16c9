"""Whose mailbox would have brought a message that was not found, and how far it has read."""

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MORNING

from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in, set_members
from passerelle.mailboxes.services import create_user_with_mailbox
from passerelle.sync.finding.readers import readers_of
from passerelle.sync.services import CONSOLE, Seer, seer_of, sought_by

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def names(seer: Seer, text: str) -> list[str]:
    return sorted(one.mailbox.name for one in readers_of(seer, sought_by(text)))


@pytest.fixture
def anna(company: Company) -> Seer:
    """A user with a mailbox of their own, who is a member of a queue."""
    user, queue = company.anna.systemuser, company.orders.queue
    assert user is not None
    assert queue is not None
    set_members(queue, [user])
    return seer_of(company.sign_in(user))


def test_who_sees_all_is_told_of_those_with_the_address(company: Company) -> None:
    operator = seer_of(create_sign_in("operator", Role.OPERATOR))
    for seer in (CONSOLE, operator):
        assert names(seer, "Orders@Example.com") == [company.orders.name]
        assert names(seer, "nobody@example.com") == []


def test_a_user_is_told_of_their_own_where_none_of_these_has_the_address(
    company: Company, anna: Seer
) -> None:
    own = sorted([company.anna.name, company.orders.name])
    assert names(anna, "orders@example.com") == [company.orders.name]
    assert names(anna, "nobody@example.com") == own
    assert names(anna, "<1@customer.example>") == own


def test_how_far_a_mailbox_has_read(company: Company) -> None:
    create_user_with_mailbox("Otto", "otto@example.com")
    (anna,) = readers_of(CONSOLE, sought_by("anna@example.com"))
    (otto,) = readers_of(CONSOLE, sought_by("otto@example.com"))
    looked_on = company.reading().cycle_finished_on
    assert looked_on is not None
    assert (anna.is_enabled, anna.starts_on, anna.looked_on) == (True, MORNING, looked_on)
    assert (otto.is_enabled, otto.folder, otto.looked_on) == (False, "INBOX", None)
