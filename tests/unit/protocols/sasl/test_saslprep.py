"""SASLprep by the examples of RFC 4013, section 3, and what they leave out."""

import pytest

from passerelle.protocols.sasl.saslprep import saslprep


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        pytest.param("I\u00adX", "IX", id="a-soft-hyphen-is-nothing"),
        pytest.param("user", "user", id="no-transformation"),
        pytest.param("USER", "USER", id="case-is-kept"),
        pytest.param("\u00aa", "a", id="compatibility-forms-are-one"),
        pytest.param("\u2168", "IX", id="a-roman-numeral"),
        pytest.param("e\u0301", "\u00e9", id="an-accent-is-composed"),
        pytest.param("a\u00a0b", "a b", id="a-space-is-a-space"),
        pytest.param("\u0627\u0031\u0628", "\u0627\u0031\u0628", id="right-to-left"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_prepared(text: str, prepared: str) -> None:
    assert saslprep(text) == prepared


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\u0007", id="a-control-character"),
        pytest.param("\u0627\u0031", id="right-to-left-that-ends-otherwise"),
        pytest.param("\u0627a\u0628", id="both-directions"),
        pytest.param("\ud800", id="a-lone-surrogate"),
        pytest.param("\ue000", id="private-use"),
        pytest.param("\u0221", id="unassigned-in-unicode-3.2"),
    ],
)
def test_prohibited(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - no text of it is read
        saslprep(text)
