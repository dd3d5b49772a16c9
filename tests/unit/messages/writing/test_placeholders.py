"""Placeholders: a closed list, filled in as text."""

import pytest

from passerelle.messages import fill, fill_html, unknown_placeholders


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        pytest.param("Dear {recipient},", "Dear Carla,", id="a-known-one-is-filled"),
        pytest.param("Dear {Recipient},", "Dear Carla,", id="however-it-is-written"),
        pytest.param("{queue}!", "!", id="one-without-a-value-leaves-nothing"),
        pytest.param("{other} {", "{other} {", id="what-is-none-stays"),
        pytest.param("{user}", "{recipient}", id="a-value-is-never-filled-itself"),
        pytest.param("{regarding}", "a Bcc: b", id="a-value-is-one-line"),
    ],
)
def test_fill(text: str, filled: str) -> None:
    values = {"recipient": "Carla", "user": "{recipient}", "regarding": "a\r\nBcc: b"}
    assert fill(text, values) == filled


def test_a_value_is_no_markup() -> None:
    filled = fill_html("<p>{user}</p>", {"user": "<script>alert(1)</script>"})
    assert filled == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_a_value_makes_no_dangerous_link() -> None:
    assert fill_html('<a href="{user}">x</a>', {"user": "javascript:alert(1)"}) == "<a>x</a>"


def test_what_is_no_placeholder_is_named() -> None:
    assert unknown_placeholders("{recipent} {user} {recipent} {x y} {}") == ("recipent",)
