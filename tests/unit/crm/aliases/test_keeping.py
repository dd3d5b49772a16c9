"""Aliases: whose an address is besides the one on the record, and since when it counts."""

from uuid import UUID

import pytest
from django.core.exceptions import ValidationError

from passerelle.crm.aliases import keeping
from passerelle.crm.models import AuditEntry, EmailAlias, Queue, SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import (
    Holder,
    add_alias,
    aliases_of,
    approve_alias,
    ask_alias,
    create_contact,
    create_queue,
    create_user,
    meant_by,
    records_of,
    remove_alias,
    update_queue,
    update_user,
    waiting_aliases,
)
from passerelle.guids import new_guid

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SHORT = "a.bell@example.com"


@pytest.fixture
def anna() -> SystemUser:
    return create_user("Anna Bell", "anna@example.com")


@pytest.fixture
def orders() -> Queue:
    return create_queue("Orders", "orders@example.com")


def holders(address: str) -> list[UUID]:
    return [record.id for record in records_of([address]).get(address, ())]


def test_an_alias_means_its_user_as_the_address_does(anna: SystemUser) -> None:
    add_alias(anna, " A.Bell@Example.com ", "zoe")
    assert holders(SHORT) == holders("anna@example.com") == [anna.pk]
    assert aliases_of(anna).get().address == "A.Bell@Example.com"


def test_a_queue_has_aliases_too(orders: Queue) -> None:
    add_alias(orders, "commandes@example.com", "zoe")
    assert holders("commandes@example.com") == [orders.pk]


def test_what_a_person_asks_for_means_nobody_until_it_is_approved(anna: SystemUser) -> None:
    alias = ask_alias(anna, SHORT, "anna")
    assert holders(SHORT) == []
    meant = meant_by([SHORT])
    assert not meant.records
    assert [record.id for record in meant.withheld[SHORT]] == [anna.pk]
    assert approve_alias(alias.pk, "zoe")
    assert holders(SHORT) == [anna.pk]
    assert not waiting_aliases().exists()


def test_what_was_asked_takes_nothing_from_a_customer_with_the_address(anna: SystemUser) -> None:
    carla = create_contact("Carla", "Client", email_address1=SHORT)
    ask_alias(anna, SHORT, "anna")
    assert holders(SHORT) == [carla.pk]


def test_an_alias_is_approved_once(anna: SystemUser) -> None:
    alias = ask_alias(anna, SHORT, "anna")
    assert approve_alias(alias.pk, "zoe")
    assert not approve_alias(alias.pk, "zoe")
    assert not approve_alias(new_guid(), "zoe")


def test_a_removed_alias_means_nobody(anna: SystemUser) -> None:
    remove_alias(add_alias(anna, SHORT, "zoe"), "zoe")
    assert holders(SHORT) == []
    assert holders("anna@example.com") == [anna.pk]


def test_an_alias_stays_when_the_record_is_saved(anna: SystemUser, orders: Queue) -> None:
    add_alias(anna, SHORT, "zoe")
    add_alias(orders, "commandes@example.com", "zoe")
    update_user(anna, fullname="Anna B.", address="anna.b@example.com")
    update_queue(orders, name="All orders")
    assert holders(SHORT) == [anna.pk]
    assert holders("commandes@example.com") == [orders.pk]


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("ANNA@example.com", id="ones-own-address"),
        pytest.param("orders@example.com", id="the-address-of-a-queue"),
        pytest.param("A.BELL@example.com", id="an-alias-of-ones-own"),
        pytest.param("asked@example.com", id="an-alias-that-waits"),
        pytest.param("anna", id="no-address"),
        pytest.param("", id="nothing"),
        pytest.param(f"{'a' * 60}@{'b' * 40}.example", id="too-long"),
    ],
)
def test_an_address_has_one_user_or_queue(anna: SystemUser, orders: Queue, address: str) -> None:
    add_alias(anna, SHORT, "zoe")
    ask_alias(orders, "asked@example.com", "bob")
    for holder in (anna, orders):
        with pytest.raises(ValidationError) as refused:
            add_alias(holder, address, "zoe")
        assert set(refused.value.message_dict) == {"address"}
    assert EmailAlias.objects.count() == 2


def test_two_at_once_get_it_once(anna: SystemUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looked before the first had stored it."""
    second = keeping._new(anna, SHORT, "zoe")
    add_alias(anna, SHORT, "yves")
    with pytest.raises(ValidationError, match="already"):
        keeping._store(second)
    assert holders(SHORT) == [anna.pk]


def test_an_alias_becomes_nobodys_own_address(anna: SystemUser, orders: Queue) -> None:
    add_alias(anna, SHORT, "zoe")
    with pytest.raises(ValidationError, match="alias of Anna Bell"):
        create_user("Bert", SHORT)
    with pytest.raises(ValidationError, match="alias of Anna Bell"):
        update_user(anna, address=SHORT.upper())
    with pytest.raises(ValidationError, match="alias of Anna Bell"):
        create_queue("Bells", SHORT)
    with pytest.raises(ValidationError, match="alias of Anna Bell"):
        update_queue(orders, address=SHORT)


def test_one_has_so_many_at_most(anna: SystemUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 2)
    add_alias(anna, "a1@example.com", "zoe")
    ask_alias(anna, "a2@example.com", "anna")
    with pytest.raises(ValidationError, match="2 aliases at most"):
        ask_alias(anna, "a3@example.com", "anna")


def test_each_change_is_audited(anna: SystemUser, orders: Queue) -> None:
    asked = ask_alias(anna, SHORT, "anna")
    approve_alias(asked.pk, "zoe")
    remove_alias(asked, "anna")
    add_alias(orders, "commandes@example.com", "zoe")
    entries = AuditEntry.objects.filter(action=AuditAction.PEOPLE_CHANGED).order_by("done_on")
    assert [(e.subject_kind, e.subject_id, e.username, e.detail) for e in entries] == [
        ("systemuser", anna.pk, "anna", {"alias_asked": SHORT}),
        ("systemuser", anna.pk, "zoe", {"alias_approved": SHORT}),
        ("systemuser", anna.pk, "anna", {"alias_removed": SHORT}),
        ("queue", orders.pk, "zoe", {"alias_added": "commandes@example.com"}),
    ]


def test_aliases_go_with_their_holder(anna: SystemUser, orders: Queue) -> None:
    holder: Holder
    for holder in (anna, orders):
        add_alias(holder, f"x{holder.pk}@example.com", "zoe")
        holder.delete()
    assert not EmailAlias.objects.exists()
