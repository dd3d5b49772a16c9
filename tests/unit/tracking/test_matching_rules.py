"""The words of subjects that do not count: what a line stands for, and what it leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.tracking import MatchingRules, phrases_of_text
from passerelle.tracking.belonging.similar import DIGESTS_MOST
from passerelle.tracking.belonging.similar import subject_digests as digests_of
from passerelle.tracking.matching_rules import PHRASE_CHARS, PHRASES_MOST, without_phrases

SUBJECT = "Delivery of the second pump"


@pytest.mark.parametrize(
    ("lines", "subject"),
    [
        pytest.param("[EXTERN]", "[Extern] Delivery of the second pump", id="a-mark-in-front"),
        pytest.param("[extern]", "[EXTERN] Re: Delivery of the second pump", id="before-a-reply"),
        pytest.param("[extern]", "Re: [EXTERN] Delivery of the second pump", id="behind-a-reply"),
        pytest.param("ticket#*", "Delivery of the second pump Ticket#4711", id="whatever-follows"),
        pytest.param("à livrer", "A LIVRER delivery of the second pump", id="without-accents"),
        pytest.param(
            "extern\nextern mail", "extern mail Delivery of the second pump", id="the-longest"
        ),
        pytest.param("of the", "Delivery second pump", id="of-both-subjects"),
    ],
)
def test_words_that_do_not_count(lines: str, subject: str) -> None:
    rules = MatchingRules(ignored=phrases_of_text(lines))
    assert digests_of(subject, rules) == digests_of(SUBJECT, rules)


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        pytest.param("mail", "e-mail for you", id="a-part-of-a-word"),
        pytest.param("extern mail", "extern letter", id="a-part-of-a-line"),
        pytest.param("extern mail", "letter extern", id="a-part-of-a-line-at-the-end"),
        pytest.param("extern mail", "mail extern", id="the-words-in-another-order"),
        pytest.param(".*", "a letter", id="the-signs-of-a-pattern"),
        pytest.param("ticket#*", "ticket 4711", id="not-its-beginning"),
    ],
)
def test_words_that_count_all_the_same(line: str, subject: str) -> None:
    assert without_phrases(subject, phrases_of_text(line)) == subject


def test_of_what_is_left_nothing_is_made() -> None:
    rules = MatchingRules(ignored=phrases_of_text("monthly report"))
    assert digests_of("Monthly report", rules) == ()


lines_of_letters = st.lists(st.text("aàb*[] ", max_size=20), max_size=5)


@given(st.text(max_size=300), lines_of_letters, st.integers(0, 3))
def test_any_words_in_any_subject(subject: str, lines: list[str], apart: int) -> None:
    phrases = phrases_of_text("\n".join(line for line in lines if "*" not in line.split()))
    rules = MatchingRules(ignored=phrases, words_apart=apart)
    assert len(digests_of(subject, rules)) <= DIGESTS_MOST


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        pytest.param("[EXTERN]\n*", ("*",), id="any-word"),
        pytest.param("extern *", ("extern *",), id="any-word-behind-another"),
        pytest.param("x" * (PHRASE_CHARS + 1), ("x" * (PHRASE_CHARS + 1),), id="too-long"),
        pytest.param("\u0301", ("\u0301",), id="an-accent-alone"),
        pytest.param("\n".join(map(str, range(PHRASES_MOST + 1))), (), id="too-many"),
    ],
)
def test_lines_that_are_refused(lines: str, named: tuple[str, ...]) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (what it names is looked at)
        phrases_of_text(lines)
    assert caught.value.args == named


def test_lines_are_kept_once_and_the_longest_first() -> None:
    text = "EXTERN\n\n  extern \nextern  mail\n[x]"
    assert phrases_of_text(text) == (("extern", "mail"), ("extern",), ("[x]",))


@given(st.text(max_size=100), st.lists(st.text("ab* ", min_size=1, max_size=5), max_size=5))
def test_nothing_is_added_to_a_subject(subject: str, lines: list[str]) -> None:
    phrases = phrases_of_text("\n".join(line for line in lines if "*" not in line.split()))
    left = without_phrases(subject, phrases).split()
    assert left == without_phrases(subject, ()).split() or phrases
    assert set(left) <= set(without_phrases(subject, ()).split())
