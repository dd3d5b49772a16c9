"""Whether a record is made for the sender of a tracked message."""

from dataclasses import replace
from uuid import uuid4

import pytest

from passerelle.messages import Address, Automatic
from passerelle.tracking.creating import (
    Circumstances,
    Creates,
    Creation,
    NotMade,
    Wish,
    creation_for,
    stands_for_machine,
    wished,
)

OWNER = uuid4()
DAN = Address("Dan Stranger", "dan@customer.example")
WISHED = Circumstances(Creates.CONTACT, OWNER, by_user=OWNER)


def test_an_unknown_person_becomes_what_is_wished() -> None:
    found = creation_for(DAN, WISHED)
    assert isinstance(found, Creation)
    assert (found.creates, found.owner, found.by_user) == (Creates.CONTACT, OWNER, OWNER)
    assert (found.name.first, found.name.last) == ("Dan", "Stranger")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"creates": Creates.NOTHING}, NotMade.NOT_WISHED, id="nobody-wishes-it"),
        pytest.param({"is_known": True}, NotMade.KNOWN, id="somebody-known"),
        pytest.param({"automatic": Automatic.AUTO_REPLIED}, NotMade.AUTOMATIC, id="an-answer"),
        pytest.param({"automatic": Automatic.BOUNCE}, NotMade.AUTOMATIC, id="a-bounce"),
        pytest.param({"automatic": Automatic.LIST}, NotMade.AUTOMATIC, id="a-list"),
        pytest.param({"is_list": True}, NotMade.AUTOMATIC, id="a-list-by-its-id"),
        pytest.param({"is_report": True}, NotMade.AUTOMATIC, id="a-delivery-report"),
        pytest.param({"is_kept_out": True}, NotMade.NEVER_TRACKED, id="never-tracked"),
    ],
)
def test_nothing_is_made(changes: dict[str, object], why: NotMade) -> None:
    assert creation_for(DAN, replace(WISHED, **changes)) is why  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address",
    [
        "noreply@shop.example", "no-reply@shop.example", "no_reply+7@shop.example",
        "do.not.reply@shop.example", "ne-pas-repondre@shop.example", "noreply-orders@shop.example",
        "mailer-daemon@shop.example", "postmaster@shop.example", "bounce+123@shop.example",
        "bounces-abc@shop.example",
    ],
)  # fmt: skip
def test_nobody_reads_there(address: str) -> None:
    assert creation_for(Address("Shop", address), WISHED) is NotMade.NO_REPLY


@pytest.mark.parametrize(
    "address", ["nora@shop.example", "norep@shop.example", "bo@noreply.example"]
)
def test_people_read_there(address: str) -> None:
    assert not stands_for_machine(address)


@pytest.mark.parametrize(
    ("local", "fits"),
    [
        pytest.param("d" * 92, True, id="a-hundred-characters"),
        pytest.param("d" * 93, False, id="one-more"),
        pytest.param("İ" * 92, False, id="more-as-they-are-compared"),
    ],
)
def test_an_address_longer_than_a_record_takes(local: str, *, fits: bool) -> None:
    found = creation_for(Address("", f"{local}@example"), WISHED)
    assert (found is not NotMade.TOO_LONG) is fits


def test_nothing_of_a_sender_shows_in_a_repr() -> None:
    assert "dan@" not in repr(creation_for(DAN, WISHED))


@pytest.mark.parametrize(
    ("own", "organization", "by_choice", "expected"),
    [
        (Creates.AS_ORGANIZATION, Creates.NOTHING, True, Creates.NOTHING),
        (Creates.AS_ORGANIZATION, Creates.LEAD, True, Creates.LEAD),
        (Creates.CONTACT, Creates.LEAD, True, Creates.CONTACT),
        (Creates.NOTHING, Creates.LEAD, True, Creates.NOTHING),
        (Creates.CONTACT, Creates.NOTHING, True, Creates.CONTACT),
        (Creates.CONTACT, Creates.NOTHING, False, Creates.NOTHING),
        (Creates.NOTHING, Creates.LEAD, False, Creates.LEAD),
    ],
)
def test_whose_word_counts(
    own: Creates, organization: Creates, expected: Creates, *, by_choice: bool
) -> None:
    wish = Wish(organization, by_choice=by_choice)
    assert wished(own, wish) is expected
    assert wish.is_possible or expected is Creates.NOTHING
