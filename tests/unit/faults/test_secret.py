"""A secret is nowhere but where it is asked for by name."""

import json
import pickle

import pytest

from passerelle.faults import Secret

TEXT = "correct horse"


@pytest.mark.parametrize(
    "printed",
    [
        pytest.param(str(Secret(TEXT)), id="str"),
        pytest.param(repr(Secret(TEXT)), id="repr"),
        pytest.param(f"{Secret(TEXT)}", id="format"),
        pytest.param(repr({"password": Secret(TEXT)}), id="inside-a-dict"),
        pytest.param(str(ValueError(Secret(TEXT))), id="inside-an-error"),
        pytest.param(json.dumps(Secret(TEXT), default=str), id="json"),
    ],
)
def test_a_secret_does_not_print_itself(printed: str) -> None:
    assert TEXT not in printed


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(TEXT))


def test_a_secret_is_revealed_by_name() -> None:
    assert Secret(TEXT).reveal() == TEXT
    assert Secret(TEXT) == Secret(TEXT)
    assert not Secret("")
