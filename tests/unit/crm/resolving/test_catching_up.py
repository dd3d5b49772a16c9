"""Email that means nobody is given to the one record that has its address by now."""

from collections.abc import Callable
from functools import partial

import pytest
from tests.unit.crm.resolving.parties import means, party_of
from tests.unit.statements import survives_any_kill

from passerelle.crm.merging import begin_merge
from passerelle.crm.models import ActivityParty, AddressResolution, Email, EmailSearch, SystemUser
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.models.people import State
from passerelle.crm.readers import differences, is_read_as
from passerelle.crm.resolving import catching_up, count_nameable_parties, name_known_parties
from passerelle.crm.services import (
    ask_alias,
    create_account,
    create_contact,
    create_lead,
    create_queue,
    create_user,
    undo_naming,
    update_customer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

recipient = partial(party_of, participation=Participation.TO)


def named() -> int:
    """How many were named; so many were told before."""
    told = sum(count_nameable_parties())
    assert sum(name_known_parties("ann")) == told
    assert sum(count_nameable_parties()) == 0
    return told


Maker = Callable[[str], object]
MAKERS: dict[str, Maker] = {
    "user": lambda address: create_user("Anna Bell", address),
    "queue": lambda address: create_queue("Orders", address),
    "account": lambda address: create_account("Customer", email_address1=address),
    "contact": lambda address: create_contact("Clara", "Client", email_address2=address),
    "lead": lambda address: create_lead("Lena", "Lead", email_address1=address),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_of_record_is_named_in_all_email_whatever_the_case(kind: str) -> None:
    parties = [recipient("new@home.example"), recipient("New@Home.Example")]
    other = recipient("other@home.example")
    record = MAKERS[kind]("new@home.example")
    assert named() == 2
    assert [means(one) for one in (*parties, other)] == [record, record, None]
    assert named() == 0


def test_who_is_a_user_reads_it_from_then_on() -> None:
    party = recipient("anna@example.com")
    anna = create_user("Anna Bell", "anna@example.com")
    assert named() == 1
    assert Email.objects.filter(is_read_as(anna.pk)).get() == party.email
    assert not differences()


def test_what_means_somebody_already_is_left() -> None:
    account = create_account("Customer")
    party = recipient("clara@home.example", account=account)
    create_contact("Clara", "Client", email_address1="clara@home.example")
    assert named() == 0
    assert means(party) == account


def test_nobody_is_chosen_of_several() -> None:
    party = recipient("info@home.example")
    create_contact("Clara", "Client", email_address1="info@home.example")
    account = create_account("Customer", email_address1="info@home.example")
    assert named() == 0
    update_customer(account, statecode=State.INACTIVE)
    assert named() == 1
    assert str(means(party)) == "Clara Client"


def test_an_inactive_record_is_for_a_person_to_name() -> None:
    recipient("info@home.example")
    account = create_account("Customer", email_address1="info@home.example")
    update_customer(account, statecode=State.INACTIVE)
    assert named() == 0


def test_an_address_that_waits_for_approval_means_nobody() -> None:
    recipient("a.bell@example.com")
    ask_alias(create_user("Anna Bell", "anna@example.com"), "a.bell@example.com", "anna")
    create_contact("Mallory", "M", email_address1="a.bell@example.com")
    assert named() == 0


def test_the_address_of_a_merged_record_means_its_master() -> None:
    party = recipient("order@duval.example")
    kept = create_account("Duval")
    begin_merge(kept, create_account("Duval SA", email_address1="order@duval.example"), "ann")
    assert named() == 1
    assert means(party) == kept


def test_a_customer_is_named_by_a_word_that_can_be_undone() -> None:
    party = recipient("clara@home.example")
    create_contact("Clara", "Client", email_address1="clara@home.example")
    assert named() == 1
    resolution = AddressResolution.objects.get()
    assert (resolution.address, resolution.username) == ("clara@home.example", "ann")
    assert undo_naming(resolution, "ann") == 1
    assert means(party) is None


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> list[ActivityParty]:
    """Of users and customers, of whom two rows of the address table are looked at at once."""
    monkeypatch.setattr(catching_up, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(catching_up, "ADDRESSES_AT_ONCE", 1)
    parties = [recipient(f"{number}@home.example") for number in range(5)]
    create_user("Anna Bell", "0@home.example")
    for number in range(1, 5):
        create_contact("Clara", str(number), email_address1=f"{number}@home.example")
    return parties


def test_some_at_a_time_all_are_named(many: list[ActivityParty]) -> None:
    assert list(count_nameable_parties()) == [1, 1, 1, 1, 1]
    assert list(name_known_parties("ann")) == [1, 1, 1, 1, 1]
    assert AddressResolution.objects.count() == 4


def whole() -> object:
    """Each party with its word, and each word with its parties; and who reads what."""
    unsaid = ActivityParty.objects.exclude(contact=None).filter(resolution=None)
    unused = AddressResolution.objects.filter(parties=None)
    return list(unsaid), list(unused), bool(differences())


def test_killed_at_any_statement_each_address_is_named_whole_or_not(
    many: list[ActivityParty],
) -> None:
    assert (
        survives_any_kill(lambda: sum(name_known_parties("ann")), whole) > 10
    )  # what is named stays
    assert None not in {means(party) for party in many}
    assert AddressResolution.objects.count() == 4


def test_an_address_that_is_gone_from_the_table_means_nobody() -> None:
    recipient("anna@example.com")
    create_user("Anna Bell", "anna@example.com")
    EmailSearch.objects.all().delete()
    assert (named(), SystemUser.objects.count()) == (0, 1)
