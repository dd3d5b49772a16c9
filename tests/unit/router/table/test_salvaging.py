"""What is had of files that are refused: what ended before the damage, and whole addresses."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.router.made_up import NAMES, PROVIDERS, ROUTER, STATES, files_of

from passerelle.router.files.values import Box, RouterFile, RouterSet
from passerelle.router.table.salvaging import CARRIED, salvage


def salvaged(**changed: bytes | None) -> RouterSet:
    (found,) = salvage([files_of(ROUTER, **changed)], NAMES)
    return found


def addresses(found: RouterSet) -> list[str]:
    return [state.address for state in found.states]


def content(box: Box) -> bytes:
    data = files_of()[box].content
    assert isinstance(data, bytes)
    return data


def test_of_a_set_whose_key_alone_is_bad_everything_is_had() -> None:
    found = salvaged(key=b"rubbish")
    assert (found.providers, found.states) == (PROVIDERS, STATES)


def test_of_a_file_that_is_cut_off_the_whole_providers_are_had_and_the_addresses_behind() -> None:
    whole = content(Box.AGENT)
    cut = whole[: whole.index(b"sales@example.com") + 30]
    found = salvaged(agent=cut, state=None)
    assert found.providers == PROVIDERS[:2]
    assert addresses(found) == ["anna@example.com", "bert@example.com", "sales@example.com"]


@pytest.mark.parametrize(
    ("agent", "had"),
    [
        pytest.param(b"<a><Who>ann@example.com</Who></a>", ["ann@example.com"], id="other-names"),
        pytest.param(b"<a who='ann@example.com'>", ["ann@example.com"], id="an-attribute"),
        pytest.param(b"<a>\xff\xfe <b>\r\n ann@example.com\t</b>", ["ann@example.com"], id="bytes"),
        pytest.param("<a>ann@example.com</a>".encode("utf-16"), ["ann@example.com"], id="utf-16"),
        pytest.param(
            b'<?xml version="1.0" encoding="zip"?><a>ann@example.com</a>', ["ann@example.com"],
            id="an-encoding-that-is-none",
        ),
        pytest.param(
            b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>ann@example.com</a>", ["ann@example.com"],
            id="entities",
        ),
        pytest.param(
            b"<a>ann@example.com</a><b>ANN@example.com</b>", ["ann@example.com"], id="once"
        ),
        pytest.param(b"<a>refused by ann@example.com</a>", [], id="an-address-within-a-sentence"),
        pytest.param(b"<a>ann@localhost</a>", [], id="no-domain"),
        pytest.param(bytes(range(256)) * 20, [], id="encrypted"),
        pytest.param(b"", [], id="empty"),
    ],
)  # fmt: skip
def test_values_that_are_addresses_and_nothing_else(agent: bytes, had: list[str]) -> None:
    assert addresses(salvaged(agent=agent, state=None)) == had


def test_an_address_on_the_edge_of_two_pieces_is_had_once() -> None:
    for gap in range(65_536 - 20, 65_536 + 5):
        data = b"<a>" + b"x" * (gap - 3) + b"<b>ann@example.com</b>"
        assert addresses(salvaged(agent=data, state=None)) == ["ann@example.com"]
    assert CARRIED > 64 + 1 + 9 * 64 - 60, "an address fits in what is carried"


def test_streams_are_read_from_their_start_again_and_a_missing_path_is_nothing(
    tmp_path: Path,
) -> None:
    stream = BytesIO(content(Box.STATE))
    stream.read()
    files = {
        Box.AGENT: RouterFile("agent", tmp_path / "absent.xml"),
        Box.STATE: RouterFile("state", stream),
    }
    (found,) = salvage([files], NAMES)
    assert (found.providers, found.states) == ((), STATES)


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_nothing_is_raised(agent: bytes, state: bytes) -> None:
    salvage([files_of(agent=agent, state=state)], NAMES)
