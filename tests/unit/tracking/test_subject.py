"""Subjects without the marks of replies."""

import pytest

from passerelle.tracking import plain_subject


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        pytest.param("Hello", "Hello", id="as-it-is"),
        pytest.param("Re: Hello", "Hello", id="reply"),
        pytest.param("RE: re: FW: Hello", "Hello", id="several"),
        pytest.param("TR : RÉ : Bonjour", "Bonjour", id="french-with-its-space"),
        pytest.param("Réf. Bonjour", "Réf. Bonjour", id="a-word-is-no-mark"),
        pytest.param("AW: WG: Hallo", "Hallo", id="german"),
        pytest.param("SV: VS: Hej", "Hej", id="nordic"),
        pytest.param("Re[2]: Hello", "Hello", id="counted"),
        pytest.param("Re：你好", "你好", id="wide-colon"),
        pytest.param("Reality: show", "Reality: show", id="begins-like-a-mark"),
        pytest.param("Re:", "Re:", id="nothing-else"),
        pytest.param("", "", id="empty"),
    ],
)
def test_plain_subject(subject: str, plain: str) -> None:
    assert plain_subject(subject) == plain


def test_many_marks_are_bounded() -> None:
    assert plain_subject("Re: " * 100_000).startswith("Re:")
