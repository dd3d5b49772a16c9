"""The words by which mail programs begin an earlier message."""

import pytest

from passerelle.messages.showing.earlier_words import (
    LINE_CHARS,
    introduces,
    introduces_surely,
    introduction,
    is_header_block,
    is_rule,
    plain,
    says_forwarded,
    says_original,
)


def test_a_line_is_compared_without_its_typography() -> None:
    assert plain("  *Objet\xa0:* l’été\u202f! ") == "Objet : l'été !"
    assert len(plain("x" * 10_000)) == LINE_CHARS


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("_______", True, id="underscores"),
        pytest.param("-----", True, id="hyphens"),
        pytest.param("----", False, id="too-short"),
        pytest.param("-- ab --", False, id="words"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_a_line_drawn(line: str, *, expected: bool) -> None:
    assert is_rule(line) is expected


@pytest.mark.parametrize(
    "line",
    ["-----Original Message-----", "--- Message d'origine ---", "-----Messaggio originale-----"],
)
def test_original(line: str) -> None:
    assert says_original(line)
    assert introduces(line)
    assert not says_original(line.strip("-"))


@pytest.mark.parametrize(
    "line",
    [
        *("---------- Forwarded message ---------", "Begin forwarded message:"),
        *("---------- Message transféré ---------", "Début du message réexpédié :"),
        *("-------- Weitergeleitete Nachricht --------", "Inizio messaggio inoltrato:"),
    ],
)
def test_forwarded(line: str) -> None:
    assert says_forwarded(line)
    assert not says_forwarded(f"{line} of mine")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["From: a", "Sent: b", "To: c", "Subject: d"], True, id="english"),
        pytest.param(["De : a", "Envoyé le : b", "Objet : d"], True, id="french"),
        pytest.param(["Von: a", "Datum: b", "Betreff: d"], True, id="german"),
        pytest.param(["From: a", "To: c", "Subject: d"], False, id="no-time"),
        pytest.param(["From: a", "Sent: b", "To: c"], False, id="no-subject"),
        pytest.param(["Sent: b", "From: a", "Subject: d"], False, id="another-first"),
        pytest.param(["From: a", *[""] * 20, "Sent: b", "Subject: d"], False, id="too-far"),
    ],
)
def test_a_header_block(lines: list[str], *, expected: bool) -> None:
    assert is_header_block(lines) is expected


@pytest.mark.parametrize(
    ("line", "may", "surely"),
    [
        pytest.param("On 1 May, Al <a@b.example> wrote:", True, True, id="whole"),
        pytest.param("Le 1 mai, Al <a@b.example> a écrit :", True, True, id="whole-fr"),
        pytest.param("On 1 May, Al wrote:", True, False, id="no-address"),
        pytest.param("Al <a@b.example> wrote:", True, False, id="no-time"),
        pytest.param("1 May, a@b.example:", True, False, id="no-verb"),
        pytest.param("On 1 May, Al <a@b.example> wrote", False, False, id="no-colon"),
        pytest.param("Please note:", False, False, id="a-colon-alone"),
    ],
)
def test_an_introduction(line: str, *, may: bool, surely: bool) -> None:
    assert introduces(line) is may
    assert introduces_surely(line) is surely


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param(["Hello", "On 1 May, Al wrote:"], 1, id="one-line"),
        pytest.param(["Hello", "On 1 May, Al", "wrote:"], 2, id="two-lines"),
        pytest.param(["On 1 May,", "Al Bert", "wrote:"], 3, id="three-lines"),
        pytest.param(["On Monday we go.", "Al wrote:"], 1, id="a-sentence-before"),
        pytest.param(["On 1 May", "", "Al wrote:"], 1, id="a-blank-line-before"),
        pytest.param(["Hello", "Bye"], 0, id="none"),
    ],
)
def test_how_many_lines_introduce(lines: list[str], expected: int) -> None:
    assert introduction(lines) == expected
