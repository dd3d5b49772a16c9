"""Cells become values in either language, or are refused with the reason."""

from uuid import UUID

import pytest

from passerelle.tables import (
    Reason,
    UnreadableError,
    fold,
    read_boolean,
    read_choice,
    read_guid,
    read_number,
)

GUID = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


@pytest.mark.parametrize(
    "cell", [str(GUID), f"{{{GUID}}}", GUID.hex, f" {str(GUID).upper()} ", f"{{{GUID}}}".upper()]
)
def test_guid(cell: str) -> None:
    assert read_guid(cell) == GUID


@pytest.mark.parametrize("cell", ["", "x", "1", f"{GUID}0", "urn:uuid:0", "g" * 32, "{" * 38])
def test_no_guid(cell: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_guid(cell)
    assert caught.value.reason is Reason.GUID


@pytest.mark.parametrize(
    ("cell", "value"),
    [("Oui", True), ("Non", False), ("yes", True), ("NO", False), ("1", True), ("Faux", False)],
)
def test_boolean(cell: str, value: bool) -> None:
    assert read_boolean(cell) is value


@pytest.mark.parametrize("cell", ["", "peut-être", "2"])
def test_no_boolean(cell: str) -> None:
    with pytest.raises(UnreadableError):
        read_boolean(cell)


@pytest.mark.parametrize(("cell", "value"), [("0", 0), ("1\u202f234", 1234), (" 7 ", 7)])
def test_number(cell: str, value: int) -> None:
    assert read_number(cell) == value


@pytest.mark.parametrize("cell", ["", "-1", "1,5", "²", "9" * 10, "9" * 400])
def test_no_number(cell: str) -> None:
    with pytest.raises(UnreadableError):
        read_number(cell)


def test_choice() -> None:
    choices = {fold("Désactivé"): 1, fold("Disabled"): 1, fold("Activé"): 0}
    assert read_choice("DESACTIVE", choices) == 1
    with pytest.raises(UnreadableError) as caught:
        read_choice("x" * 1_000, choices)
    assert len(caught.value.value) == 100
