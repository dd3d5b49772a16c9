"""The French catalogue: complete and current, in French typography, in the words of the glossary.

The forbidden words and the terms are read from docs/glossary.md, so that the page and the product
cannot part.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from tools.texts import FRENCH, check

DOCS = Path(__file__).resolve().parents[2] / "docs"
GLOSSARY = DOCS / "glossary.md"
NO_BREAK = "\N{NO-BREAK SPACE}"
# Names and words of machines that stay as they are in every language.
NAMES = re.compile(
    r"Microsoft Dynamics CRM Email Router|E-mail Router|docs/\w+\.md|mail\.example\.com"
    r"|\{\w+\}|%\(\w+\)s"
    r"|(?m:^###? mail\b)"  # the command, as a heading
)
# What must not be found in a French text; each row is a rule of docs/glossary.md, "Style".
TYPOGRAPHY = {
    "a straight apostrophe": re.compile("'"),
    "a straight quotation mark": re.compile('"'),
    "three dots for an ellipsis": re.compile(r"\.\.\."),
    "two spaces": re.compile(r"  "),
    "no no-break space before ; ? ! »": re.compile(rf"(?<!{NO_BREAK})[;?!»]"),
    "no no-break space before a colon": re.compile(rf"(?<!{NO_BREAK}):(?=\s|$)"),
    "no no-break space after «": re.compile(rf"«(?!{NO_BREAK})"),
    "an English quotation mark": re.compile("[“”]"),
}
ENDS = re.compile(r"[.:?…]\s*$")


def texts() -> Iterator[tuple[str, str]]:
    """Each English text with its French one, plural forms apart."""
    with FRENCH.open("rb") as stream:
        for message in read_po(stream, locale="fr"):
            if isinstance(message.id, str):
                if message.id:
                    yield message.id, str(message.string)
            else:
                yield from zip(message.id, message.string or (), strict=True)


CODE = re.compile(r"(?m)^    .*$|`[^`\n]*`")
MARKED = re.compile(r"<!--.*?-->|!(?=\[)|\]\([^)]*\)|(?m:^\|[-|]+$)")


def pages() -> Iterator[tuple[str, str]]:
    """Each French page by its name, without what it quotes of machines."""
    for file in [*sorted(DOCS.glob("*.fr.md")), DOCS.parent / "README.fr.md"]:
        text = file.read_text(encoding="utf-8")
        yield file.name, MARKED.sub("]", CODE.sub("…", text))


def rows(heading: str, columns: int) -> list[list[str]]:
    """The cells of the table whose first column has that heading."""
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        assert len(cells) == columns, line
        found.append(cells)
    return found


def forbidden() -> list[str]:
    return [word.strip() for _, words in rows("write", 2) for word in words.split(",")]


def test_the_catalogue_is_current_and_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == 0, capsys.readouterr().out


@pytest.mark.parametrize("rule", TYPOGRAPHY)
def test_french_texts_keep_french_typography(rule: str) -> None:
    assert [french for _, french in texts() if TYPOGRAPHY[rule].search(french)] == []


@pytest.mark.parametrize("rule", TYPOGRAPHY)
def test_french_pages_keep_french_typography(rule: str) -> None:
    wrong = [
        (page, text[found.start() - 30 : found.end() + 10])
        for page, text in pages()
        for found in TYPOGRAPHY[rule].finditer(text)
    ]
    assert wrong == []


def test_the_rules_can_fail() -> None:
    bad = 'L\'état: «ouvert», "vu"  "lu"... “prêt” vraiment?'
    assert [rule for rule, pattern in TYPOGRAPHY.items() if not pattern.search(bad)] == []


def as_words(word: str) -> re.Pattern[str]:
    """The word with either case of its first letter, not as a part of another."""
    first, rest = word[0], re.escape(word[1:])
    return re.compile(rf"(?<![\w-])[{first.lower()}{first.upper()}]{rest}(?![\w-])")


@pytest.mark.parametrize("word", forbidden())
def test_french_texts_use_the_words_of_the_glossary(word: str) -> None:
    assert as_words(word).search(f"un {word} ici")
    found = [french for _, french in texts() if as_words(word).search(NAMES.sub("…", french))]
    assert found == []


def test_french_pages_use_the_words_of_the_glossary() -> None:
    found = [
        (page, word)
        for page, text in pages()
        for word in forbidden()
        if as_words(word).search(NAMES.sub("…", text))
    ]
    assert found == []


def test_terms_of_the_glossary_are_the_texts_of_the_product() -> None:
    allowed = {
        english.lower(): {word.strip().lower() for word in words.split(",")}
        for english, words, _, _ in rows("English", 4)
    }
    wrong = [
        (english, french)
        for english, french in texts()
        if french.lower() not in allowed.get(english.lower(), {french.lower()})
    ]
    assert wrong == []


def test_sentences_end_alike() -> None:
    def end(text: str) -> str:
        found = ENDS.search(text)
        return found.group() if found else ""

    assert [(english, french) for english, french in texts() if end(english) != end(french)] == []


def test_terms_stand_in_alphabetical_order_and_once() -> None:
    terms = [cells[0].lower() for cells in rows("English", 4)]
    assert len(set(terms)) == len(terms)
    assert terms == sorted(terms)
