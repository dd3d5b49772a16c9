"""The marks of replies and forwards, and subjects without them."""

import pytest

from passerelle.tracking import is_forward, is_reply, plain_subject


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
        pytest.param("Re [2]: Hello", "Hello", id="counted-behind-a-space"),
        pytest.param("Re：你好", "你好", id="wide-colon"),
        pytest.param("Reality: show", "Reality: show", id="begins-like-a-mark"),
        pytest.param("Re:", "Re:", id="nothing-else"),
        pytest.param("", "", id="empty"),
    ],
)
def test_plain_subject(subject: str, plain: str) -> None:
    assert plain_subject(subject) == plain


@pytest.mark.parametrize(
    ("subject", "reply", "forward"),
    [
        pytest.param("Hello", False, False, id="no-mark"),
        pytest.param("RE: Hello", True, False, id="reply"),
        pytest.param("Rép : Bonjour", True, False, id="french-reply"),
        pytest.param("AW: Hallo", True, False, id="german-reply"),
        pytest.param("Fwd: Hello", False, True, id="forward"),
        pytest.param("TR : Bonjour", False, True, id="french-forward"),
        pytest.param("Doorst: Hallo", False, True, id="dutch-forward"),
        pytest.param("VS: Hej", False, True, id="danish-forward"),
        pytest.param("Re: Fwd: Hello", True, False, id="an-answer-to-a-forward"),
        pytest.param("Fwd: Re: Hello", False, True, id="a-forward-of-an-answer"),
        pytest.param("Forward: march", False, False, id="begins-like-a-forward"),
    ],
)
def test_the_first_mark(subject: str, reply: bool, forward: bool) -> None:
    assert (is_reply(subject), is_forward(subject)) == (reply, forward)


def test_many_marks_are_bounded() -> None:
    assert plain_subject("Re: " * 100_000).startswith("Re:")
