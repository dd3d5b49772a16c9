"""Tracking tokens: their shape, their place, and finding them again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.tracking import (
    EARLIER_MOST,
    TokenFormat,
    append_token,
    find_tokens,
    format_as_text,
    formats_of_text,
    make,
)

FORM = TokenFormat()

forms = st.builds(
    TokenFormat,
    prefix=st.sampled_from(["CRM:", "X", "[A]", "Dossier n°", "a.b*"]),
    base=st.integers(0, 10_000),
    user_digits=st.integers(1, 10),
    counter_digits=st.integers(1, 9),
)


@pytest.mark.parametrize(
    ("form", "number", "counter", "token"),
    [
        pytest.param(FORM, 1, 2, "CRM:0001002", id="four-characters-and-seven-digits"),
        pytest.param(TokenFormat(base=500), 1, 2, "CRM:0501002", id="the-base-is-added"),
        pytest.param(FORM, 1, 1000, "CRM:0001000", id="the-counter-wraps-after-999"),
        pytest.param(TokenFormat("T", 0, 1, 1), 7, 8, "T078", id="few-digits"),
    ],
)
def test_make(form: TokenFormat, number: int, counter: int, token: str) -> None:
    assert make(form, number, counter) == token


@pytest.mark.parametrize(
    ("subject", "limit", "expected"),
    [
        pytest.param("Hello", 255, "Hello CRM:0001002", id="at-the-end"),
        pytest.param("", 255, "CRM:0001002", id="alone"),
        pytest.param("Hello world", 17, "Hello CRM:0001002", id="the-subject-makes-room"),
        pytest.param("Hello", 13, "H CRM:0001002", id="room-for-one-letter"),
        pytest.param("Hello", 12, "CRM:0001002", id="room-for-the-space-only"),
        pytest.param("Hello", 11, "CRM:0001002", id="room-for-the-token-only"),
        pytest.param("Hello", 10, "Hello", id="a-token-over-the-limit-is-dropped"),
        pytest.param("Hi CRM:0001002", 255, "Hi CRM:0001002", id="not-twice"),
    ],
)
def test_append(subject: str, limit: int, expected: str) -> None:
    assert append_token(subject, "CRM:0001002", limit) == expected


@pytest.mark.parametrize(
    ("subject", "tokens"),
    [
        pytest.param("Re: Hello CRM:0001002", ("CRM:0001002",), id="in-a-reply"),
        pytest.param(
            "a CRM:0001002 b CRM:0003004", ("CRM:0003004", "CRM:0001002"), id="the-last-first"
        ),
        pytest.param("CRM:0001002 CRM:0001002", ("CRM:0001002",), id="each-once"),
        pytest.param("crm: 0001002", ("CRM:0001002",), id="case-and-a-space-are-forgiven"),
        pytest.param("CRM:00010023", (), id="one-digit-more-is-another-token"),
        pytest.param("CRM:000100", (), id="one-digit-less-too"),
        pytest.param("CRM:٠٠٠١٠٠٢", (), id="other-digits-are-no-digits"),
        pytest.param("Hello", (), id="none"),
    ],
)
def test_find(subject: str, tokens: tuple[str, ...]) -> None:
    assert find_tokens(subject, FORM) == tokens


@given(forms, st.integers(0, 10**12), st.integers(0, 10**12), st.text(max_size=400))
def test_what_is_appended_is_found_first(
    form: TokenFormat, number: int, counter: int, subject: str
) -> None:
    token = make(form, number, counter)
    written = append_token(subject, token)
    assert len(written) <= 255
    assert find_tokens(written, form)[:1] == (token,)


def test_a_subject_full_of_tokens_is_bounded() -> None:
    subject = " ".join(make(FORM, number, 0) for number in range(10_000))
    assert len(find_tokens(subject, FORM)) == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"prefix": ""},
        {"prefix": "x" * 21},
        {"prefix": " a"},
        {"base": -1},
        {"base": 2**31},
        {"user_digits": 0},
        {"user_digits": 11},
        {"counter_digits": 10},
    ],
    ids=str,
)
def test_a_format_outside_its_bounds_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"prefix|base|digits"):
        TokenFormat(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        pytest.param("", (), id="none"),
        pytest.param("CRM: 3 3", (TokenFormat(),), id="the-usual"),
        pytest.param(
            "\n OLD: 4  2 \r\nCRM: 3 3\n",
            (TokenFormat("OLD:", 0, 4, 2), TokenFormat()),
            id="spaces-and-empty-lines",
        ),
    ],
)
def test_earlier_formats_are_lines(text: str, formats: tuple[TokenFormat, ...]) -> None:
    assert formats_of_text(text) == formats
    again = "\n".join(format_as_text(one) for one in formats)
    assert formats_of_text(again) == formats


@pytest.mark.parametrize(
    "line", ["CRM:", "CRM: 3", "CRM: 3 x", "CRM: 0 3", "CRM: 3 10", "X" * 21 + " 3 3", "a b 3 3"]
)
def test_a_line_that_is_no_format_is_named(line: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (its argument is the line)
        formats_of_text(f"CRM: 3 3\n{line}")
    assert caught.value.args == (line,)


def test_too_many_formats_are_refused() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (it has no argument)
        formats_of_text("CRM: 3 3\n" * (EARLIER_MOST + 1))
    assert caught.value.args == ()
