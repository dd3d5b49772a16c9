"""What people wrote is taken out of the log."""

from pathlib import Path

import pytest

from passerelle.faults.store import WorkTooSlow
from passerelle.site.masking import mask_fields, masked, told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ann@company.example", "…@company.example", id="an-address"),
        pytest.param("<ann@company.example>", "<…@company.example>", id="in-brackets"),
        pytest.param(
            "from=ann@a.example to=bob@b.example", "from=…@a.example to=…@b.example", id="two"
        ),
        pytest.param("é.ü+tag@example.com", "…@example.com", id="letters-of-any-script"),
        pytest.param("ann@[192.0.2.1]", "…@[192.0.2.1]", id="at-an-address-of-a-machine"),
        pytest.param('"ann lee"@example.com', '"ann lee"@example.com', id="quoted-rest-has-no-@"),
        pytest.param("meet @ noon", "meet @ noon", id="an-at-alone"),
        pytest.param("a@b@c.example", "…@c.example", id="several-in-one-word"),
        pytest.param("@b.example", "@b.example", id="an-at-in-front"),
        pytest.param("nothing here", "nothing here", id="nothing"),
    ],
)
def test_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


def test_a_long_word_is_looked_at_once() -> None:
    assert masked("x" * 1_000_000 + " a@b.example") == "x" * 1_000_000 + " …@b.example"


def test_every_field_of_an_event_is_masked() -> None:
    event = {"event": "x", "by": "ann@company.example", "names": ["bob@b.example"], "count": 3}
    assert mask_fields(None, "info", event) == {
        "event": "x", "by": "…@company.example", "names": ["…@b.example"], "count": 3,
    }  # fmt: skip


def raised(error: BaseException) -> str:
    try:
        raise error
    except type(error) as caught:
        return told((type(caught), caught, caught.__traceback__))


def test_the_words_of_a_parsers_error_are_left_out() -> None:
    text = raised(ValueError("Subject: the secret plan of ann@company.example"))
    assert "ValueError" in text
    assert "secret plan" not in text
    assert "test_masking.py" in text


def test_the_words_of_our_faults_and_of_the_system_stay() -> None:
    assert "PSR-STO-004" in raised(WorkTooSlow(work="incoming 1", seconds=3))
    assert "No space left" in raised(OSError(28, "No space left on device"))


def test_the_cause_of_an_error_is_told_before_it() -> None:
    try:
        try:
            Path("/nowhere/first").touch()
        except OSError as first:
            raise WorkTooSlow(work="x", seconds=1) from first
    except WorkTooSlow as second:
        text = told((type(second), second, second.__traceback__))
    assert text.index("FileNotFoundError") < text.index("PSR-STO-004")


def test_an_error_that_is_its_own_cause_ends() -> None:
    error = OSError("round")
    error.__cause__ = error
    assert "OSError: round" in raised(error)


def test_no_error_is_told_as_nothing() -> None:
    assert told((None, None, None)) == ""
